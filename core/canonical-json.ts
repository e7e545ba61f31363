/** JSON in the one form of RFC 8785, for values that JSON can hold: sorted names, no white space; moments as text. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const held = value as Readonly<Record<string, unknown>>;
  let text = '';
  // RFC 8785 sorts names by UTF-16 code units, which is what a plain sort of strings does.
  for (const name of Object.keys(held).sort()) {
    if (held[name] === undefined) continue;
    text += `${text === '' ? '' : ','}${quoted(name)}:${canonicalJson(held[name])}`;
  }
  return `{${text}}`;
}

/** ASCII without quote, backslash and control characters. */
const UNESCAPED = /^[ !#-[\]-~]*$/;

/** Most texts need no escape, and to see that takes a fraction of JSON.stringify's time. */
const quoted = (text: string): string => (UNESCAPED.test(text) ? `"${text}"` : JSON.stringify(text));
