import { invalid, requireSameLength } from './check.ts';
import type { Interval } from './interval.ts';
import { twoProportionTest } from './two-proportion.ts';

/** How the decisions on two groups can be compared. */
export const FAIRNESS_MEASURES = ['demographicParity', 'equalOpportunity', 'predictiveParity', 'fourFifths'] as const;
export type FairnessMeasure = (typeof FAIRNESS_MEASURES)[number];

/** Truth and decisions of the rows of one group; whole numbers. */
export interface GroupCounts {
  readonly group: string;
  readonly rows: number;
  /** Rows whose label is 1. */
  readonly positives: number;
  /** Rows that the decision says yes to. */
  readonly selected: number;
  /** Rows that are both. */
  readonly truePositives: number;
}

/** The two groups that lie farthest apart. */
export interface FairnessResult {
  readonly measure: FairnessMeasure;
  /** Highest minus lowest rate; of `fourFifths` lowest by highest. `null` below two groups that are large enough. */
  readonly value: number | null;
  /** 95 % interval of the value for these two groups: Newcombe's, of a ratio Katz's, which needs a yes in both. */
  readonly interval: Interval | null;
  /** Rows that the two rates were counted on. */
  readonly n: number;
  readonly lowest: string | null;
  readonly highest: string | null;
  /** Groups with too few rows for a rate. */
  readonly tooSmall: readonly string[];
}

interface Rate {
  readonly group: string;
  readonly hits: number;
  readonly of: number;
}

/** Which rate a measure compares: of all rows, of those with label 1, or of those that were selected. */
const RATE: Readonly<Record<FairnessMeasure, (counts: GroupCounts) => Rate>> = {
  demographicParity: ({ group, selected, rows }) => ({ group, hits: selected, of: rows }),
  equalOpportunity: ({ group, truePositives, positives }) => ({ group, hits: truePositives, of: positives }),
  predictiveParity: ({ group, truePositives, selected }) => ({ group, hits: truePositives, of: selected }),
  fourFifths: ({ group, selected, rows }) => ({ group, hits: selected, of: rows }),
};

/** Counts labels of 0 or 1 and decisions per group, the groups by name. */
export function groupCounts(
  groups: readonly string[],
  labels: readonly number[],
  decisions: readonly boolean[],
): readonly GroupCounts[] {
  requireSameLength('groups and labels', groups, labels);
  requireSameLength('groups and decisions', groups, decisions);
  const counts = new Map<string, { rows: number; positives: number; selected: number; truePositives: number }>();
  for (const [row, group] of groups.entries()) {
    const label = labels[row];
    if (label !== 0 && label !== 1) throw invalid(`labels[${row}]`, `is ${label}; allowed: 0 or 1`);
    const selected = decisions[row] === true ? 1 : 0;
    const count = counts.get(group) ?? { rows: 0, positives: 0, selected: 0, truePositives: 0 };
    count.rows++;
    count.positives += label;
    count.selected += selected;
    count.truePositives += label * selected;
    counts.set(group, count);
  }
  return [...counts].map(([group, count]) => ({ group, ...count })).toSorted((a, b) => (a.group < b.group ? -1 : 1));
}

/**
 * Demographic parity compares P(yes) of groups, equal opportunity P(yes | label 1) (Hardt et al. 2016), predictive parity
 * P(label 1 | yes) (Chouldechova 2017); the four-fifths rule takes the ratio of P(yes) (29 CFR 1607.4 D). A group below
 * `leastRows` in the rate's denominator is named and not judged. The interval is that of two groups that were chosen for being
 * farthest apart, so it covers less than it says where there are many.
 */
export function fairnessOf(
  measure: FairnessMeasure,
  counts: readonly GroupCounts[],
  leastRows: number,
): FairnessResult {
  const rates = counts.map(RATE[measure]);
  const judged = rates
    .filter(({ of }) => of >= Math.max(1, leastRows))
    .toSorted((a, b) => a.hits / a.of - b.hits / b.of);
  const tooSmall = rates.filter((rate) => !judged.includes(rate)).map(({ group }) => group);
  const [low, high] = [judged[0], judged.at(-1)];
  if (!low || !high || judged.length < 2) {
    return { measure, value: null, interval: null, n: 0, lowest: null, highest: null, tooSmall };
  }
  const test = twoProportionTest({
    controlSuccesses: high.hits,
    controlTrials: high.of,
    treatmentSuccesses: low.hits,
    treatmentTrials: low.of,
  });
  const found = { measure, n: low.of + high.of, lowest: low.group, highest: high.group, tooSmall };
  if (measure === 'fourFifths') {
    // Nobody was selected in either: they are treated alike.
    return { ...found, value: high.hits === 0 ? 1 : (test.riskRatio ?? 0), interval: test.riskRatioInterval };
  }
  const { lower, upper } = test.newcombeInterval;
  return { ...found, value: 0 - (test.difference ?? 0), interval: { lower: 0 - upper, upper: 0 - lower } };
}
