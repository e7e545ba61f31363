import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

const MOST_ENTRIES = 20_000;

/** More was found on the way than a path may ask for. */
export class TooManyEntries extends Error {}

/** One step of a pattern: `*`, `?` and `[a-z]` as shells have them, within a name. */
function matcherOf(step: string): (name: string) => boolean {
  const source = step.replaceAll(/[.*+?^${}()|[\]\\]/g, (sign) =>
    sign === '*' ? '.*' : sign === '?' ? '.' : sign === '[' || sign === ']' ? sign : `\\${sign}`,
  );
  try {
    const pattern = new RegExp(`^${source}$`, 's');
    return (name) => pattern.test(name);
  } catch {
    return (name) => name === step;
  }
}

const isPattern = (step: string): boolean => /[*?[]/.test(step);

/**
 * The files that an absolute path or pattern names, by name; `**` stands for folders at any depth. Links are followed where
 * they are named or matched, not below `**`. Throws TooManyEntries before a walk over a large folder takes long.
 */
export async function boundedGlob(pattern: string): Promise<string[]> {
  const found: string[] = [];
  let seen = 0;
  const entriesOf = async (folder: string) => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    seen += entries.length;
    if (seen > MOST_ENTRIES) throw new TooManyEntries(`more than ${MOST_ENTRIES} files and folders`);
    return entries;
  };
  const walk = async (folder: string, [step, ...rest]: readonly string[]): Promise<void> => {
    if (step === undefined) return;
    if (step === '**') {
      await walk(folder, rest.length > 0 ? rest : ['*']);
      for (const entry of await entriesOf(folder)) {
        if (entry.isDirectory()) await walk(join(folder, entry.name), [step, ...rest]);
      }
      return;
    }
    const names = isPattern(step) ? (await entriesOf(folder)).map(({ name }) => name).filter(matcherOf(step)) : [step];
    for (const name of names) {
      const path = join(folder, name);
      if (rest.length > 0) await walk(path, rest);
      else if ((await stat(path).catch(() => null))?.isFile()) found.push(path);
    }
  };
  await walk(sep, pattern.split(sep).filter(Boolean));
  return [...new Set(found)].toSorted();
}
