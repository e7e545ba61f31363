import { stripVTControlCharacters, styleText } from 'node:util';
import type { Column, Row } from '../noun.ts';
import { cell } from './short.ts';

const GAP = '  ';
/** A cell that is longer is cut in a table; `-o json` has all of it. */
const LONGEST = 60;

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** Rows under their titles, as wide as they need. What comes from a server cannot move the cursor. */
export function table(rows: readonly Row[], columns: readonly Column[], isColored: boolean): string {
  const cells = rows.map((row) => columns.map(({ value }) => cut(stripVTControlCharacters(cell(value(row))))));
  const titles = columns.map(({ title }) => title.toUpperCase());
  const widths = titles.map((title, at) => Math.max(title.length, ...cells.map((line) => line[at]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join(GAP)
      .trimEnd();
  const head = line(titles);
  return [isColored ? styleText('bold', head, { validateStream: false }) : head, ...cells.map(line)].join('\n');
}
