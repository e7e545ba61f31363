import {
  betaPosterior,
  type BetaPosterior,
  chanceAbove,
  credibleInterval,
  expectedLoss,
} from '../../../../core/statistics/bayesian/beta-posterior.ts';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { asymptoticSequence } from '../../../../core/statistics/sequential/confidence-sequence.ts';
import { gaussianEffect } from '../../../../core/statistics/bayesian/gaussian-effect.ts';
import { absoluteMde, type Design } from './design.ts';
import {
  intervalOf,
  momentsOf,
  plainOf,
  testOf,
  unitsIn,
  type Evidence,
  type PlainEvidence,
  type Trials,
} from './evidence.ts';

/** What a metric says of units. */
type Values = Exclude<PlainEvidence, Trials>;

/** The control and the arm that is compared with it. */
export interface Pair {
  readonly control: Evidence;
  readonly candidate: Evidence;
}

/** A view of a running experiment that may be looked at as often as one likes. */
export interface SequentialView {
  readonly interval: Interval;
  readonly p: number;
}

/**
 * The asymptotic confidence sequence of the difference, narrowest at the planned size of both arms; all units with a value.
 * `null` while an arm has none, or no arm varies.
 */
export function sequentialView(alpha: number, { control, candidate }: Pair, tunedFor: number): SequentialView | null {
  const { difference, standardError } = testOf(control, candidate, 1 - alpha);
  if (difference === null || !standardError) return null;
  const { interval, pAlwaysValid } = asymptoticSequence({
    estimate: difference,
    standardError,
    n: unitsIn(control) + unitsIn(candidate),
    alpha,
    tunedFor,
  });
  return { interval, p: pAlwaysValid };
}

/** What one believes after the units, before which every rate, or every effect, was as likely. */
export interface BayesianView {
  /** P(the candidate's rate is the better one), better as the design says. */
  readonly chanceToWin: number;
  /** What one loses on average by choosing the candidate, or by keeping the control: a difference. */
  readonly lossOfCandidate: number;
  readonly lossOfControl: number;
  readonly intervals: Readonly<Record<'control' | 'candidate', Interval>>;
}

/** `null` of means that say nothing yet. */
export function bayesianView(design: Design, pair: Pair): BayesianView | null {
  const [control, candidate] = [plainOf(pair.control), plainOf(pair.candidate)];
  if ('labelled' in control && 'labelled' in candidate) return viewOfShares(design, control, candidate);
  if ('labelled' in control || 'labelled' in candidate) throw new Error('a share cannot be compared with a mean');
  return viewOfMeans(design, control, candidate);
}

function viewOfMeans(design: Design, control: Values, candidate: Values): BayesianView | null {
  const [kept, tried] = [momentsOf(control), momentsOf(candidate)];
  const confidence = 1 - design.alpha;
  const effect = kept && tried && gaussianEffect(kept, tried, { kind: 'absolute', confidence });
  const intervals = { control: intervalOf(control, confidence), candidate: intervalOf(candidate, confidence) };
  if (!effect || !intervals.control || !intervals.candidate) return null;
  const { chanceToWin, riskOfControl, riskOfTreatment } = effect;
  const sides = { control: intervals.control, candidate: intervals.candidate };
  return absoluteMde(design) > 0
    ? { chanceToWin, lossOfCandidate: riskOfTreatment, lossOfControl: riskOfControl, intervals: sides }
    : {
        chanceToWin: 1 - chanceToWin,
        lossOfCandidate: riskOfControl,
        lossOfControl: riskOfTreatment,
        intervals: sides,
      };
}

function viewOfShares({ mde, alpha }: Design, control: Trials, candidate: Trials): BayesianView {
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
export function chanceToBeBest({ mde }: Design, arm: Trials, others: readonly Trials[]): number {
  const [tried, ...rest] = [arm, ...others].map(({ converted, labelled }) => {
    const posterior = betaPosterior(converted, labelled);
    return mde > 0 ? posterior : turned(posterior);
  });
  if (!tried) throw new Error('an arm gave no posterior');
  return chanceAbove(tried, rest);
}
