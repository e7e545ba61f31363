import { createReadStream } from 'node:fs';
import type { CsvShape } from './header.ts';

const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

/** The line at which a row stands; rows count from 0 behind the header, lines from 1. Empty lines are no rows. */
export async function lineOfRow(path: string, { names }: CsvShape, row: number): Promise<number> {
  let [line, start, left, last] = [1, 1, row + 1, 0];
  let [quoted, empty] = [false, true];
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    for (const byte of chunk) {
      const isSecondHalf = byte === LF && last === CR;
      last = byte;
      if (isSecondHalf) continue;
      if (byte === QUOTE) quoted = !quoted;
      if (byte !== LF && byte !== CR) {
        empty = false;
        continue;
      }
      line++;
      if (quoted) continue;
      // In a single column an empty line is a row whose value is missing.
      if (!empty || names.length === 1) {
        if (left === 0) return start;
        left--;
      }
      start = line;
      empty = true;
    }
  }
  return start;
}

/** What is wrong with a CSV file, by what DuckDB said of it: the line, and what to do. */
export function csvProblem(said: string, { delimiter, names }: CsvShape): string {
  const line = /Error on Line: (\d+)/.exec(said)?.[1];
  const at = line === undefined ? '' : ` line ${line}:`;
  const [, found] = /Expected Number of Columns: \d+ Found: (\d+)/.exec(said) ?? [];
  if (found !== undefined) {
    const shown = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
    const comma = delimiter === ',' ? ', a decimal comma too' : '';
    return `${at} ${found} values where the header has ${names.length} names; a value that holds ${shown} stands in quotes${comma}`;
  }
  if (/unterminated quote/i.test(said)) {
    return `${at} a quote is not closed, or text stands behind it; inside quotes a quote is written twice`;
  }
  if (/utf-?8|unicode/i.test(said)) return `${at} text that is not UTF-8; save the file as UTF-8`;
  if (/maximum line size/i.test(said)) return `${at} more than 2 MB; is a quote not closed?`;
  if (/invalid state/i.test(said)) return ' ends its lines in different ways, or holds stray quotes; write it anew';
  return `${at} cannot be read as CSV`;
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^[+-]?[\d.\s]*\d,\d+$/, 'decimals are written with a point'],
  [/^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|^\d{4}-\d\d-\d\d.*/, 'moments are written 2026-01-31T12:00:00Z'],
  [/^(n\/?a|null|none|nil|\\n|-|\?)$/i, 'what is missing is written as nothing'],
  [/^\s|\s$/, 'no spaces around a value'],
];

/** What to do about a value that is not of the type that the others of its column are of. */
export const hintOf = (value: string): string => {
  const hint = HINTS.find(([pattern]) => pattern.test(value))?.[1];
  return hint === undefined ? '' : `, ${hint}`;
};
