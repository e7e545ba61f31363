import { costOf } from '../../../../core/decision-cost.ts';
import { twoSidedZ } from '../../../../core/statistics/distributions/normal.ts';
import { around } from '../../../../core/statistics/interval.ts';
import type { Estimated } from '../../../../core/statistics/model-quality/estimated-quality.ts';
import { mergeMoments, NO_MOMENTS, variance, type Moments } from '../../../../core/statistics/moments.ts';
import type { PricedTime, Prices } from './prices.ts';

const HOUR_MS = 3_600_000;

/** Answers of one hour. */
export interface HourAnswers {
  readonly start: Date;
  readonly answers: number;
}

/** Answers of a release in an arm that were decided alike and came to the same. */
export interface DecidedCount {
  readonly release: string;
  /** Empty outside an allocation. */
  readonly arm: string;
  readonly decision: string;
  /** Null before there is an outcome. */
  readonly positive: boolean | null;
  readonly count: number;
  /** What was in force when they were answered. */
  readonly prices: Prices;
}

export interface RunningCost {
  readonly answers: number;
  /** Of the machines, whether they had much to do or not. */
  readonly nodes: number;
  readonly answering: number;
  readonly total: number;
  /** Null without answers. */
  readonly perThousandAnswers: number | null;
}

/** To the millionth of a unit: below that, sums of doubles say nothing. */
const money = (sum: number): number => Math.round(sum * 1e6) / 1e6;

/** What running it cost: machines by their time, answers by their number at the prices of the hour they began in. */
export function runningCost(times: readonly PricedTime[], hours: readonly HourAnswers[]): RunningCost {
  const machines = times.reduce((sum, { from, to, prices }) => {
    const perHour = prices.nodes.reduce((all, { count, perHour: price }) => all + count * price, 0);
    return sum + perHour * ((to.getTime() - from.getTime()) / HOUR_MS);
  }, 0);
  const priced = hours.flatMap(({ start, answers }) => {
    const end = new Date(start.getTime() + HOUR_MS);
    const prices = times.find(({ from, to }) => from < end && to > start)?.prices;
    return prices ? [{ answers, cost: (answers / 1_000) * prices.perThousandAnswers }] : [];
  });
  const answers = priced.reduce((sum, one) => sum + one.answers, 0);
  const nodes = money(machines);
  const answering = money(priced.reduce((sum, { cost }) => sum + cost, 0));
  const total = money(nodes + answering);
  return { answers, nodes, answering, total, perThousandAnswers: answers === 0 ? null : (total / answers) * 1_000 };
}

export interface DecisionsCost {
  /** Answers whose cost is known: decided, with an outcome, and with a cost that was declared. */
  readonly judged: number;
  /** Answers that still wait for their outcome. */
  readonly waiting: number;
  /** Answers with an outcome whose decision has no declared cost: left out. */
  readonly undeclared: number;
  /** Below 0 it is a gain. */
  readonly total: number;
  /** Per judged answer; null below two of them. */
  readonly perAnswer: Estimated | null;
}

/** What decisions came to, by the costs that were in force when they were made. */
export function decisionsCost(counts: readonly DecidedCount[]): DecisionsCost {
  let [waiting, undeclared] = [0, 0];
  let moments: Moments = NO_MOMENTS;
  for (const { decision, positive, count, prices } of counts) {
    const cost = positive === null ? null : costOf(prices.decisions, decision, positive);
    if (positive === null) waiting += count;
    else if (cost === null) undeclared += count;
    else moments = mergeMoments(moments, { n: count, mean: cost, m2: 0 });
  }
  const { n, mean } = moments;
  const spread = variance(moments);
  return {
    judged: n,
    waiting,
    undeclared,
    total: money(n * mean),
    perAnswer:
      spread === null ? null : { value: mean, interval: around(mean, twoSidedZ(0.95) * Math.sqrt(spread / n)) },
  };
}
