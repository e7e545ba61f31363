import type { Labels } from '../../../../core/promql/labels.ts';
import type { FeatureDrift } from '../quality/drift.ts';
import { EFFECT_ALPHA, SEVERITIES } from '../quality/drift-severity.ts';
import { countOf, type ValueSample } from '../quality/value-sample.ts';
import { DAY_SECONDS, HOUR_SECONDS } from './grid.ts';
import { reading, type Indicator, type Reading } from './indicator.ts';

const labels = ['endpoint', 'environment', 'feature', 'window'];
const ofScore = ['endpoint', 'environment', 'window'];
const windows = [HOUR_SECONDS, DAY_SECONDS];

const AGAINST = 'against the seven UTC days before';

export const DISTRIBUTION_INDICATORS: readonly Indicator[] = [
  {
    name: 'feature_drift_score',
    labels,
    windows,
    unit: 'PSI',
    description: `PSI of a feature ${AGAINST}, where the change is significant after correction over all features; else 0.`,
  },
  { name: 'feature_psi', labels, windows, unit: 'PSI', description: `PSI of a feature ${AGAINST}, as it is.` },
  {
    name: 'feature_drift_severity',
    labels,
    windows,
    unit: '0 none, 1 low, 2 moderate, 3 high',
    description: `Severity of a feature's drift ${AGAINST}, by size of effect.`,
  },
  {
    name: 'feature_missing_rate',
    labels,
    windows,
    unit: 'share',
    description: 'Share of answers for which a feature had no present value.',
  },
  {
    name: 'feature_freshness',
    labels,
    windows,
    unit: 'share',
    description: 'Of the answers for which a feature had a value: the share whose value was not too old.',
  },
  {
    name: 'score_drift_score',
    labels: ofScore,
    windows,
    unit: 'PSI',
    description: `PSI of the score ${AGAINST}, where the change is significant; else 0.`,
  },
  { name: 'score_psi', labels: ofScore, windows, unit: 'PSI', description: `PSI of the score ${AGAINST}, as it is.` },
  {
    name: 'score_drift_severity',
    labels: ofScore,
    windows,
    unit: '0 none, 1 low, 2 moderate, 3 high',
    description: `Severity of the score's drift ${AGAINST}, by size of effect.`,
  },
];

/** UNKNOWN has no number: too few values say nothing. */
const levelOf = ({ severity }: FeatureDrift): number | null =>
  severity === 'UNKNOWN' ? null : SEVERITIES.indexOf(severity) - SEVERITIES.indexOf('NONE');

/** What one feature's drift, or the score's, shows. Too few values to judge have no series, whatever their PSI. */
export function driftReadings(of: 'feature' | 'score', labelled: Labels, drift: FeatureDrift): Reading[] {
  const level = levelOf(drift);
  if (level === null) return [];
  const { psi, adjustedP } = drift;
  const significant = adjustedP !== null && adjustedP < EFFECT_ALPHA;
  return [
    ...reading(`${of}_drift_score`, labelled, psi === null ? null : significant ? psi : 0),
    ...reading(`${of}_psi`, labelled, psi),
    ...reading(`${of}_drift_severity`, labelled, level),
  ];
}

/** What the statuses of a feature's reads show. */
export function qualityReadings(labelled: Labels, { statuses }: Pick<ValueSample, 'statuses'>): Reading[] {
  const n = countOf(statuses);
  if (n === 0) return [];
  const present = statuses['PRESENT'] ?? 0;
  const old = statuses['OUTSIDE_MAX_AGE'] ?? 0;
  return [
    ...reading('feature_missing_rate', labelled, 1 - present / n),
    ...reading('feature_freshness', labelled, present + old === 0 ? null : present / (present + old)),
  ];
}
