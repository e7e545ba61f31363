import { DomainError } from '../../../../core/errors.ts';
import type { Evaluation } from './read-evaluation.ts';

/** Rows with the answers of the registered model: what every number about its quality is computed from. */
export interface Judged {
  readonly task: Evaluation['head']['task'];
  readonly labels: readonly number[];
  /** The judged number of each row; of MULTICLASS the position of the highest. */
  readonly scores: readonly number[];
  /** BINARY: whether the score says yes. */
  readonly decisions: readonly boolean[];
  /** Whether all scores are probabilities. */
  readonly areProbabilities: boolean;
}

/** Throws INVALID_INPUT for a column that the output does not have, and for answers that are not finite. */
export function judge({ head, rows }: Evaluation, answers: readonly (readonly number[])[]): Judged {
  const { task, column, threshold } = head;
  const scores = answers.map((answer, row) => {
    if (task === 'MULTICLASS') return answer.indexOf(Math.max(...answer));
    const score = answer[column];
    if (score === undefined) throw wrong(`column: is ${column}; "${head.output}" has ${answer.length} numbers a row`);
    if (!Number.isFinite(score)) throw wrong(`row ${row + 1}: the model answers ${score}`);
    return score;
  });
  return {
    task,
    labels: rows.map(({ label }) => label),
    scores,
    decisions: scores.map((score) => score >= threshold),
    areProbabilities: task === 'BINARY' && scores.every((score) => score >= 0 && score <= 1),
  };
}

/** What each row costs: squared error of a probability, absolute error of a number, else 1 where the decision was wrong. */
export const lossesOf = ({ task, labels, scores, decisions, areProbabilities }: Judged): readonly number[] =>
  labels.map((label, row) => {
    const score = scores[row] ?? Number.NaN;
    if (areProbabilities) return (score - label) ** 2;
    if (task === 'REGRESSION') return Math.abs(score - label);
    return (task === 'BINARY' ? Number(decisions[row]) : score) === label ? 0 : 1;
  });

const RELATIVE_TOLERANCE = 1e-4;
const ABSOLUTE_TOLERANCE = 1e-6;

/** The first row whose score in the file is not what the model answers; undefined where all agree. */
export function falseScore({ rows }: Evaluation, { scores }: Judged): string | undefined {
  for (const [i, { score }] of rows.entries()) {
    const got = scores[i] ?? Number.NaN;
    if (score === undefined || score === null) continue;
    if (Math.abs(got - score) <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * Math.abs(score)) continue;
    return `row ${i + 1} has the score ${score} in the file, and the model answers ${got}`;
  }
  return undefined;
}

const wrong = (why: string): DomainError =>
  new DomainError('INVALID_INPUT', `evaluation: ${why}`, { field: 'evaluation' });
