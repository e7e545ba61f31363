import type { Interval } from '../../../../core/statistics/interval.ts';
import { outcomeShares } from '../../../../core/statistics/outcome-share.ts';
import { srmTest } from '../../../../core/statistics/srm.ts';
import { twoProportionTest } from '../../../../core/statistics/two-proportion.ts';

/** Units on one side of a holdout. */
export interface SideCounts {
  readonly units: number;
  /** Those with at least one outcome. */
  readonly labelled: number;
  /** Those with at least one positive outcome. */
  readonly converted: number;
}

export interface HoldoutCounts {
  /** Units that stayed on the holdout's release. */
  readonly holdout: SideCounts;
  /** Everyone else, whatever answered them. */
  readonly rest: SideCounts;
  /** Units that were on both sides: left out of both. */
  readonly crossed: number;
  /** The shares of the units that the holdout held in this time; more than one where it was changed. */
  readonly shares: readonly number[];
}

/** Everyone else minus the holdout: what was launched since it began. */
export interface HoldoutEffect extends HoldoutCounts {
  readonly rates: { readonly holdout: number | null; readonly rest: number | null };
  readonly difference: number | null;
  readonly interval: Interval;
  readonly relativeLift: number | null;
  /** p of the test whether the sides fit the share; null without one share. */
  readonly sampleRatioP: number | null;
  /** Why the difference proves nothing; empty where nothing speaks against it. */
  readonly problems: readonly string[];
}

export const CONFIDENCE = 0.95;

/** Above this share of units that were on both sides, it was drawn anew in this time. */
const MOST_CROSSED = 0.01;

/** Each unit counts once, however often it asked: by its own outcomes, as in an experiment. */
export function holdoutEffect(counts: HoldoutCounts): HoldoutEffect {
  const { holdout, rest, shares } = counts;
  const [share] = shares;
  const ratio =
    share === undefined || shares.length > 1 ? null : srmTest([holdout.units, rest.units], [share, 1 - share]);
  const test = twoProportionTest({
    controlSuccesses: holdout.converted,
    controlTrials: holdout.labelled,
    treatmentSuccesses: rest.converted,
    treatmentTrials: rest.labelled,
    confidence: CONFIDENCE,
  });
  return {
    ...counts,
    rates: { holdout: test.controlRate, rest: test.treatmentRate },
    difference: test.difference,
    interval: test.newcombeInterval,
    relativeLift: test.relativeLift,
    sampleRatioP: ratio?.p ?? null,
    problems: problemsOf(counts, ratio),
  };
}

const percent = (rate: number | null): string => `${((rate ?? 0) * 100).toPrecision(3)} %`;

function problemsOf(
  { holdout, rest, crossed, shares }: HoldoutCounts,
  ratio: ReturnType<typeof srmTest> | null,
): string[] {
  const units = holdout.units + rest.units + crossed;
  if (units === 0) return ['no answer of this time names a unit of a holdout'];
  const outcomes = outcomeShares(
    { exposed: holdout.units, labelled: holdout.labelled },
    { exposed: rest.units, labelled: rest.labelled },
  );
  return [
    ...(shares.length > 1
      ? [`the share of the holdout was changed in this time (${shares.join(', ')}): ask for a time with one share`]
      : []),
    ...(ratio?.mismatch
      ? [`sample-ratio mismatch: the units do not fit the share (p = ${ratio.p.toExponential(2)})`]
      : []),
    ...(crossed > units * MOST_CROSSED
      ? [`${crossed} of ${units} units were on both sides: the holdout was drawn anew`]
      : []),
    ...(outcomes.differs
      ? [
          `the share of units with an outcome differs: ${percent(outcomes.control)} in the holdout, ` +
            `${percent(outcomes.treatment)} outside (p = ${outcomes.p.toExponential(2)})`,
        ]
      : []),
  ];
}
