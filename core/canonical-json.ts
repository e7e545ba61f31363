/** JSON in the one form of RFC 8785, for values that JSON can hold: sorted names, no white space; moments as text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null || value instanceof Date) return JSON.stringify(value);
  // RFC 8785 sorts names by UTF-16 code units, which is what a plain comparison of strings does.
  const entries = Object.entries(value).filter(([, held]) => held !== undefined);
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, held]) => `${JSON.stringify(name)}:${canonicalJson(held)}`).join(',')}}`;
}
