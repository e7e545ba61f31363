import {
  estimatedQuality,
  type EstimatedQuality,
} from '../../../../core/statistics/model-quality/estimated-quality.ts';
import { fitIsotonic, isotonicAt, type IsotonicCurve } from '../../../../core/statistics/model-quality/isotonic.ts';
import { ENOUGH_VALUES } from './drift-severity.ts';
import type { LabelledScores } from './performance.ts';
import type { TimeWindow } from '../time-window.ts';

const DAY_MS = 86_400_000;
/** Before what is estimated: whose outcomes say what a score is worth. */
export const CALIBRATION_DAYS = 28;

export const calibrationWindow = ({ from }: TimeWindow): TimeWindow => ({
  from: new Date(from.getTime() - CALIBRATION_DAYS * DAY_MS),
  to: from,
});

const areChances = (scores: readonly number[]): boolean => scores.every((score) => score >= 0 && score <= 1);

/** What a score was worth; null where too few outcomes say it, or where scores are no probabilities. */
export const calibrationOf = ({ scores, labels }: LabelledScores): IsotonicCurve | null =>
  scores.length < ENOUGH_VALUES || !areChances(scores) ? null : fitIsotonic(scores, labels);

/** How good scores are likely to be, without their outcomes; null where nothing says it. */
export function estimateOf(curve: IsotonicCurve | null, scores: readonly number[]): EstimatedQuality | null {
  if (curve === null || !areChances(scores)) return null;
  // Rounding of an average of zeros and ones must not leave what a chance can be.
  return estimatedQuality(
    scores,
    scores.map((score) => Math.min(1, Math.max(0, isotonicAt(curve, score)))),
  );
}
