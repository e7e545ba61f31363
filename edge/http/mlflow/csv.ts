import { DomainError } from '../../../core/errors.ts';

const wrong = (message: string, line: number): DomainError =>
  new DomainError('INVALID_INPUT', `line ${line}: ${message}`, { field: `line ${line}` });

/**
 * Lines of a CSV text (RFC 4180): cells divided by commas, quoted where they hold commas, quotes or line ends. An empty
 * cell without quotes is null. Throws INVALID_INPUT that names the line; LIMIT_EXCEEDED beyond `mostLines`.
 */
export function readCsv(text: string, mostLines: number): readonly (readonly (string | null)[])[] {
  const lines: (string | null)[][] = [];
  let cells: (string | null)[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const endLine = (): void => {
    // A line without anything is none, as in pandas.
    if (cells.length > 1 || cells[0] !== null) lines.push(cells);
    cells = [];
    if (lines.length > mostLines) {
      throw new DomainError('LIMIT_EXCEEDED', `there are more than ${mostLines - 1} rows`, {
        field: 'rows',
        allowed: [`1 to ${mostLines - 1} rows`],
      });
    }
  };
  while (at < text.length) {
    if (text[at] === '"') {
      const end = endOfQuoted(text, at, lines.length + 1);
      cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
      if (at < text.length && !/[,\r\n]/.test(text[at] ?? '')) {
        throw wrong('text follows a quoted cell', lines.length + 1);
      }
    } else {
      const end = endOfPlain(text, at);
      const cell = text.slice(at, end);
      if (cell.includes('"'))
        throw wrong('a quote stands within a cell that does not begin with one', lines.length + 1);
      cells.push(cell === '' ? null : cell);
      at = end;
    }
    if (text[at] === ',') {
      at++;
      // The comma was the last thing of its line: an empty cell follows.
      if (at < text.length && !/[\r\n]/.test(text[at] ?? '')) continue;
      cells.push(null);
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    endLine();
  }
  return lines;
}

/** Where the quote that ends the cell stands; two quotes in a row are one of its text. */
function endOfQuoted(text: string, start: number, line: number): number {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) throw wrong('a quote is never closed', line);
    if (text[at + 1] !== '"') return at;
  }
}

function endOfPlain(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}
