import { DomainError } from '../../../../core/errors.ts';

/** UNKNOWN: too few values to say that nothing has changed. */
export const SEVERITIES = ['UNKNOWN', 'NONE', 'LOW', 'MODERATE', 'HIGH'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * How severity is judged. `BY_EFFECT` (ours) takes a size of effect that is also significant after correction over
 * the features. `SOURCE` takes fixed thresholds and uncorrected p-values, under which every large window is HIGH.
 */
export const DRIFT_PRESETS = ['BY_EFFECT', 'SOURCE'] as const;
export type DriftPreset = (typeof DRIFT_PRESETS)[number];

/** The distances of one feature between two windows; `null` where a window has no value. */
export interface DriftEvidence {
  readonly psi: number | null;
  readonly jensenShannon: number | null;
  readonly ksD: number | null;
  readonly ksP: number | null;
  /** The feature's p-value after correction over all features of the report. */
  readonly adjustedP: number | null;
  /** The smaller of both windows' counts. */
  readonly n: number;
}

/** From here on an effect has this severity. */
const LEVELS = ['HIGH', 'MODERATE', 'LOW'] as const;
const EFFECT = { psi: [0.25, 0.1, 0.05], ksD: [0.2, 0.1, 0.05] } as const;
export const EFFECT_ALPHA = 0.01;
/** Fewer values than this can't show that nothing has changed. */
export const ENOUGH_VALUES = 100;

const SOURCE = { psi: [0.25, 0.1, 0.05], jensenShannon: [0.1, 0.05, 0.02], ksP: [0.001, 0.01, 0.05] } as const;

function byEffect({ psi, ksD, adjustedP, n }: DriftEvidence): Severity {
  const significant = adjustedP !== null && adjustedP < EFFECT_ALPHA;
  const level = LEVELS.find((_, i) => (psi ?? 0) > (EFFECT.psi[i] ?? 1) || (ksD ?? 0) > (EFFECT.ksD[i] ?? 1));
  if (significant && level) return level;
  return n < ENOUGH_VALUES ? 'UNKNOWN' : 'NONE';
}

function bySource({ psi, jensenShannon, ksP, n }: DriftEvidence): Severity {
  const level = LEVELS.find(
    (_, i) =>
      (psi ?? 0) > (SOURCE.psi[i] ?? 1) ||
      (jensenShannon ?? 0) > (SOURCE.jensenShannon[i] ?? 1) ||
      (ksP ?? 1) < (SOURCE.ksP[i] ?? 0),
  );
  return level ?? (n === 0 ? 'UNKNOWN' : 'NONE');
}

export function severityOf(evidence: DriftEvidence, preset: DriftPreset): Severity {
  switch (preset) {
    case 'BY_EFFECT':
      return byEffect(evidence);
    case 'SOURCE':
      return bySource(evidence);
    default:
      throw new DomainError('INVALID_INPUT', `there is no preset ${String(preset)}`, { allowed: DRIFT_PRESETS });
  }
}

/** The worst of several; UNKNOWN is worse than NONE, since missing data never means healthy. */
export function worstSeverity(severities: readonly Severity[]): Severity {
  const order = ['NONE', 'UNKNOWN', 'LOW', 'MODERATE', 'HIGH'] as const;
  return severities.reduce<Severity>(
    (worst, severity) => (order.indexOf(severity) > order.indexOf(worst) ? severity : worst),
    severities.length === 0 ? 'UNKNOWN' : 'NONE',
  );
}
