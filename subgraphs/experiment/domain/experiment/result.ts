import { srmTest, type SrmResult } from '../../../../core/statistics/srm.ts';
import { guardArms, type ArmGuard } from './arm-guard.ts';
import { checkNovelty, splitAtAnyLook, type DayUnits, type Novelty } from './by-day.ts';
import { compareArms, type ArmComparison } from './comparison.ts';
import { absoluteMde, alphaOfOne, plannedUnits, type Design } from './design.ts';
import { noEvidence, unitsIn, type Evidence, type Trials } from './evidence.ts';
import type { Guardrail } from '../metric/guardrail.ts';
import { metricKey, type Measured } from './measured.ts';
import type { MetricUse } from '../metric/metric.ts';
import { deviationWarning, smallEffectWarnings, type PrimaryUnits } from './primary.ts';
import { recommend, type Recommended } from './recommendation.ts';
import { compareSecondary, withSegments, type SecondaryInSegments } from './secondary.ts';
import { compareSegments, findReversals, type SegmentComparison, type SegmentUnits } from './segments.ts';
import { revisionWarning } from './revision.ts';
import { shareOf, type Split } from '../split.ts';
import { countsOf, type ArmCounts, type UnitCounts } from '../units.ts';
import { invalidity } from './validity.ts';
import { warningsOf } from './warnings.ts';

export interface ExperimentResult extends Recommended {
  readonly counts: UnitCounts;
  readonly srm: SrmResult;
  /** p of the same, valid however often one looks. */
  readonly srmAtAnyLook: number;
  readonly comparisons: readonly ArmComparison[];
  readonly guards: readonly ArmGuard[];
  readonly secondary: readonly SecondaryInSegments[];
  readonly segments: readonly SegmentComparison[];
  readonly novelty: readonly Novelty[];
  readonly days: readonly DayUnits[];
  /** What to look at before one decides; none of it changes the recommendation. */
  readonly warnings: readonly string[];
  /** All units with a value, by arm. */
  readonly all: Readonly<Record<string, Evidence>>;
  /** Units in the test: at the planned size those of the plan, so that the call stays whatever comes later. */
  readonly tested: Readonly<Record<string, Evidence>>;
  /** Units with a value per arm that the design asks for. */
  readonly needed: Readonly<Record<string, number>>;
  readonly missing: Readonly<Record<string, number>>;
  /** Looked at before the planned size: its p-values must not decide. */
  readonly peeking: boolean;
  /** Level of the intervals of the primary metric, at which all of them hold together. */
  readonly confidence: number;
}

/** All that an analysis of one revision rests on. */
export interface Analysed {
  /** Its number, from 1. */
  readonly revision: number;
  readonly design: Design;
  /** The first is the control. */
  readonly arms: readonly string[];
  readonly split: Split;
  readonly counts: UnitCounts;
  /** Where a metric decides, or something is taken out of values: what the units say. */
  readonly primary?: PrimaryUnits | null;
  /** The metric that decides, where one does. */
  readonly deciding?: MetricUse | null;
  readonly guardrails: readonly Guardrail[];
  readonly secondary: readonly MetricUse[];
  readonly measured: Measured;
  /** By the primary metric. */
  readonly segments: readonly SegmentUnits[];
  /** By secondary metrics, under their keys. */
  readonly secondarySegments: ReadonlyMap<string, readonly SegmentUnits[]>;
  readonly byDay: readonly DayUnits[];
  readonly ended: boolean;
  /** How long the revision has run. */
  readonly days: number;
}

/**
 * The fixed-horizon analysis: sample ratio and missing outcomes first, then each arm against the control in one two-sided
 * test of the planned number of units. Before that size nothing is called, and after it the call stays as
 * it was: looking again and again would find a difference where there is none.
 */
export function analyse(analysed: Analysed): ExperimentResult {
  const { design, arms, split, counts, guardrails, secondary, measured, byDay, primary } = analysed;
  const needed = plannedUnits(design, arms, split);
  const ofValues = design.deviation !== undefined;
  const byArm = <T>(value: (arm: string) => T): Record<string, T> =>
    Object.fromEntries(arms.map((arm) => [arm, value(arm)]));
  const allOf = (arm: string): Evidence =>
    primary ? (primary.all[arm] ?? noEvidence(ofValues)) : trialsOf(countsOf(counts, arm));
  const plannedOf = (arm: string): Evidence =>
    primary ? (primary.planned[arm] ?? noEvidence(ofValues)) : countsOf(counts, arm).planned;
  const missing = byArm((arm) => Math.max(0, (needed[arm] ?? 0) - unitsIn(allOf(arm))));
  const peeking = Object.values(missing).some((units) => units > 0);
  const testedOf = peeking ? allOf : plannedOf;
  const shares = arms.map((arm) => shareOf(split, arm));
  const srm = srmTest(
    arms.map((arm) => countsOf(counts, arm).exposed),
    shares,
  );
  const comparisons = compareArms(design, arms, testedOf);
  const guards = guardArms({ guardrails, arms, measured, alpha: design.alpha, planned: needed });
  const [segments = []] = compareSegments(
    [{ units: analysed.segments, ofShare: !ofValues, higherIsBetter: absoluteMde(design) > 0 }],
    arms,
    design.alpha,
  );
  const novelty = checkNovelty(byDay, arms);
  return {
    counts,
    srm,
    srmAtAnyLook: splitAtAnyLook(byDay, arms, shares),
    comparisons,
    guards,
    secondary: withSegments(
      compareSecondary(secondary, arms, measured, design.alpha),
      secondary,
      compareSegments(
        secondary.map((metric) => ({
          units: analysed.secondarySegments.get(metricKey(metric)) ?? [],
          ofShare: false,
          higherIsBetter: metric.definition.higherIsBetter,
        })),
        arms,
        design.alpha,
      ),
    ),
    segments,
    novelty,
    days: byDay,
    warnings: [
      ...revisionWarning(analysed.revision, design.alpha),
      ...smallEffectWarnings(analysed.deciding ?? null, comparisons),
      ...deviationWarning(design, primary?.all[arms[0] ?? '']),
      ...warningsOf(novelty, findReversals(segments, comparisons, design.alpha), segments, !ofValues),
    ],
    all: byArm(allOf),
    tested: byArm(testedOf),
    needed,
    missing,
    peeking,
    confidence: 1 - alphaOfOne(design.alpha, arms.length - 1),
    ...recommend({
      ...analysed,
      comparisons,
      guards,
      missing,
      labelled: byArm((arm) => unitsIn(allOf(arm))),
      wrong: invalidity(design, arms, counts, srm),
    }),
  };
}

const trialsOf = ({ labelled, converted }: ArmCounts): Trials => ({ labelled, converted });
