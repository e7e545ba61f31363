import type { Labels } from '../../../../core/promql/labels.ts';
import { calibrationOf, estimateOf } from '../quality/estimate.ts';
import { ENOUGH_VALUES } from '../quality/drift-severity.ts';
import type { IsotonicCurve } from '../../../../core/statistics/model-quality/isotonic.ts';
import { DAY_SECONDS } from './grid.ts';
import { boundedIndicators, boundedReadings, versionLabel, type Indicator, type Reading } from './indicator.ts';
import type { Slice } from './slices.ts';

const labels = ['endpoint', 'environment', 'window', 'model_version', 'arm', 'segment'];
const windows = [DAY_SECONDS];
const HOW =
  'that is likely by what scores were worth in the seven UTC days before, without the outcomes of the window (CBPE). With 95 % the measured one lies between both bounds.';

/** Where an estimate stands in what was estimated, by its indicator. */
const ESTIMATED = {
  model_estimated_auc: { of: 'auc', unit: 'share', name: 'Area under the ROC curve' },
  model_estimated_brier_score: { of: 'brier', unit: 'squared error', name: 'Brier score' },
  model_estimated_log_loss: { of: 'logLoss', unit: 'nats', name: 'Log loss' },
  model_estimated_base_rate: { of: 'baseRate', unit: 'share', name: 'Share of positive outcomes' },
} as const;

export const ESTIMATE_INDICATORS: readonly Indicator[] = Object.entries(ESTIMATED).flatMap(
  ([name, { unit, name: figure }]) =>
    boundedIndicators({ name, labels, windows, unit, description: `${figure} ${HOW}` }),
);

/** An answer of the week before with its outcome. */
export interface CalibratingAnswer {
  readonly score: number;
  readonly models: readonly { readonly version: string; readonly score: number | null }[];
  readonly label: 0 | 1;
}

/** A version's score is worth what its own scores were; what else is sliced, what those of the deployment were. */
function curvesOf(project: string, before: readonly CalibratingAnswer[]): (slice: Slice) => IsotonicCurve | null {
  const whole = calibrationOf({ scores: before.map(({ score }) => score), labels: before.map(({ label }) => label) });
  const own = Map.groupBy(
    before.flatMap(({ models, label }) =>
      models.flatMap(({ version, score }) =>
        score === null ? [] : [{ version: versionLabel(project, [version]), score, label }],
      ),
    ),
    ({ version }) => version,
  );
  const curves = new Map(
    [...own].map(([version, rows]) => [
      version,
      calibrationOf({ scores: rows.map(({ score }) => score), labels: rows.map(({ label }) => label) }),
    ]),
  );
  return ({ labels: { model_version: version } }) => (version === undefined ? whole : (curves.get(version) ?? null));
}

/** How good the scores of the slices of a window are likely to be; nothing where too little says what a score is worth. */
export function estimateReadings(
  project: string,
  base: Labels,
  before: readonly CalibratingAnswer[],
  slices: readonly Slice[],
): readonly Reading[] {
  if (before.length < ENOUGH_VALUES) return [];
  const curveOf = curvesOf(project, before);
  return slices.flatMap((slice) => {
    if (slice.scored.length < ENOUGH_VALUES) return [];
    const estimate = estimateOf(
      curveOf(slice),
      slice.scored.map(({ score }) => score),
    );
    if (estimate === null) return [];
    const labelled = { ...base, ...slice.labels };
    return Object.entries(ESTIMATED).flatMap(([name, { of }]) => {
      const found = estimate[of];
      return boundedReadings(name, labelled, found?.value, found?.interval);
    });
  });
}
