import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText, withDuck } from '../../../examples/shared/duck.ts';
import { openRawFlights, rawFiles } from '../../../examples/flights/data/raw-flights.ts';

/** Runs `work` with raw flights of its own, `select`ed from nothing or from the real file (`recorded_flights`). */
export async function withRawFlights<T>(
  select: string,
  work: (duck: DuckDBConnection, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'flights-'));
  try {
    return await withDuck(async (duck) => {
      const path = join(folder, 'raw.parquet');
      await duck.run(`create temp view recorded_flights as select * from read_parquet(${sqlText(rawFiles().flights)})`);
      await duck.run(`copy (${select}) to ${sqlText(path)} (format parquet)`);
      await openRawFlights(duck, { ...rawFiles(), flights: path });
      return await work(duck, folder);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One recorded flight as SQL. */
export const flight = (local: string, origin: string, destination = 'ATL', delay = 0, distance = 400): string =>
  `select timestamp '${local}' as date, ${delay}::bigint as delay, ${distance}::bigint as distance,
   '${origin}' as origin, '${destination}' as destination`;
