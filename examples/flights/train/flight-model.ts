import type { GoldenRow } from '../../../schema/release.ts';
import { SAMPLES, type SampleRule } from '../sampling.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { BOOSTING, boostedTreesToOnnx } from '../../shared/train/boosted-trees.ts';
import {
  denseToOnnx,
  LOGISTIC,
  NETWORK,
  scoreDense,
  trainDense,
  type DenseOptions,
} from '../../shared/train/dense-network.ts';
import { qualityOf, scoresOf, type Quality, type Score } from '../../shared/train/judged.ts';
import { rowOf, type Matrix } from '../../shared/train/matrix.ts';
import { inKilometres, inPercent } from './matrix-changes.ts';
import { scoreOf, trainWithProgress } from '../../shared/train/train-with-progress.ts';

/** One model of the example: what it learns from, how, and what it is evaluated on. */
export interface FlightModelPlan {
  readonly name: string;
  readonly description: string;
  readonly trainedOn: SampleRule;
  readonly evaluatedOn: SampleRule;
  readonly learner: 'boosted trees' | DenseOptions;
  /** What its trainer does to the rows and its users do not: the fault of a broken one. */
  readonly mistake?: (matrix: Matrix) => Matrix;
}

const january = { trainedOn: SAMPLES.january, evaluatedOn: SAMPLES.february };
const spring = { trainedOn: SAMPLES.spring, evaluatedOn: SAMPLES.juneWeek };

export const FLIGHT_MODELS: readonly FlightModelPlan[] = [
  { name: 'champion', description: 'Boosted trees, January.', ...january, learner: 'boosted trees' },
  { name: 'challenger', description: 'Boosted trees, March to May.', ...spring, learner: 'boosted trees' },
  {
    name: 'kilometres',
    description: 'As the challenger, but its trainer took kilometres where everyone sends miles.',
    ...spring,
    learner: 'boosted trees',
    mistake: inKilometres,
  },
  {
    name: 'percent',
    description: 'As the challenger, but its trainer took per cent where everyone sends shares.',
    ...spring,
    learner: 'boosted trees',
    mistake: inPercent,
  },
  { name: 'logistic', description: 'Logistic regression, January.', ...january, learner: LOGISTIC },
  { name: 'network', description: 'A network of two hidden layers, January.', ...january, learner: NETWORK },
];

export interface FlightModel {
  readonly plan: FlightModelPlan;
  readonly onnx: Uint8Array;
  readonly score: Score;
  readonly quality: Quality;
  readonly evaluation: Evaluation;
  readonly goldenRows: readonly GoldenRow[];
}

/** What a judge needs to compute a model's quality again. */
interface Evaluation {
  readonly sample: SampleRule;
  readonly labels: readonly number[];
  readonly scores: readonly number[];
}

export function trainFlightModel(
  plan: FlightModelPlan,
  samples: { readonly train: Matrix; readonly evaluate: Matrix },
  output: ProgressOutput,
): FlightModel {
  const { onnx, score } = learn(plan, samples.train, output);
  const scores = scoresOf(score, samples.evaluate);
  return {
    plan,
    onnx,
    score,
    quality: qualityOf(samples.evaluate.labels, scores),
    evaluation: { sample: plan.evaluatedOn, labels: Array.from(samples.evaluate.labels), scores },
    goldenRows: goldenRowsOf(score, samples.evaluate),
  };
}

function learn(
  { name, learner, mistake }: FlightModelPlan,
  given: Matrix,
  output: ProgressOutput,
): { readonly onnx: Uint8Array; readonly score: Score } {
  const matrix = mistake ? mistake(given) : given;
  const width = matrix.columns.length;
  if (learner === 'boosted trees') {
    const model = trainWithProgress(name, matrix, output);
    return { onnx: boostedTreesToOnnx(model, width), score: scoreOf(model) };
  }
  output.write(`train ${name}: ${learner.epochs} epochs over ${matrix.rows} rows\n`);
  const layers = trainDense(matrix, learner);
  return { onnx: denseToOnnx(layers, width), score: (row) => scoreDense(layers, row) };
}

const GOLDEN_ROWS = 20;

/** The first rows of the evaluation with the trainer's own answers: an engine must come to the same. */
function goldenRowsOf(score: Score, matrix: Matrix): GoldenRow[] {
  return Array.from({ length: Math.min(GOLDEN_ROWS, matrix.rows) }, (_none, at) => {
    const row = rowOf(matrix, at);
    return {
      inputs: [{ name: 'features', dtype: 'float32', shape: [1, row.length], data: Array.from(row) }],
      outputs: [{ name: 'score', dtype: 'float32', shape: [1, 1], data: [Math.fround(score(row))] }],
    };
  });
}

/** The model card: what a person who approves it should read. */
export function cardOf({ plan, quality }: FlightModel): string {
  const learner =
    plan.learner === 'boosted trees'
      ? `boosted trees, ${BOOSTING.trees} of depth ${BOOSTING.depth}`
      : `dense layers of ${[...plan.learner.hidden, 1].join(', ')}`;
  return `# ${plan.name}

${plan.description}

Answers, at push-back: how likely is it that this flight arrives more than 15 minutes late?

- Learner: ${learner}
- Trained on ${wordsFor(plan.trainedOn)}
- Evaluated on ${wordsFor(plan.evaluatedOn)}: AUC ${quality.auc.toFixed(4)}, Brier ${quality.brier.toFixed(4)}
- Late shares are those that were known at push-back; 0 where nothing was known
- Not for: times before push-back, since the hour is that of the real departure
`;
}

const wordsFor = ({ from, to, size }: SampleRule): string =>
  `${size} flights from ${from} up to, not including, ${to} (UTC)`;
