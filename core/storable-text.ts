/** Whether Postgres, and JSON that others read, can hold a text: no U+0000 and no half of a surrogate pair. */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

/** The only ways in which JSON that is UTF-8 can spell what is not storable. */
const ESCAPED = /\\u(?:0000|d[89a-f])/i;

/** Whether JSON may hold a text that is not storable: where it does not, its values need no look, one by one. */
export const mayBeUnstorable = (json: string): boolean => ESCAPED.test(json);

/** Where a text in a parsed value is not storable, key by key; null if none is. `json`: what the value was parsed from. */
export function unstorablePath(value: unknown, json: string): readonly string[] | null {
  return mayBeUnstorable(json) ? pathIn(value) : null;
}

function pathIn(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return isStorableText(value) ? null : [];
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    const below = isStorableText(key) ? pathIn(part) : [];
    if (below) return [key, ...below];
  }
  return null;
}
