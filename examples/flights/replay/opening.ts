import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataFiles } from '../data/prepare.ts';
import { readBefore } from './days.ts';
import { publish, type HourTools } from './replay-hour.ts';
import { hourText } from './replay-progress.ts';

const MOST_AIRPORTS = 500;

/** Puts on-line what counts when the replay begins, and makes sure that nothing later is. */
export async function openReplay(
  duck: DuckDBConnection,
  files: DataFiles,
  beginMs: number,
  tools: Pick<HourTools, 'servers' | 'patience'>,
): Promise<void> {
  const before = await readBefore(duck, files, beginMs);
  await publish(before, tools);
  const airports = [...new Set(before.origin.map(({ airport }) => airport))].slice(0, MOST_AIRPORTS);
  if (airports.length === 0) return;
  const ahead = await tools.patience.with(() => tools.servers.notOnlineAt(beginMs, airports));
  if (ahead.length === 0) return;
  throw new Error(
    `later late shares than those of ${hourText(beginMs)} are on-line already (of ${ahead.slice(0, 3).join(', ')} and others), ` +
      `and time goes forward only: begin with a later --from, or with an empty install`,
  );
}
