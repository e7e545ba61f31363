import { canonicalJson } from '../../../core/canonical-json.ts';

/** One field that two definitions hold differently. */
export interface Difference {
  /** The way to it, as `features.amount_1h.window.windowSeconds`: items with names are found by them. */
  readonly path: string;
  /** Null where it was not there. */
  readonly before: unknown;
  /** Null where it is gone. */
  readonly after: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const namesOf = (list: readonly unknown[]): string[] | null => {
  const names = list.map((item) => (isFields(item) && typeof item['name'] === 'string' ? item['name'] : null));
  return names.every((name) => name !== null) && new Set(names).size === names.length ? names : null;
};

const byName = (list: readonly unknown[], names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name, i) => [name, list[i]]));

/** What differs between two definitions, smallest fields first to be named; a new one differs in all its fields. */
export function differencesOf(before: object | null, after: object): Difference[] {
  return fieldsThatDiffer({ ...before }, { ...after }, '');
}

function fieldsThatDiffer(before: Fields, after: Fields, path: string): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => valuesThatDiffer(before[name] ?? null, after[name] ?? null, `${path}${name}`));
}

function valuesThatDiffer(before: unknown, after: unknown, path: string): Difference[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (isFields(before) && isFields(after)) return fieldsThatDiffer(before, after, `${path}.`);
  if (Array.isArray(before) && Array.isArray(after)) return listsThatDiffer(before, after, path);
  return [{ path, before, after }];
}

function listsThatDiffer(before: readonly unknown[], after: readonly unknown[], path: string): Difference[] {
  const [was, is] = [namesOf(before), namesOf(after)];
  if (was && is && was.length > 0 && is.length > 0) {
    const kept = was.filter((name) => is.includes(name));
    const moved = canonicalJson(kept) !== canonicalJson(is.filter((name) => was.includes(name)));
    return [
      ...(moved ? [{ path: `${path} (order)`, before: was, after: is }] : []),
      ...fieldsThatDiffer(byName(before, was), byName(after, is), `${path}.`),
    ];
  }
  if (before.length !== after.length || !before.every(isFields)) return [{ path, before, after }];
  return before.flatMap((item, i) => valuesThatDiffer(item, after[i], `${path}.${i}`));
}
