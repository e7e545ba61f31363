import { open } from 'node:fs/promises';
import { DomainError } from '../../../../core/errors.ts';
import { sqlText } from '../../../shared/duckdb/duckdb.ts';

/** How a CSV file is written: its columns, by the header, and what divides them. */
export interface CsvShape {
  readonly delimiter: string;
  readonly names: readonly string[];
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
const MOST_BYTES = 64 * 1024;
const LINE_END = /\r\n|\n|\r/;

const refuse = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });

/** The first record, up to a line end outside of quotes; null where the quote never ends. */
function firstRecord(text: string): string | null {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (!quoted && LINE_END.test(text[at] ?? '')) return text.slice(0, at);
  }
  return quoted ? null : text;
}

/** The values of a record; quotes inside quotes are written twice. */
function valuesOf(record: string, delimiter: string): string[] {
  const values = [''];
  let quoted = false;
  for (let at = 0; at < record.length; at++) {
    const sign = record[at] ?? '';
    const last = values.length - 1;
    if (sign === '"' && quoted && record[at + 1] === '"') values[last] = `${values[last]}${record[++at]}`;
    else if (sign === '"') quoted = !quoted;
    else if (sign === delimiter && !quoted) values.push('');
    else values[last] = `${values[last]}${sign}`;
  }
  return values;
}

/** How many values a text has by its first record; 1 where nothing divides it. */
export const valuesInFirst = (head: string): number => {
  const record = firstRecord(head) ?? '';
  return Math.max(...DELIMITERS.map((delimiter) => valuesOf(record, delimiter).length));
};

/** Reads the header. Throws INVALID_INPUT for names that are missing or there twice, and for text that is not UTF-8. */
export async function csvShapeOf(path: string, file: string, field: string): Promise<CsvShape> {
  const bytes = await firstBytes(path, MOST_BYTES);
  const record = firstRecord(bytes.toString('latin1'));
  if (record === null || record.length === MOST_BYTES) {
    throw refuse(field, `"${file}" line 1: a header has at most ${MOST_BYTES} bytes, and closes its quotes`);
  }
  const text = utf8Of(bytes.subarray(0, record.length));
  if (text === null) throw refuse(field, `"${file}" line 1 is not UTF-8; save the file as UTF-8`);
  const [names = [], delimiter = ','] =
    DELIMITERS.map((sign) => [valuesOf(text, sign), sign] as const).toSorted(([a], [b]) => b.length - a.length)[0] ??
    [];
  const nameless = names.findIndex((name) => name.trim() === '');
  if (nameless >= 0) {
    const why = `column ${nameless + 1} has no name; name it, or leave it out (pandas: to_csv(index=False))`;
    throw refuse(field, `"${file}" line 1: ${why}`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw refuse(field, `"${file}" line 1: "${twice}" is there twice; names are unique`);
  return { delimiter, names };
}

async function firstBytes(path: string, most: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Without the mark that some programs write before it. */
function utf8Of(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What a CSV's columns are called in SQL, by place: names of a file may differ only by case. */
export const csvColumn = (i: number): string => `c${i}`;

/** All of it as text, row by row. What is not quoted and empty is null. */
export const csvOf = (path: string, { delimiter, names }: CsvShape): string =>
  `read_csv(${sqlText(path)}, auto_detect = false, header = true, delim = ${sqlText(delimiter)}, quote = '"', escape = '"',
    allow_quoted_nulls = false, strict_mode = true, columns = {${names.map((_, i) => `${csvColumn(i)}: 'VARCHAR'`).join(', ')}})`;
