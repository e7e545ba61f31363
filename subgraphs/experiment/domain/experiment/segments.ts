import { normalSf } from '../../../../core/statistics/distributions/normal.ts';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import { twoProportionTest } from '../../../../core/statistics/two-proportion.ts';
import type { Trials } from './evidence.ts';
import type { ArmComparison } from './comparison.ts';
import { absoluteMde, type Design } from './design.ts';
import { refuse } from '../refuse.ts';

/** What the units of one value of a segment came to, by arm. */
export interface SegmentUnits {
  readonly segment: string;
  readonly value: string;
  readonly arms: Readonly<Record<string, Trials>>;
}

/** An arm against the control among the units of one value of a segment. */
export interface SegmentComparison {
  readonly segment: string;
  readonly value: string;
  readonly arm: string;
  readonly control: Trials;
  readonly tried: Trials;
  readonly difference: number | null;
  readonly interval: Interval;
  readonly p: number;
  /** Over all segments, values and arms (Benjamini–Hochberg). */
  readonly pAdjusted: number;
  readonly better: boolean | null;
}

/** An arm that is better over all, and worse within the values of a segment, or the other way round. */
export interface Reversal {
  readonly segment: string;
  readonly arm: string;
  /** Over all units, and as the mean of the differences within values, each weighed by what it can show. */
  readonly overall: number;
  readonly within: number;
}

const MOST_SEGMENTS = 10;

/** Throws INVALID_INPUT for too many segments, or one that is named twice. */
export function checkSegments(segments: readonly string[]): void {
  if (segments.length > MOST_SEGMENTS) {
    throw refuse('segments', `there are ${segments.length}; allowed: up to ${MOST_SEGMENTS}`);
  }
  const twice = segments.find((name, i) => segments.indexOf(name) < i);
  if (twice !== undefined) throw refuse('segments', `"${twice}" is named twice`);
  if (segments.some((name) => name.trim() === '' || name.length > 256)) {
    throw refuse('segments', 'a name must have 1 to 256 characters');
  }
}

const NONE: Trials = { labelled: 0, converted: 0 };

/** Each arm within each value of each segment, corrected for all of them together. The first of the arms is the control. */
export function compareSegments(
  units: readonly SegmentUnits[],
  [control = '', ...candidates]: readonly string[],
  design: Design,
): readonly SegmentComparison[] {
  const raw = units.flatMap(({ segment, value, arms }) =>
    candidates.map((arm) => {
      const [kept, tried] = [arms[control] ?? NONE, arms[arm] ?? NONE];
      const { difference, newcombeInterval: interval, pTwoSided: p } = compare(kept, tried, design.alpha);
      return { segment, value, arm, control: kept, tried, difference, interval, p };
    }),
  );
  const adjusted = adjustPValues(
    raw.map(({ p }) => p),
    'benjaminiHochberg',
  );
  return raw.map((one, i) => {
    const pAdjusted = adjusted[i] ?? 1;
    const isFound = pAdjusted < design.alpha && one.difference !== null;
    const better = isFound ? Math.sign(one.difference ?? 0) === Math.sign(absoluteMde(design)) : null;
    return { ...one, pAdjusted, better };
  });
}

const compare = (control: Trials, arm: Trials, alpha: number) =>
  twoProportionTest({
    controlSuccesses: control.converted,
    controlTrials: control.labelled,
    treatmentSuccesses: arm.converted,
    treatmentTrials: arm.labelled,
    confidence: 1 - alpha,
  });

/**
 * Simpson's paradox: the difference over all units and that within the values of a segment point in opposite directions,
 * both beyond chance. With an honest split this cannot be: the arms got different mixes of units.
 */
export function findReversals(
  found: readonly SegmentComparison[],
  comparisons: readonly ArmComparison[],
  alpha: number,
): readonly Reversal[] {
  const groups = [...Map.groupBy(found, ({ segment, arm }) => JSON.stringify([segment, arm])).values()];
  return groups.flatMap((values) => {
    const [first] = values;
    const overall = comparisons.find(({ arm }) => arm === first?.arm);
    if (!first || !overall || overall.pAdjusted >= alpha || overall.test.difference === null) return [];
    let [weights, sum, variance] = [0, 0, 0];
    for (const { control, tried, difference } of values) {
      if (difference === null) continue;
      const weight = (control.labelled * tried.labelled) / (control.labelled + tried.labelled);
      weights += weight;
      sum += weight * difference;
      variance += weight ** 2 * (spread(control) + spread(tried));
    }
    if (weights === 0 || variance === 0) return [];
    const within = sum / weights;
    const p = 2 * normalSf(Math.abs(sum) / Math.sqrt(variance));
    const isReversed = p < alpha && Math.sign(within) !== Math.sign(overall.test.difference);
    return isReversed ? [{ segment: first.segment, arm: first.arm, overall: overall.test.difference, within }] : [];
  });
}

/** The variance of a rate. */
const spread = ({ labelled, converted }: Trials): number => {
  const rate = converted / labelled;
  return (rate * (1 - rate)) / labelled;
};
