/** What is wrong with a value, in zod's words. */
export interface Issue {
  path: (string | number)[];
  readonly message: string;
  /** Whether checks that come after may look at the value all the same; `false` also stops those that only need a length. */
  readonly goesOn?: boolean;
}

/** A text in place of zod's own. */
export type Said = string | { readonly error?: string; readonly message?: string; readonly path?: (string | number)[] };

export const saidOr = (said: Said | undefined, own: string): string =>
  typeof said === 'string' ? said : (said?.error ?? said?.message ?? own);

/** Where a value lies in the one that holds it. */
export function within(key: string | number, issues: readonly Issue[]): readonly Issue[] {
  for (const issue of issues) issue.path.unshift(key);
  return issues;
}

export const wrongType = (expected: string, value: unknown): string =>
  `Invalid input: expected ${expected}, received ${typeOf(value)}`;

function typeOf(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object') return typeof value;
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : 'object';
}

const quoted = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));

export const wrongValue = (values: readonly unknown[]): string =>
  values.length === 1
    ? `Invalid input: expected ${quoted(values[0])}`
    : `Invalid option: expected one of ${values.map(quoted).join('|')}`;

export const unknownKeys = (keys: readonly string[]): Issue => ({
  path: [],
  message: `Unrecognized key${keys.length > 1 ? 's' : ''}: ${keys.map(quoted).join(', ')}`,
  goesOn: true,
});
