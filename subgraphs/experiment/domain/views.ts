import {
  betaPosterior,
  chanceAbove,
  credibleInterval,
  expectedLoss,
} from '../../../core/statistics/bayesian/beta-posterior.ts';
import type { Interval } from '../../../core/statistics/interval.ts';
import { asymptoticSequence } from '../../../core/statistics/sequential/confidence-sequence.ts';
import { twoProportionTest } from '../../../core/statistics/two-proportion.ts';
import type { Design } from './design.ts';
import type { UnitCounts } from './result.ts';
import type { ArmName } from './split.ts';

/** A view of a running experiment that may be looked at as often as one likes. */
export interface SequentialView {
  readonly interval: Interval;
  readonly p: number;
}

/**
 * The asymptotic confidence sequence of the difference of rates, narrowest at the planned size; all units with an outcome.
 * `null` while an arm has none, or no arm varies.
 */
export function sequentialView(
  { alpha }: Design,
  { control, candidate }: UnitCounts,
  planned: Readonly<Record<ArmName, number>>,
): SequentialView | null {
  const { difference, unpooledStandardError } = twoProportionTest({
    controlSuccesses: control.converted,
    controlTrials: control.labelled,
    treatmentSuccesses: candidate.converted,
    treatmentTrials: candidate.labelled,
  });
  if (difference === null || !unpooledStandardError) return null;
  const { interval, pAlwaysValid } = asymptoticSequence({
    estimate: difference,
    standardError: unpooledStandardError,
    n: control.labelled + candidate.labelled,
    alpha,
    tunedFor: planned.control + planned.candidate,
  });
  return { interval, p: pAlwaysValid };
}

/** What one believes after the units, before which every rate was as likely. */
export interface BayesianView {
  /** P(the candidate's rate is the better one), better as the design says. */
  readonly chanceToWin: number;
  /** What one loses on average by choosing the candidate, or by keeping the control: a difference of rates. */
  readonly lossOfCandidate: number;
  readonly lossOfControl: number;
  readonly intervals: Readonly<Record<ArmName, Interval>>;
}

export function bayesianView({ mde, alpha }: Design, { control, candidate }: UnitCounts): BayesianView {
  const [a, b] = [control, candidate].map(({ converted, labelled }) => betaPosterior(converted, labelled));
  if (!a || !b) throw new Error('two arms gave no two posteriors');
  // Where less is better, the rates of what does not happen are compared.
  const turned = ({ alpha: successes, beta }: typeof a): typeof a => ({ alpha: beta, beta: successes });
  const [kept, tried] = mde > 0 ? [a, b] : [turned(a), turned(b)];
  return {
    chanceToWin: chanceAbove(tried, [kept]),
    lossOfCandidate: expectedLoss(tried, kept),
    lossOfControl: expectedLoss(kept, tried),
    intervals: { control: credibleInterval(a, 1 - alpha), candidate: credibleInterval(b, 1 - alpha) },
  };
}
