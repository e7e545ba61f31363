import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBreakingChanges } from 'graphql';
import { apiSchemaOf } from './compose.ts';

/** What clients could trip over, one sentence each: `Model.name was removed.` */
export const breakingChanges = (before: string, after: string): readonly string[] =>
  findBreakingChanges(apiSchemaOf(before), apiSchemaOf(after)).map(({ description }) => description);

/** Those that no page below `decisions` quotes. */
export function unrecorded(changes: readonly string[], decisions: string): readonly string[] {
  const pages = globSync('*.md', { cwd: decisions }).map((page) => readFileSync(join(decisions, page), 'utf8'));
  return changes.filter((change) => !pages.some((page) => page.includes(change)));
}

/**
 * The committed text of a file before its latest change: the committed one where the working copy differs from it,
 * else the one before that. Undefined without a history to look at.
 */
export function textBefore(file: string): string | undefined {
  const revisions = git('log', '-n', '2', '--format=%H', '--', file)?.split('\n').filter(Boolean) ?? [];
  const [latest, previous] = revisions.map((revision) => git('show', `${revision}:./${file}`));
  const current = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return latest === current ? previous : latest;
}

function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
