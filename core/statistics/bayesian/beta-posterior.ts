import lnGamma from '@stdlib/math-base-special-gammaln';
import { invalid, requireCount } from '../check.ts';
import { betaCdf, betaPpf, betaSf } from '../distributions/beta.ts';
import type { Interval } from '../interval.ts';
import { integrate } from './integrate.ts';

/** A rate as a beta distribution: prior plus what was seen. */
export interface BetaPosterior {
  readonly alpha: number;
  readonly beta: number;
}

export const UNIFORM_PRIOR: BetaPosterior = { alpha: 1, beta: 1 };

/** Throws INVALID_INPUT for more successes than trials, or a prior that is none. */
export function betaPosterior(successes: number, trials: number, prior: BetaPosterior = UNIFORM_PRIOR): BetaPosterior {
  requireCount('successes', successes);
  requireCount('trials', trials);
  if (successes > trials) throw invalid('successes', `are ${successes} of ${trials} trials; allowed: at most all`);
  for (const [field, value] of Object.entries(prior)) {
    if (!(value > 0 && value < Infinity)) throw invalid(`prior.${field}`, `is ${value}; allowed: above 0`);
  }
  return { alpha: prior.alpha + successes, beta: prior.beta + trials - successes };
}

export const betaMean = ({ alpha, beta }: BetaPosterior): number => alpha / (alpha + beta);

/** The interval that holds the rate with `confidence`, as much outside on either side. */
export function credibleInterval({ alpha, beta }: BetaPosterior, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2;
  return { lower: betaPpf(tail, alpha, beta), upper: betaPpf(1 - tail, alpha, beta) };
}

/** How many standard deviations around the mean are looked at, where the tails are nearly those of a normal distribution. */
const REACH = 16;
/** Below so many events of either kind the tails are long: then everything from 0 to 1 is looked at. */
const FEW = 50;

/** The density at x, of which the distance from 1 is given too. */
function densityOf({ alpha, beta }: BetaPosterior): (x: number, rest: number) => number {
  const lnBeta = lnGamma(alpha) + lnGamma(beta) - lnGamma(alpha + beta);
  return (x, rest) => Math.exp((alpha - 1) * Math.log(x) + (beta - 1) * Math.log(rest) - lnBeta);
}

/** P(the rate of `one` is above those of all `others`): ∫ density(one)·∏ cdf(others). */
export function chanceAbove(one: BetaPosterior, others: readonly BetaPosterior[]): number {
  const density = densityOf(one);
  const mean = betaMean(one);
  const deviation = Math.sqrt((mean * (1 - mean)) / (one.alpha + one.beta + 1));
  const reach = Math.min(one.alpha, one.beta) < FEW ? 1 : REACH * deviation;
  const below = (x: number, rest: number): number =>
    others.reduce((all, { alpha, beta }) => all * (rest < x ? betaSf(rest, beta, alpha) : betaCdf(x, alpha, beta)), 1);
  const [low, high] = [Math.max(0, mean - reach), Math.min(1, mean + reach)];
  const chance = integrate((fromLow, fromHigh) => {
    const [x, rest] = [low + fromLow, 1 - high + fromHigh];
    return density(x, rest) * below(x, rest);
  }, high - low);
  return Math.min(1, Math.max(0, chance));
}

/** For each of several rates the chance that it is the best; these sum to 1. */
export const chancesOfBest = (arms: readonly BetaPosterior[]): number[] =>
  arms.map((arm, at) => chanceAbove(arm, arms.toSpliced(at, 1)));

/** E[max(other − chosen, 0)]: what one loses on average by choosing `chosen`. */
export function expectedLoss(chosen: BetaPosterior, other: BetaPosterior): number {
  const more = ({ alpha, beta }: BetaPosterior): BetaPosterior => ({ alpha: alpha + 1, beta });
  // p·density(p) is a mean times the density of one success more.
  const gain = betaMean(other) * chanceAbove(more(other), [chosen]);
  return Math.max(0, gain - betaMean(chosen) * (1 - chanceAbove(more(chosen), [other])));
}
