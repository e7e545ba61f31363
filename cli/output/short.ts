const URN = /^tiffin:[^:]+:[^:]+:(.+)$/;

/** An id without what its list says anyway: `tiffin:default:deployment:fraud@production` is `fraud@production`. */
export const shortId = (id: string): string => URN.exec(id)?.[1] ?? id;

/** A value as one cell of a table. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(cell).join(', ');
  if (typeof value === 'string') return shortId(value).replace(/\s+/g, ' ');
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return JSON.stringify(value);
}
