import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf, sqlText } from '../../shared/duck.ts';
import { timeZoneOf } from './time-zones.ts';

/** The files of the package vega-datasets: nothing of them is copied into this repository. */
export interface RawFiles {
  readonly flights: string;
  readonly airports: string;
}

export function rawFiles(): RawFiles {
  // The package exports its code alone, which lies in build/.
  const data = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');
  return { flights: join(data, 'flights-3m.parquet'), airports: join(data, 'airports.csv') };
}

/**
 * Makes the view `raw_flight`: local_departure (when it really left, by the clock of its airport), delay (of its arrival,
 * minutes), distance (miles), origin, destination, and departure, the same in UTC. Times are
 * timestamps without a zone: DuckDB computes with them ten times as fast. With `until` it is those that left before that
 * day (UTC); what lies far behind it is not even read.
 */
export async function openRawFlights(
  duck: DuckDBConnection,
  files: RawFiles,
  until: string | null = null,
): Promise<void> {
  await duck.run('create temp table airport_zone (origin varchar, zone varchar)');
  // The clock of no airport is ahead of UTC.
  const read = until === null ? '' : `where date < timestamp '${until}'`;
  await duck.run(`create temp view recorded as select * from read_parquet(${sqlText(files.flights)}) ${read}`);
  const airports = await rowsOf(
    duck,
    `select distinct origin, coalesce(state, '') as state from recorded
     left join read_csv(${sqlText(files.airports)}, all_varchar = true) on iata = origin order by origin`,
  );
  for (const { origin, state } of airports) {
    const zone = timeZoneOf(String(origin), String(state));
    if (zone === undefined) throw new Error(`the time zone of ${String(origin)} (state "${String(state)}") is unknown`);
    await duck.run('insert into airport_zone values ($1, $2)', [String(origin), zone]);
  }
  // Clocks change at full hours: 50,000 conversions do instead of 3 million, each of which reads a calendar.
  await duck.run(
    `create temp table zone_hour as
     select zone, local_hour, cast(timezone(zone, local_hour) as timestamp) - local_hour as behind
     from (select distinct zone from airport_zone), (select distinct date_trunc('hour', date) as local_hour from recorded)`,
  );
  await duck.run(
    `create temp view raw_flight as
     select date as local_departure, date + behind as departure, delay, distance, recorded.origin, destination
     from recorded join airport_zone using (origin)
     join zone_hour on zone_hour.zone = airport_zone.zone and local_hour = date_trunc('hour', date)
     ${until === null ? '' : `where departure < timestamp '${until}'`}`,
  );
}
