import type { Labels } from '../../../../core/promql/labels.ts';
import { ENOUGH_VALUES } from '../quality/drift-severity.ts';
import { figuresOf } from '../quality/performance.ts';
import { regressionOf } from '../quality/regression.ts';
import { DAY_SECONDS, HOUR_SECONDS } from './grid.ts';
import { reading, type Indicator, type Reading } from './indicator.ts';
import { labelOf, type Slice } from './slices.ts';

const labels = ['endpoint', 'environment', 'window', 'model_version', 'arm', 'segment'];
const windows = [HOUR_SECONDS, DAY_SECONDS];
const DELAYED = 'An outcome counts in the window of its prediction, whenever it comes.';
const NUMBERS = `Where outcomes are numbers other than 0 and 1. ${DELAYED}`;

export const QUALITY_INDICATORS: readonly Indicator[] = [
  { name: 'model_scored', labels, windows, unit: 'answers', description: 'Answers with a score.' },
  {
    name: 'model_label_coverage',
    labels,
    windows,
    unit: 'share',
    description: `Share of scored answers that have an outcome by now. ${DELAYED}`,
  },
  { name: 'model_auc', labels, windows, unit: 'share', description: `Area under the ROC curve. ${DELAYED}` },
  { name: 'model_brier_score', labels, windows, unit: 'squared error', description: `Brier score. ${DELAYED}` },
  { name: 'model_log_loss', labels, windows, unit: 'nats', description: `Log loss. ${DELAYED}` },
  { name: 'model_base_rate', labels, windows, unit: 'share', description: `Share of positive outcomes. ${DELAYED}` },
  {
    name: 'model_mean_score',
    labels,
    windows,
    unit: 'score',
    description: 'Average score of the answers with an outcome.',
  },
  { name: 'model_mae', labels, windows, unit: "outcome's", description: `Mean absolute error. ${NUMBERS}` },
  { name: 'model_rmse', labels, windows, unit: "outcome's", description: `Root of the mean squared error. ${NUMBERS}` },
  { name: 'model_r2', labels, windows, unit: 'share', description: `R²: share of the variance explained. ${NUMBERS}` },
  {
    name: 'model_mean_error',
    labels,
    windows,
    unit: "outcome's",
    description: `Average of score minus outcome: above 0 the model says too much. ${NUMBERS}`,
  },
];

/** How good the scores of the slices of a window were. Fewer outcomes than can be judged have a coverage and no quality. */
export const scoreReadings = (base: Labels, slices: readonly Slice[]): readonly Reading[] =>
  slices.flatMap(({ labels: own, scored }) => {
    const labelled = { ...base, ...own };
    const known = scored.flatMap(({ score, value }) => (value === null ? [] : [{ score, value }]));
    const counts = { predictions: scored.length, labelled: known.length };
    const coverage = [
      ...reading('model_scored', labelled, scored.length),
      ...reading('model_label_coverage', labelled, known.length / scored.length),
    ];
    if (known.length < ENOUGH_VALUES) return coverage;
    const scores = known.map(({ score }) => score);
    const figures = figuresOf(counts, { scores, labels: known.map(({ value }) => labelOf(value)) });
    return [
      ...coverage,
      ...reading('model_auc', labelled, figures.auc),
      ...reading('model_brier_score', labelled, figures.brier),
      ...reading('model_log_loss', labelled, figures.logLoss),
      ...reading('model_base_rate', labelled, figures.baseRate),
      ...reading('model_mean_score', labelled, figures.meanScore),
      ...(known.some(({ value }) => value !== 0 && value !== 1) ? numberReadings(labelled, known) : []),
    ];
  });

/** How far numbers were from what came. */
function numberReadings(
  labelled: Labels,
  known: readonly { readonly score: number; readonly value: number }[],
): readonly Reading[] {
  const pairs = { scores: known.map(({ score }) => score), values: known.map(({ value }) => value) };
  const { quality, meanError } = regressionOf({ predictions: known.length, labelled: known.length }, pairs);
  return [
    ...reading('model_mae', labelled, quality?.mae),
    ...reading('model_rmse', labelled, quality?.rmse),
    ...reading('model_r2', labelled, quality?.r2),
    ...reading('model_mean_error', labelled, meanError),
  ];
}
