import { distinctTexts } from '../../../../core/sketch/category-counts.ts';
import { ascendingCells, sharedCells } from '../../../../core/sketch/cells.ts';
import { emptyCollapsing } from '../../../../core/sketch/collapsing-sketch.ts';
import { sketchQuantile } from '../../../../core/sketch/ddsketch.ts';
import type { NumberProfile, ValueProfile } from '../../../../core/sketch/value-profile.ts';
import { driftCells } from '../../../../core/statistics/binning.ts';
import { isNumeric, withAbsent } from './profile.ts';
import { OTHER } from './value-sample.ts';
import { inBins } from './bin-cells.ts';

const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
const MOST_BINS = 20;

/** What a profile says of one feature, or of the score, for people. */
export interface ProfileSummary {
  readonly name: string;
  readonly kind: 'NUMERIC' | 'CATEGORICAL';
  readonly n: number;
  readonly missing: number;
  readonly invalid: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly numbers: {
    readonly n: number;
    readonly mean: number;
    readonly stddev: number | null;
    readonly min: number;
    readonly max: number;
    readonly accuracy: number;
    readonly quantiles: readonly { readonly q: number; readonly value: number }[];
    readonly edges: readonly number[];
    readonly counts: readonly number[];
  } | null;
  readonly categories: Readonly<Record<string, number>>;
  readonly distinct: number | null;
}

/** `answers`: of the window; one without the feature counts as missing. */
export function summaryOf(name: string, profile: ValueProfile, answers: number): ProfileSummary {
  const { numbers, categories } = profile;
  const statuses = withAbsent(profile, answers);
  const present = statuses.get('PRESENT') ?? 0;
  return {
    name,
    kind: isNumeric(profile) ? 'NUMERIC' : 'CATEGORICAL',
    n: present,
    missing: answers - present,
    invalid: numbers.invalid,
    statuses: Object.fromEntries([...statuses].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    numbers: numbers.n === 0 ? null : summaryOfNumbers(numbers),
    categories: Object.fromEntries([
      ...[...categories.counts].toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)),
      ...(categories.other > 0 ? [[OTHER, categories.other] as const] : []),
    ]),
    distinct: categories.counts.size === 0 ? null : distinctTexts(categories),
  };
}

function summaryOfNumbers(numbers: NumberProfile): NonNullable<ProfileSummary['numbers']> {
  const { n, mean, m2, min, max, sketch } = numbers;
  const cells = sharedCells(ascendingCells(sketch), ascendingCells(emptyCollapsing()));
  const { edges, reference: counts } = inBins(cells, driftCells(cells.reference, MOST_BINS));
  return {
    n,
    mean,
    stddev: n < 2 ? null : Math.sqrt(m2 / (n - 1)),
    min,
    max,
    accuracy: sketch.relativeAccuracy,
    // A bin of the sketch may reach beyond the numbers in it.
    quantiles: QUANTILES.map((q) => ({ q, value: Math.min(max, Math.max(min, sketchQuantile(sketch, q))) })),
    edges,
    counts,
  };
}
