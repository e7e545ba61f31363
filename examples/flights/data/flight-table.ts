import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../../shared/duck.ts';
import { RULES_SQL } from './flight-rules.ts';

/**
 * Makes the table `flight`, the flights as they are used from here on: ordered by departure and numbered in that order, so
 * that a range of time is a range of numbers. `hour` (0–23) and `dow` (0 is Sunday) are those of the origin's own clock.
 */
export async function createFlightTable(duck: DuckDBConnection): Promise<void> {
  await duck.run(
    `create temp table flight as
     select row_number() over () as flight, departure, origin, destination, cast(distance as integer) as distance,
       cast(hour(local_departure) as tinyint) as hour, cast(dayofweek(local_departure) as tinyint) as dow,
       cast(delay as integer) as delay, ${RULES_SQL.late} as late, ${RULES_SQL.knownAt} as known_at
     from (
       select * from raw_flight where ${RULES_SQL.plausible}
       order by departure, origin, destination, distance, delay
     )`,
  );
}

export async function writeFlightTable(duck: DuckDBConnection, path: string): Promise<void> {
  await duck.run(
    `copy (
       select * replace (cast(departure as timestamptz) as departure, cast(known_at as timestamptz) as known_at)
       from flight order by flight
     ) to ${sqlText(path)} (format parquet, compression zstd)`,
  );
}
