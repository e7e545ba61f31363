import type { Pool } from 'pg';
import type { Labels } from '../../../../core/promql/labels.ts';
import type { Reading } from '../../domain/indicators/indicator.ts';
import { decisionReadings, runningReadings, shareReadings } from '../../domain/indicators/money.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import { pricedTimes } from '../../domain/cost/prices.ts';
import { countDecided } from '../../storage/cost/decided.ts';
import { pricesBefore } from '../../storage/cost/price.ts';
import { versionsOf } from '../../storage/record/release-version.ts';
import { readCosts } from './read-costs.ts';

/** How the answers of a window were decided, and what it all came to where prices were in force. */
export async function moneyReadings(pool: Pool, window: PredictionWindow, base: Labels): Promise<readonly Reading[]> {
  const { project, deployment, to } = window;
  const counts = await countDecided(pool, window);
  const versions = await versionsOf(pool, { project, trust: 'server' }, [
    ...new Set(counts.map(({ release }) => release)),
  ]);
  const shares = shareReadings(project, base, counts, versions);
  const prices = await pricesBefore(pool, project, deployment, to);
  const currency = pricedTimes(prices, window)[0]?.prices.currency;
  if (currency === undefined) return shares;
  const { figures, decided } = await readCosts(pool, { project, deployment }, prices, window);
  return [
    ...shares,
    ...runningReadings(base, currency, figures.running),
    ...decisionReadings(project, base, currency, decided, versions),
  ];
}
