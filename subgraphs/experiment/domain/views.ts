import {
  betaPosterior,
  type BetaPosterior,
  chanceAbove,
  credibleInterval,
  expectedLoss,
} from '../../../core/statistics/bayesian/beta-posterior.ts';
import type { Interval } from '../../../core/statistics/interval.ts';
import { asymptoticSequence } from '../../../core/statistics/sequential/confidence-sequence.ts';
import { twoProportionTest } from '../../../core/statistics/two-proportion.ts';
import type { Design } from './design.ts';
import type { ArmCounts } from './units.ts';

type Labelled = Pick<ArmCounts, 'labelled' | 'converted'>;

/** The control and the arm that is compared with it. */
export interface Pair {
  readonly control: Labelled;
  readonly candidate: Labelled;
}

/** A view of a running experiment that may be looked at as often as one likes. */
export interface SequentialView {
  readonly interval: Interval;
  readonly p: number;
}

/**
 * The asymptotic confidence sequence of the difference of rates, narrowest at the planned size of both arms; all units with
 * an outcome.
 * `null` while an arm has none, or no arm varies.
 */
export function sequentialView(alpha: number, { control, candidate }: Pair, tunedFor: number): SequentialView | null {
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
    tunedFor,
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
  readonly intervals: Readonly<Record<'control' | 'candidate', Interval>>;
}

export function bayesianView({ mde, alpha }: Design, { control, candidate }: Pair): BayesianView {
  const [a, b] = [control, candidate].map(({ converted, labelled }) => betaPosterior(converted, labelled));
  if (!a || !b) throw new Error('two arms gave no two posteriors');
  // Where less is better, the rates of what does not happen are compared.
  const [kept, tried] = mde > 0 ? [a, b] : [turned(a), turned(b)];
  return {
    chanceToWin: chanceAbove(tried, [kept]),
    lossOfCandidate: expectedLoss(tried, kept),
    lossOfControl: expectedLoss(kept, tried),
    intervals: { control: credibleInterval(a, 1 - alpha), candidate: credibleInterval(b, 1 - alpha) },
  };
}

const turned = ({ alpha: successes, beta }: BetaPosterior): BetaPosterior => ({ alpha: beta, beta: successes });

/** P(the arm's rate is the best of all), better as the design says. */
export function chanceToBeBest({ mde }: Design, arm: Labelled, others: readonly Labelled[]): number {
  const [tried, ...rest] = [arm, ...others].map(({ converted, labelled }) => {
    const posterior = betaPosterior(converted, labelled);
    return mde > 0 ? posterior : turned(posterior);
  });
  if (!tried) throw new Error('an arm gave no posterior');
  return chanceAbove(tried, rest);
}
