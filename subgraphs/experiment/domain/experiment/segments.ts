import { normalSf } from '../../../../core/statistics/distributions/normal.ts';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import { noEvidence, testOf, unitsIn, type Evidence } from './evidence.ts';
import type { ArmComparison } from './comparison.ts';
import { refuse } from '../refuse.ts';

/** What the units of one value of a segment came to, by arm. */
export interface SegmentUnits {
  readonly segment: string;
  readonly value: string;
  readonly arms: Readonly<Record<string, Evidence>>;
}

/** An arm against the control among the units of one value of a segment. */
export interface SegmentComparison {
  readonly segment: string;
  readonly value: string;
  readonly arm: string;
  readonly controlUnits: number;
  readonly units: number;
  readonly difference: number | null;
  readonly interval: Interval;
  /** Of the difference. */
  readonly standardError: number | null;
  readonly p: number;
  /** Over all that is compared with it: segments, values, arms and, of secondary metrics, metrics (Benjamini–Hochberg). */
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

/** What is compared within segments, and which way is better. */
export interface InSegments {
  readonly units: readonly SegmentUnits[];
  /** Whether it is the share that converts. */
  readonly ofShare: boolean;
  readonly higherIsBetter: boolean;
}

/**
 * Each arm within each value of each segment, all that is given corrected together, in the same order. Values that say nothing of an arm are left
 * out, as those with a single unit of a mean. The first of the arms is the control.
 */
export function compareSegments(
  compared: readonly InSegments[],
  arms: readonly string[],
  alpha: number,
): readonly (readonly SegmentComparison[])[] {
  const raw = compared.map((one) => one.units.flatMap((cell) => compareCell(one, cell, arms, alpha)));
  const adjusted = adjustPValues(
    raw.flat().map(({ p }) => p),
    'benjaminiHochberg',
  );
  let next = 0;
  return raw.map((cells, i) =>
    cells.map((cell) => {
      const pAdjusted = adjusted[next++] ?? 1;
      const isFound = pAdjusted < alpha && cell.difference !== null;
      const better = isFound ? (cell.difference ?? 0) > 0 === compared[i]?.higherIsBetter : null;
      return { ...cell, pAdjusted, better };
    }),
  );
}

function compareCell(
  { ofShare }: InSegments,
  { segment, value, arms }: SegmentUnits,
  [control = '', ...candidates]: readonly string[],
  alpha: number,
) {
  const none = noEvidence(!ofShare);
  return candidates.flatMap((arm) => {
    const [kept, tried] = [arms[control] ?? none, arms[arm] ?? none];
    const { difference, interval, standardError, p } = testOf(kept, tried, 1 - alpha);
    if (!interval) return [];
    const units = { controlUnits: unitsIn(kept), units: unitsIn(tried) };
    return [{ segment, value, arm, ...units, difference, interval, standardError, p }];
  });
}

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
    for (const { controlUnits, units, difference, standardError } of values) {
      if (difference === null || standardError === null) continue;
      const weight = (controlUnits * units) / (controlUnits + units);
      weights += weight;
      sum += weight * difference;
      variance += weight ** 2 * standardError ** 2;
    }
    if (weights === 0 || variance === 0) return [];
    const within = sum / weights;
    const p = 2 * normalSf(Math.abs(sum) / Math.sqrt(variance));
    const isReversed = p < alpha && Math.sign(within) !== Math.sign(overall.test.difference);
    return isReversed ? [{ segment: first.segment, arm: first.arm, overall: overall.test.difference, within }] : [];
  });
}
