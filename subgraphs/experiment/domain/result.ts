import { outcomeShares } from '../../../core/statistics/outcome-share.ts';
import { srmTest, type SrmResult } from '../../../core/statistics/srm.ts';
import { twoProportionTest, type TwoProportionResult } from '../../../core/statistics/two-proportion.ts';
import { unitsNeeded, type Design } from './design.ts';
import type { ArmName, Split } from './split.ts';

/** Units of one arm in one revision, multiple-exposed ones left out. */
export interface ArmCounts {
  /** Units that met this arm. */
  readonly exposed: number;
  /** Those with at least one outcome: the trials. */
  readonly labelled: number;
  /** Those with at least one positive outcome: the successes. */
  readonly converted: number;
  /** Of the labelled units, the first ones up to the planned size, in the order of their exposure. */
  readonly planned: { readonly labelled: number; readonly converted: number };
}

export interface UnitCounts extends Readonly<Record<ArmName, ArmCounts>> {
  /** Units that met both arms: left out, since neither arm can claim them. */
  readonly multipleExposure: number;
}

/** INVALID: the units themselves are wrong. CONTINUE: too few yet. SHIP: the candidate is better. KEEP: the control stays. */
export const RECOMMENDATIONS = ['INVALID', 'CONTINUE', 'SHIP', 'KEEP'] as const;
export type Recommendation = (typeof RECOMMENDATIONS)[number];

export interface ExperimentResult {
  readonly counts: UnitCounts;
  readonly srm: SrmResult;
  readonly test: TwoProportionResult;
  /** Units in the test: at the planned size those of the plan, so that the call stays whatever comes later. */
  readonly tested: Readonly<Record<ArmName, number>>;
  /** Labelled units per arm that the design asks for. */
  readonly needed: Readonly<Record<ArmName, number>>;
  readonly missing: Readonly<Record<ArmName, number>>;
  /** Looked at before the planned size: its p-value must not decide. */
  readonly peeking: boolean;
  readonly recommendation: Recommendation;
  readonly reasons: readonly string[];
}

/** Below this probability something else than chance divides the units. */
const MISMATCH_P = 0.001;

/** Above this share of units that met both arms, assignment itself is broken. */
const MULTIPLE_EXPOSURE_LIMIT = 0.01;

/** Why the units cannot be trusted, whatever the test says. */
function invalidity(design: Design, counts: UnitCounts, srm: SrmResult): string[] {
  const units = counts.control.exposed + counts.candidate.exposed + counts.multipleExposure;
  const share = units === 0 ? 0 : counts.multipleExposure / units;
  return [
    ...(srm.mismatch
      ? [`sample-ratio mismatch: the units per arm do not fit the split (p = ${srm.p.toExponential(2)})`]
      : []),
    ...(share > MULTIPLE_EXPOSURE_LIMIT
      ? [`${counts.multipleExposure} of ${units} units met both arms: more than ${MULTIPLE_EXPOSURE_LIMIT * 100} %`]
      : []),
    ...missingOutcomes(design, counts),
  ];
}

const percent = (rate: number | null): string => `${((rate ?? 0) * 100).toPrecision(3)} %`;

/** Outcomes that are sent for some units only, by what happened to them: nothing can be told from the rest. */
function missingOutcomes({ baseline, mde, mdeKind }: Design, { control, candidate }: UnitCounts): string[] {
  const share = outcomeShares(control, candidate);
  const labelled = control.labelled + candidate.labelled;
  const isAllPositive = labelled > 0 && labelled === control.converted + candidate.converted;
  const isPart = labelled < control.exposed + candidate.exposed;
  const highest = Math.max(baseline, mdeKind === 'RELATIVE' ? baseline * (1 + mde) : baseline + mde);
  return [
    ...(share.differs
      ? [
          `the share of units with an outcome differs between the arms: ${percent(share.control)} against ` +
            `${percent(share.treatment)} (p = ${share.p.toExponential(2)})`,
        ]
      : []),
    ...(isAllPositive && isPart && labelled * Math.log(highest) < Math.log(MISMATCH_P)
      ? [`not one of ${labelled} outcomes is negative, and other units have none: send the negative ones too`]
      : []),
  ];
}

function verdict(design: Design, test: TwoProportionResult): Called {
  const p = `p = ${test.pTwoSided.toPrecision(3)}, alpha = ${design.alpha}`;
  if (test.pTwoSided >= design.alpha || test.difference === null) {
    return { recommendation: 'KEEP', reasons: [`no difference was found at the planned size (${p})`] };
  }
  const better = Math.sign(test.difference) === Math.sign(design.mde);
  return better
    ? { recommendation: 'SHIP', reasons: [`the candidate is better at the planned size (${p})`] }
    : { recommendation: 'KEEP', reasons: [`the candidate is worse at the planned size (${p})`] };
}

/** Units with an outcome that the design asks of each arm at this split. */
export function plannedUnits(design: Design, split: Split): Readonly<Record<ArmName, number>> {
  const { controlUnits, treatmentUnits } = unitsNeeded(design, split.candidate / split.control);
  return { control: controlUnits, candidate: treatmentUnits };
}

/**
 * The fixed-horizon analysis: sample ratio and missing outcomes first, then one two-sided two-proportion test of the
 * planned number of units. Before that size nothing is called, and after it the call stays as it was: looking again and
 * again would find a difference where there is none.
 */
export function analyse(
  design: Design,
  split: Split,
  counts: UnitCounts,
  { ended }: { readonly ended: boolean },
): ExperimentResult {
  const { control, candidate } = counts;
  const needed = plannedUnits(design, split);
  const missing = {
    control: Math.max(0, needed.control - control.labelled),
    candidate: Math.max(0, needed.candidate - candidate.labelled),
  };
  const srm = srmTest([control.exposed, candidate.exposed], [split.control, split.candidate]);
  const peeking = missing.control > 0 || missing.candidate > 0;
  const tested = peeking ? { control, candidate } : { control: control.planned, candidate: candidate.planned };
  const test = twoProportionTest({
    controlSuccesses: tested.control.converted,
    controlTrials: tested.control.labelled,
    treatmentSuccesses: tested.candidate.converted,
    treatmentTrials: tested.candidate.labelled,
    confidence: 1 - design.alpha,
  });
  const wrong = invalidity(design, counts, srm);
  const { recommendation, reasons } =
    wrong.length > 0
      ? { recommendation: 'INVALID' as const, reasons: wrong }
      : peeking
        ? tooEarly(missing, ended)
        : verdict(design, test);
  const units = { control: tested.control.labelled, candidate: tested.candidate.labelled };
  return { counts, srm, test, tested: units, needed, missing, peeking, recommendation, reasons };
}

/** Before the planned size nothing is called: a running experiment goes on, one that has ended changes nothing. */
function tooEarly(missing: Readonly<Record<ArmName, number>>, ended: boolean): Called {
  const lack = `${missing.control} more control and ${missing.candidate} more candidate units with an outcome`;
  return ended
    ? { recommendation: 'KEEP', reasons: [`it ended before its planned size, ${lack} short: nothing can be called`] }
    : { recommendation: 'CONTINUE', reasons: [`fixed horizon: it needs ${lack} before anything is called`] };
}

interface Called {
  readonly recommendation: Recommendation;
  readonly reasons: readonly string[];
}
