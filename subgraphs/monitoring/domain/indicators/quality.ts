import type { Labels } from '../../../../core/promql/labels.ts';
import { ENOUGH_VALUES } from '../quality/drift-severity.ts';
import { figuresOf } from '../quality/performance.ts';
import { DAY_SECONDS, HOUR_SECONDS } from './grid.ts';
import { reading, versionLabel, type Indicator, type Reading } from './indicator.ts';

/** A scored answer, and its outcome where there is one by now. */
export interface ScoredRow {
  readonly score: number | null;
  readonly models: readonly { readonly version: string; readonly score: number | null }[];
  readonly arm: string | null;
  readonly segments: Readonly<Record<string, string>> | null;
  readonly label: 0 | 1 | null;
}

const labels = ['endpoint', 'environment', 'window', 'model_version', 'arm', 'segment'];
const windows = [HOUR_SECONDS, DAY_SECONDS];
const DELAYED = 'An outcome counts in the window of its prediction, whenever it comes.';

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
];

/** Values of one dimension that have series of their own; the rest counts as `other`. */
const MOST_VALUES = 100;

interface Scored {
  readonly score: number;
  readonly label: 0 | 1 | null;
}

type Slices = Map<string, Scored[]>;

function add(slices: Slices, key: string, scored: Scored): void {
  const held = slices.get(key);
  if (held) held.push(scored);
  else slices.set(key, [scored]);
}

/**
 * How good the scores of a window were: of the whole deployment, of each model version by its own score, of each arm, and of each
 * declared segment, one dimension at a time.
 */
export function scoreReadings(project: string, base: Labels, rows: readonly ScoredRow[]): readonly Reading[] {
  const whole: Scored[] = [];
  const [versions, arms]: [Slices, Slices] = [new Map(), new Map()];
  const dimensions = new Map<string, Slices>();
  for (const { score, models, arm, segments, label } of rows) {
    for (const model of models) {
      if (model.score !== null) add(versions, versionLabel(project, [model.version]), { score: model.score, label });
    }
    if (score === null) continue;
    const scored = { score, label };
    whole.push(scored);
    if (arm !== null) add(arms, arm, scored);
    for (const [dimension, value] of Object.entries(segments ?? {})) {
      const slices: Slices = dimensions.get(dimension) ?? new Map();
      dimensions.set(dimension, slices);
      add(slices, value, scored);
    }
  }
  return [
    ...sliceReadings(base, whole),
    ...readingsOf(base, 'model_version', versions),
    ...readingsOf(base, 'arm', arms),
    ...[...dimensions].flatMap(([dimension, slices]) => readingsOf(base, 'segment', slices, `${dimension}=`)),
  ];
}

function readingsOf(base: Labels, label: string, slices: Slices, prefix = ''): readonly Reading[] {
  const sorted = [...slices].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  const kept = sorted.slice(0, MOST_VALUES);
  const rest = sorted.slice(MOST_VALUES).flatMap(([, scored]) => scored);
  const named: readonly (readonly [string, readonly Scored[]])[] =
    rest.length === 0 ? kept : [...kept, ['other', rest]];
  return named.flatMap(([value, scored]) => sliceReadings({ ...base, [label]: `${prefix}${value}` }, scored));
}

/** Fewer outcomes than can be judged have a coverage and no quality. */
function sliceReadings(labelled: Labels, scored: readonly Scored[]): readonly Reading[] {
  if (scored.length === 0) return [];
  const pairs = scored.flatMap(({ score, label }) => (label === null ? [] : [{ score, label }]));
  const coverage = [
    ...reading('model_scored', labelled, scored.length),
    ...reading('model_label_coverage', labelled, pairs.length / scored.length),
  ];
  if (pairs.length < ENOUGH_VALUES) return coverage;
  const figures = figuresOf(
    { predictions: scored.length, labelled: pairs.length },
    { scores: pairs.map(({ score }) => score), labels: pairs.map(({ label }) => label) },
  );
  return [
    ...coverage,
    ...reading('model_auc', labelled, figures.auc),
    ...reading('model_brier_score', labelled, figures.brier),
    ...reading('model_log_loss', labelled, figures.logLoss),
    ...reading('model_base_rate', labelled, figures.baseRate),
    ...reading('model_mean_score', labelled, figures.meanScore),
  ];
}
