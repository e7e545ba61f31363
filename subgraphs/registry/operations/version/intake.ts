import { DomainError } from '../../../../core/errors.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import { readContract } from '../../../../core/onnx/contract.ts';
import { readThresholds } from '../../../../core/onnx/thresholds.ts';
import { mendModel } from '../../../../core/onnx/mend-model.ts';
import type { Contract, GoldenRow, TensorValue } from '../../../../schema/release.ts';
import { servedInputs, servedOutputs, specOf } from '../../domain/version/contract.ts';
import {
  checkGoldenInputs,
  generateInputs,
  isFinite,
  MAX_GOLDEN_ROWS,
  reproduces,
  verifyGolden,
  type GoldenOrigin,
} from '../../domain/version/golden.ts';
import type { RowAnswer } from '../../runtime/onnx-worker.ts';
import type { RunsModels } from '../../runtime/model-runner.ts';

/** What a file says of itself, and what it did when it ran. */
export interface Intake {
  /** The bytes that serve: with plain tensors for outputs. */
  readonly model: Uint8Array;
  readonly contract: Contract;
  readonly classLabels: Readonly<Record<string, readonly string[]>>;
  readonly operators: readonly string[];
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly golden: readonly GoldenRow[];
  readonly goldenOrigin: GoldenOrigin;
  /** Whether it answers the earlier version's golden rows as that did. */
  readonly sameAnswers: boolean;
}

/**
 * Reads an uploaded model, mends it and runs it. The submitter's rows are verified and kept with the answers of the
 * runtime that will serve; without any, rows are made from the contract and the model vouches for itself.
 */
export async function takeIn(
  runner: RunsModels,
  bytes: Uint8Array,
  given: readonly GoldenRow[],
  earlier: readonly GoldenRow[],
): Promise<Intake> {
  if (given.length > MAX_GOLDEN_ROWS) {
    throw new DomainError(
      'INVALID_INPUT',
      `goldenRows: at most ${MAX_GOLDEN_ROWS} golden rows are kept, not ${given.length}`,
      {
        field: 'goldenRows',
        max: MAX_GOLDEN_ROWS,
      },
    );
  }
  const model = mendModel(bytes);
  const { outputs, classLabels, operators, opsets, producer, ...read } = readContract(model);
  const inputs = servedInputs(read.inputs);
  checkGoldenInputs(given, inputs, outputs);
  const own = given.length > 0 ? given.map((row) => row.inputs) : generateInputs(inputs, widthOfTrees(model));
  // Each row twice: what answers the same request in two ways can be neither proven nor repeated.
  const { rows: ran } = await runner.run(model, [...own, ...own, ...earlier.map((row) => row.inputs)]);
  const [answers, rows] = [ran.slice(0, own.length), ran.slice(own.length)];
  refuseChance(answers, rows, operators);
  const goldenOrigin = given.length > 0 ? 'SUBMITTER' : 'SELF';
  const golden = goldenOrigin === 'SUBMITTER' ? verified(given, answers) : vouched(own, answers);
  const answered = answers.find((answer) => 'outputs' in answer)?.outputs ?? [];
  const contract = { inputs, outputs: servedOutputs(outputs, answered.map(specOf)) };
  const sameAnswers = earlier.length > 0 && earlier.every((row, i) => answeredAs(row, rows[own.length + i]));
  return { model, contract, classLabels, operators, opsets, producer, golden, goldenOrigin, sameAnswers };
}

/** How many features the trees of a model read at least; 1 for a model without. */
const widthOfTrees = (model: Uint8Array): number => Math.max(0, ...readThresholds(model).keys()) + 1;

/** Operators that draw a number by chance, as ONNX defines them. */
const DRAWING: ReadonlySet<string> = new Set([
  'Bernoulli',
  'Dropout',
  'Multinomial',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
]);

/** Throws INVALID_INPUT where one row got two answers. */
function refuseChance(first: readonly RowAnswer[], second: readonly RowAnswer[], operators: readonly string[]): void {
  const row = first.findIndex((answer, i) => canonicalJson(answer) !== canonicalJson(second[i]));
  if (row < 0) return;
  const drawing = operators.filter((operator) => DRAWING.has(operator));
  const by = drawing.length > 0 ? ` (it draws by chance: ${drawing.join(', ')})` : '';
  throw new DomainError(
    'INVALID_INPUT',
    `artifact: the model answers the same row in two ways${by}: export it for inference, without operators that draw by chance`,
    { field: 'artifact', operators: drawing },
  );
}

/** Whether a row ran and gave what its golden row says, as closely as an engine must. */
export const answeredAs = (row: GoldenRow, answer: RowAnswer | undefined): boolean =>
  answer !== undefined && 'outputs' in answer && reproduces(row, answer.outputs);

function verified(given: readonly GoldenRow[], answers: readonly RowAnswer[]): readonly GoldenRow[] {
  const outputs = answers.map((answer, i): readonly TensorValue[] => {
    if ('failed' in answer) throw rowFailed(i, answer.failed);
    return answer.outputs;
  });
  verifyGolden(given, outputs);
  return given.map(({ inputs, outputs: wanted }, i) => ({
    inputs,
    outputs: (outputs[i] ?? []).filter(({ name }) => wanted.some((want) => want.name === name)),
  }));
}

function vouched(inputs: readonly (readonly TensorValue[])[], answers: readonly RowAnswer[]): readonly GoldenRow[] {
  const golden = answers.flatMap((answer, i): GoldenRow[] =>
    'outputs' in answer && isFinite(answer.outputs)
      ? [{ inputs: [...(inputs[i] ?? [])], outputs: [...answer.outputs] }]
      : [],
  );
  if (golden.length > 0) return golden;
  const first = answers.find((answer) => 'failed' in answer);
  const why = first && 'failed' in first ? first.failed : 'its answers are not finite numbers';
  throw new DomainError(
    'INVALID_INPUT',
    `goldenRows: no row that was made from the contract runs on the model (${why}): send goldenRows`,
    {
      field: 'goldenRows',
    },
  );
}

const rowFailed = (i: number, why: string): DomainError =>
  new DomainError('INVALID_INPUT', `golden row ${i} does not run: ${why}`, { field: `goldenRows.${i}` });
