import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataFiles } from '../data/prepare.ts';
import { DAY_MS, readHours, type Hour } from './days.ts';
import type { Stages } from './stages.ts';

/** The hours of a stretch, read a day ahead. */
export async function* hoursAhead(
  duck: DuckDBConnection,
  files: DataFiles,
  fromMs: number,
  toMs: number,
  stages: Stages,
): AsyncGenerator<Hour> {
  const read = (startMs: number): Promise<readonly Hour[]> | undefined =>
    startMs < toMs ? readHours(duck, files, startMs, Math.min(nextDay(startMs), toMs)) : undefined;
  let reading = read(fromMs);
  for (let startMs = fromMs; reading; startMs = nextDay(startMs)) {
    const current: Promise<readonly Hour[]> = reading;
    const hours = await stages.time('read', () => current);
    reading = read(nextDay(startMs));
    // Nobody may be waiting for it any more when the replay fails.
    reading?.catch(() => undefined);
    yield* hours;
  }
}

const nextDay = (ms: number): number => ms - (ms % DAY_MS) + DAY_MS;
