import { DomainError } from '../../../../core/errors.ts';
import { EvaluationHead, EvaluationRow } from '../../../../schema/evaluation.ts';
import { validated } from '../../../../schema/validated.ts';

/** Rows with what came true, by which a model is judged. */
export interface Evaluation {
  readonly head: EvaluationHead;
  readonly rows: readonly EvaluationRow[];
}

const MOST_ROWS = 200_000;
const MOST_GROUPS = 50;
const FORMAT = /"format"\s*:\s*"tiffin\.evaluation\//;

/**
 * Reads an evaluation file: a head and one row on each line. Undefined for a file of another kind, which is kept and cannot
 * be recomputed. Throws INVALID_INPUT that names the line and the field.
 */
export function readEvaluation(bytes: Uint8Array): Evaluation | undefined {
  const lines = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim());
  const [first = ''] = lines;
  if (!FORMAT.test(first.slice(0, 1_000))) return undefined;
  const head = lineAs(1, () => validated(EvaluationHead, JSON.parse(first)));
  const rows = lines.flatMap((line, i) =>
    i === 0 || line === '' ? [] : [lineAs(i + 1, () => readRow(head, validated(EvaluationRow, JSON.parse(line))))],
  );
  if (rows.length === 0) throw wrong('it has a head and no rows');
  if (rows.length > MOST_ROWS) throw wrong(`it has ${rows.length} rows: at most ${MOST_ROWS} are recomputed`);
  for (const attribute of head.protected) {
    const groups = new Set(rows.map((row) => groupOf(row, attribute))).size;
    if (groups > MOST_GROUPS) {
      throw wrong(`the attribute "${attribute}" has ${groups} values: at most ${MOST_GROUPS} make groups`);
    }
  }
  return { head, rows };
}

/** The group of a row by an attribute; rows that do not say are a group of their own. */
export const groupOf = ({ attributes }: EvaluationRow, attribute: string): string =>
  String(attributes[attribute] ?? '(not given)');

function readRow(head: EvaluationHead, row: EvaluationRow): EvaluationRow {
  if (head.task === 'BINARY' && row.label !== 0 && row.label !== 1) {
    throw new DomainError('INVALID_INPUT', `label: is ${row.label}; a BINARY evaluation has 0 or 1`);
  }
  if (head.task === 'MULTICLASS' && (!Number.isSafeInteger(row.label) || row.label < 0)) {
    throw new DomainError('INVALID_INPUT', `label: is ${row.label}; a MULTICLASS evaluation has positions from 0`);
  }
  return row;
}

function lineAs<T>(line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrong(`line ${line}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const wrong = (why: string): DomainError =>
  new DomainError('INVALID_INPUT', `evaluation: ${why}`, { field: 'evaluation' });
