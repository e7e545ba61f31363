import { DomainError } from '../../../../core/errors.ts';
import { EvaluationHead, EvaluationRow } from '../../../../schema/evaluation.ts';
import { validated } from '../../../../schema/validated.ts';

/** Rows with what came true, by which a model is judged. */
export interface Evaluation {
  readonly head: EvaluationHead;
  readonly rows: readonly EvaluationRow[];
}

/** More are not recomputed, in whatever form they come. */
const MOST_ROWS = 200_000;
const MOST_GROUPS = 50;
const FORMAT = /"format"\s*:\s*"tiffin\.evaluation\//;

/** How much of the beginning of a file says whether it is an evaluation. */
export const START_BYTES = 4_000;

/** Whether a file begins with the head of an evaluation of JSON lines. */
export const beginsWithHead = (start: Uint8Array): boolean => {
  const [first = ''] = new TextDecoder().decode(start.subarray(0, START_BYTES)).split('\n', 1);
  return FORMAT.test(first.trim().slice(0, 1_000));
};

/**
 * Reads an evaluation file of JSON lines: a head and one row on each line. Undefined for a file of another kind, which is kept
 * and cannot be recomputed. Throws INVALID_INPUT that names the line and the field.
 */
export function readEvaluation(bytes: Uint8Array): Evaluation | undefined {
  if (!beginsWithHead(bytes)) return undefined;
  const [first = '', ...lines] = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim());
  const head = readHead('line 1', first);
  const rows = lines.flatMap((line, i) =>
    line === '' ? [] : [readRow(head, `line ${i + 2}`, () => JSON.parse(line))],
  );
  return wholeEvaluation(head, rows);
}

/** The head from its JSON. Throws INVALID_INPUT that names the place and the field. */
export const readHead = (place: string, json: string): EvaluationHead =>
  within(place, () => validated(EvaluationHead, JSON.parse(json)));

/** A row as the task of the head has them. Throws INVALID_INPUT that names the place and the field. */
export const readRow = (head: EvaluationHead, place: string, read: () => unknown): EvaluationRow =>
  within(place, () => rowOfTask(head, validated(EvaluationRow, read())));

/** Throws INVALID_INPUT where there are no rows, too many, or too many groups. */
export function wholeEvaluation(head: EvaluationHead, rows: readonly EvaluationRow[]): Evaluation {
  if (rows.length === 0) throw wrongEvaluation('it has a head and no rows');
  checkRowCount(rows.length);
  for (const attribute of head.protected) {
    const groups = new Set(rows.map((row) => groupOf(row, attribute))).size;
    if (groups > MOST_GROUPS) {
      throw wrongEvaluation(`the attribute "${attribute}" has ${groups} values: at most ${MOST_GROUPS} make groups`);
    }
  }
  return { head, rows };
}

export function checkRowCount(rows: number): void {
  if (rows > MOST_ROWS) throw wrongEvaluation(`it has ${rows} rows: at most ${MOST_ROWS} are recomputed`);
}

/** The group of a row by an attribute; rows that do not say are a group of their own. */
export const groupOf = ({ attributes }: EvaluationRow, attribute: string): string =>
  String(attributes[attribute] ?? '(not given)');

function rowOfTask(head: EvaluationHead, row: EvaluationRow): EvaluationRow {
  if (head.task === 'BINARY' && row.label !== 0 && row.label !== 1) {
    throw new DomainError('INVALID_INPUT', `label: is ${row.label}; a BINARY evaluation has 0 or 1`);
  }
  if (head.task === 'MULTICLASS' && (!Number.isSafeInteger(row.label) || row.label < 0)) {
    throw new DomainError('INVALID_INPUT', `label: is ${row.label}; a MULTICLASS evaluation has positions from 0`);
  }
  return row;
}

function within<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrongEvaluation(`${place}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What is wrong with an evaluation file, and what is allowed. */
export const wrongEvaluation = (why: string, details: { readonly allowed?: unknown } = {}): DomainError =>
  new DomainError('INVALID_INPUT', `evaluation: ${why}`, { field: 'evaluation', ...details });
