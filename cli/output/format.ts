import { stringify, type ToStringOptions } from 'yaml';
import type { Column, Row } from '../noun.ts';
import { at } from '../noun.ts';
import { table } from './table.ts';

export const FORMATS = ['table', 'wide', 'json', 'jsonl', 'yaml', 'name'] as const;
export type Format = (typeof FORMATS)[number];

/** Long texts as they are written, not folded. */
const AS_WRITTEN: ToStringOptions = { lineWidth: 0, blockQuote: 'literal' };

export interface Shape {
  readonly format: Format;
  /** Only these fields, as JSON. */
  readonly fields?: readonly string[];
  readonly isColored: boolean;
}

/** A list as it is asked for; nothing for no rows in a table. */
export function listText(
  rows: readonly Row[],
  columns: readonly Column[],
  { format, fields, isColored }: Shape,
): string {
  const picked = fields ? rows.map((row) => pick(row, fields)) : rows;
  if (format === 'json') return JSON.stringify(picked, null, 2);
  if (format === 'jsonl') return picked.map((row) => JSON.stringify(row)).join('\n');
  if (format === 'yaml') return stringify(picked, AS_WRITTEN).trimEnd();
  if (format === 'name') return rows.map(({ id }) => String(id)).join('\n');
  const shown = columns.filter(({ wide }) => format === 'wide' || wide !== true);
  return rows.length === 0 ? '' : table(rows, shown, isColored);
}

/** One thing as it is asked for: YAML where nothing else is. */
export function oneText(row: Row, { format, fields }: Shape): string {
  const picked = fields ? pick(row, fields) : row;
  if (format === 'json') return JSON.stringify(picked, null, 2);
  if (format === 'jsonl') return JSON.stringify(picked);
  if (format === 'name') return idOf(row);
  return stringify(withoutNothing(picked), AS_WRITTEN).trimEnd();
}

/** The id of a thing, or of the first thing that an answer holds. */
function idOf(row: Row): string {
  const things: unknown[] = [row, ...Object.values(row)];
  const named = things.find((one) => typeof one === 'object' && one !== null && 'id' in one);
  return named === undefined ? '' : String((named as Row)['id']);
}

const pick = (row: Row, fields: readonly string[]): Row =>
  Object.fromEntries(fields.map((field) => [field, at(row, field) ?? null]));

/** Without fields that say nothing, for people; machines get all of them. */
function withoutNothing(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)),
  );
}
