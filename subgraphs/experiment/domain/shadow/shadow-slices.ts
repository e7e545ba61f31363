import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import { twoProportionTest } from '../../../../core/statistics/two-proportion.ts';
import { wilsonInterval } from '../../../../core/statistics/wilson.ts';
import type { Share } from './shadow-result.ts';

/** Pairs of one value of a segment in which both decided, and those with different decisions. */
export interface SliceCounts {
  readonly segment: string;
  readonly value: string;
  readonly decided: number;
  readonly flipped: number;
}

/** Where the candidate decides otherwise more often than elsewhere. */
export interface Slice extends SliceCounts {
  readonly flips: Share;
  /** Of all flips in the pairs that have the segment, and of all of these pairs. */
  readonly shareOfFlips: number | null;
  readonly shareOfPairs: number | null;
  /** Flips here against those of the other values, over all slices (Benjamini–Hochberg). */
  readonly p: number;
  readonly inWords: string;
}

const ALPHA = 0.05;

/**
 * Slices by how many more flips they hold than their share of the pairs would have, those first of which this is shown.
 * Each is compared with the other values of its segment.
 */
export function compareSlices(counts: readonly SliceCounts[]): readonly Slice[] {
  const totals = new Map<string, { decided: number; flipped: number }>();
  for (const { segment, decided, flipped } of counts) {
    const before = totals.get(segment) ?? { decided: 0, flipped: 0 };
    totals.set(segment, { decided: before.decided + decided, flipped: before.flipped + flipped });
  }
  const compared = counts.map((slice) => {
    const all = totals.get(slice.segment) ?? slice;
    const test = twoProportionTest({
      controlSuccesses: all.flipped - slice.flipped,
      controlTrials: all.decided - slice.decided,
      treatmentSuccesses: slice.flipped,
      treatmentTrials: slice.decided,
    });
    return { slice, all, p: test.pTwoSided };
  });
  const adjusted = adjustPValues(
    compared.map(({ p }) => p),
    'benjaminiHochberg',
  );
  return compared
    .map(({ slice, all }, i) => sliceOf(slice, all, adjusted[i] ?? 1))
    .toSorted((a, b) => rankOf(b) - rankOf(a) || (a.value < b.value ? -1 : 1));
}

/** Excess flips; where none are shown, behind all others. */
const rankOf = ({ p, decided, flipped, shareOfFlips, shareOfPairs }: Slice): number => {
  if (shareOfFlips === null || shareOfPairs === null || flipped === 0) return -Infinity;
  const excess = (shareOfFlips - shareOfPairs) * decided;
  return p < ALPHA && excess > 0 ? 1 + excess : -1 / (1 + Math.max(0, excess));
};

const percent = (share: number | null): string => `${Math.round((share ?? 0) * 100)} %`;

function sliceOf(slice: SliceCounts, all: { decided: number; flipped: number }, p: number): Slice {
  const { segment, value, decided, flipped } = slice;
  const shareOfFlips = all.flipped === 0 ? null : flipped / all.flipped;
  const shareOfPairs = all.decided === 0 ? null : decided / all.decided;
  const flips = {
    count: flipped,
    rate: decided === 0 ? null : flipped / decided,
    interval: wilsonInterval(flipped, decided, 1 - ALPHA),
  };
  const inWords =
    `${percent(shareOfFlips)} of the disagreements lie where ${segment}=${value}, which is ${percent(shareOfPairs)} of the ` +
    `pairs: it disagrees with ${percent(flips.rate)} of the answers there (p = ${p.toPrecision(2)} over all slices)`;
  return { ...slice, flips, shareOfFlips, shareOfPairs, p, inWords };
}
