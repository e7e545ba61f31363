import type { Pool } from 'pg';
import {
  decisionsCost,
  runningCost,
  type DecidedCount,
  type DecisionsCost,
  type HourAnswers,
  type RunningCost,
} from '../../domain/cost/cost.ts';
import { pricedTimes, type Prices } from '../../domain/cost/prices.ts';
import { HOUR_SECONDS, startOf } from '../../domain/indicators/grid.ts';
import { UNNARROWED } from '../../domain/prediction-window.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import { countDecided } from '../../storage/cost/decided.ts';
import { readRollups } from '../../storage/rollup/rollup.ts';

export interface CostFigures {
  readonly running: RunningCost;
  readonly decisions: DecisionsCost;
}

export interface Costed {
  readonly figures: CostFigures;
  readonly decided: readonly DecidedCount[];
}

/** What the answers of enrolled nodes in a window cost, and what their decisions came to, at the prices that were in force. */
export async function readCosts(
  pool: Pool,
  { project, deployment }: { readonly project: string; readonly deployment: string },
  prices: readonly Prices[],
  window: TimeWindow,
): Promise<Costed> {
  const times = pricedTimes(prices, window);
  const from = { project, deployment, trust: 'server', ...UNNARROWED } as const;
  const decided: DecidedCount[] = [];
  for (const time of times) {
    const counts = await countDecided(pool, { ...from, from: time.from, to: time.to });
    decided.push(...counts.map((one) => ({ ...one, prices: time.prices })));
  }
  const rollups = await readRollups(pool, { ...from, ...window, seconds: HOUR_SECONDS });
  const hours = rollups.map(({ start, figures }): HourAnswers => ({
    start: startOf(start, HOUR_SECONDS),
    answers: figures.answers,
  }));
  return { figures: { running: runningCost(times, hours), decisions: decisionsCost(decided) }, decided };
}
