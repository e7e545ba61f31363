import type { Interval } from '../../../../core/statistics/interval.ts';
import { pairedMomentsTest } from '../../../../core/statistics/means.ts';
import { aucInterval } from '../../../../core/statistics/model-quality/auc-interval.ts';
import { calibrationError, reliabilityRows } from '../../../../core/statistics/model-quality/calibration.ts';
import { confusionAt, confusionQuality } from '../../../../core/statistics/model-quality/confusion.ts';
import { brierScore, logLoss } from '../../../../core/statistics/model-quality/probability.ts';
import { averagePrecision, ksScore, rocAuc } from '../../../../core/statistics/model-quality/ranking.ts';
import { regressionQuality } from '../../../../core/statistics/model-quality/regression.ts';
import { momentsOf } from '../../../../core/statistics/moments.ts';
import { wilsonInterval } from '../../../../core/statistics/wilson.ts';
import { lossesOf, type Judged } from './judged.ts';

/** A number about a model's quality, computed from its evaluation file with the registered model. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  /** Rows that it was computed from. */
  readonly n: number;
  /** 95 % interval, where there is a formula for one. */
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Every metric of a task; a policy may ask for any of them. */
export const METRIC_NAMES = [
  'accuracy',
  'precision',
  'recall',
  'specificity',
  'f1',
  'mcc',
  'rocAuc',
  'averagePrecision',
  'ks',
  'brier',
  'logLoss',
  'calibrationError',
  'mae',
  'rmse',
  'mape',
  'r2',
  'medianAbsoluteError',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export function metricsOf(judged: Judged): readonly Metric[] {
  if (judged.task === 'REGRESSION') return regressionMetrics(judged);
  if (judged.task === 'MULTICLASS') {
    const hits = judged.labels.filter((label, row) => label === judged.scores[row]).length;
    return [share('accuracy', hits, judged.labels.length)];
  }
  return binaryMetrics(judged);
}

function binaryMetrics(judged: Judged): readonly Metric[] {
  const { labels, scores, decisions, areProbabilities } = judged;
  const n = labels.length;
  const confusion = confusionAt(labels, decisions.map(Number), 0.5);
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = confusion;
  const { f1, mcc } = confusionQuality(confusion);
  const auc = rocAuc(labels, scores);
  return [
    share('accuracy', tp + tn, n),
    share('precision', tp, tp + fp),
    share('recall', tp, tp + fn),
    share('specificity', tn, tn + fp),
    number('f1', f1, n),
    number('mcc', mcc, n),
    number('rocAuc', auc, n, auc === null ? null : aucInterval(auc, tp + fn, tn + fp)),
    number('averagePrecision', averagePrecision(labels, scores), n),
    number('ks', ksScore(labels, scores), n),
    ...(areProbabilities
      ? [
          number('brier', brierScore(labels, scores), n, meanInterval(lossesOf(judged))),
          number('logLoss', logLoss(labels, scores), n),
          number('calibrationError', calibrationError(reliabilityRows(labels, scores)), n),
        ]
      : []),
  ].flat();
}

function regressionMetrics(judged: Judged): readonly Metric[] {
  const quality = regressionQuality(judged.labels, judged.scores);
  if (!quality) return [];
  const n = judged.labels.length;
  return [
    number('mae', quality.mae, n, meanInterval(lossesOf(judged))),
    number('rmse', quality.rmse, n),
    number('mape', quality.mape, n),
    number('r2', quality.r2, n),
    number('medianAbsoluteError', quality.medianAbsoluteError, n),
  ].flat();
}

/** Student's interval of a mean over rows. */
const meanInterval = (values: readonly number[]): Interval | null => pairedMomentsTest(momentsOf(values)).interval;

/** A share of rows with Wilson's interval; of no rows there is none. */
const share = (name: MetricName, hits: number, of: number): Metric => ({
  name,
  value: of === 0 ? 0 : hits / of,
  n: of,
  ...wilsonInterval(hits, of),
});

/** None where the number does not exist for these rows. */
const number = (name: MetricName, value: number | null, n: number, interval: Interval | null = null): Metric[] =>
  value === null ? [] : [{ name, value, n, lower: interval?.lower ?? null, upper: interval?.upper ?? null }];
