import type { DuckDBConnection } from '@duckdb/node-api';
import type { Side } from '../data/delay-rows.ts';
import { rowsOf, sqlText } from '../../shared/duck.ts';
import { DELAYS_TTL_MINUTES } from '../data/feature-matrix.ts';
import type { DataFiles } from '../data/prepare.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** One flight as the replay needs it: what is asked at push-back, and what is told when it is known. */
export interface Flight {
  readonly flight: number;
  readonly departureMs: number;
  readonly knownMs: number;
  readonly origin: string;
  readonly destination: string;
  readonly distance: number;
  readonly hour: number;
  readonly dow: number;
  readonly late: boolean;
}

/** What an airport publishes: its late share of an hour, or the correction of one. */
export interface DelayRow {
  readonly airport: string;
  readonly eventMs: number;
  readonly createdMs: number;
  readonly lateShare: number | null;
  readonly flights: number;
}

/** What happens in one hour: rows are published on the full hour, and flights leave in the course of it. */
export interface Hour {
  readonly startMs: number;
  readonly published: Readonly<Record<Side, readonly DelayRow[]>>;
  readonly flights: readonly Flight[];
}

/** The hours of a stretch of time, from the derived files; rows come at the hour in which they were created. */
export async function readHours(
  duck: DuckDBConnection,
  files: DataFiles,
  fromMs: number,
  toMs: number,
): Promise<readonly Hour[]> {
  const flights = Map.groupBy(await flightsOf(duck, files, fromMs, toMs), ({ departureMs }) => hourOf(departureMs));
  const origin = Map.groupBy(await createdIn(duck, files, 'origin', fromMs, toMs), ({ createdMs }) => createdMs);
  const destination = Map.groupBy(
    await createdIn(duck, files, 'destination', fromMs, toMs),
    ({ createdMs }) => createdMs,
  );
  const hours: Hour[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += HOUR_MS) {
    const published = { origin: origin.get(startMs) ?? [], destination: destination.get(startMs) ?? [] };
    hours.push({ startMs, published, flights: flights.get(startMs) ?? [] });
  }
  return hours;
}

/** What had been published before an instant and still counts then: the state that a replay begins in. */
export async function readBefore(
  duck: DuckDBConnection,
  files: DataFiles,
  beforeMs: number,
): Promise<Readonly<Record<Side, readonly DelayRow[]>>> {
  const fromMs = beforeMs - 60_000 * DELAYS_TTL_MINUTES;
  return {
    origin: await createdIn(duck, files, 'origin', fromMs, beforeMs),
    destination: await createdIn(duck, files, 'destination', fromMs, beforeMs),
  };
}

/** How many flights leave on each UTC day, by the day's beginning. */
export async function countByDay(
  duck: DuckDBConnection,
  files: DataFiles,
  fromMs: number,
  toMs: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await rowsOf(
    duck,
    `select epoch_ms(departure) // ${DAY_MS} as day, count(*) as flights from read_parquet(${sqlText(files.flights)})
     where ${within('departure', fromMs, toMs)} group by day`,
  );
  return new Map(rows.map(({ day, flights }) => [Number(day) * DAY_MS, Number(flights)]));
}

export const hourOf = (ms: number): number => ms - (ms % HOUR_MS);

const instant = (ms: number): string => `timestamptz '${new Date(ms).toISOString()}'`;
const within = (column: string, fromMs: number, toMs: number): string =>
  `${column} >= ${instant(fromMs)} and ${column} < ${instant(toMs)}`;

async function flightsOf(duck: DuckDBConnection, files: DataFiles, fromMs: number, toMs: number): Promise<Flight[]> {
  const rows = await rowsOf(
    duck,
    `select flight, epoch_ms(departure) as departure, epoch_ms(known_at) as known, origin, destination, distance, hour,
       dow, late
     from read_parquet(${sqlText(files.flights)}) where ${within('departure', fromMs, toMs)} order by flight`,
  );
  return rows.map((row) => ({
    flight: Number(row['flight']),
    departureMs: Number(row['departure']),
    knownMs: Number(row['known']),
    origin: String(row['origin']),
    destination: String(row['destination']),
    distance: Number(row['distance']),
    hour: Number(row['hour']),
    dow: Number(row['dow']),
    late: row['late'] === true,
  }));
}

async function createdIn(
  duck: DuckDBConnection,
  files: DataFiles,
  side: Side,
  fromMs: number,
  toMs: number,
): Promise<DelayRow[]> {
  const path = side === 'origin' ? files.originDelays : files.destinationDelays;
  const rows = await rowsOf(
    duck,
    `select ${side} as airport, epoch_ms(event_time) as event, epoch_ms(created) as created, late_share_3h, flights_3h
     from read_parquet(${sqlText(path)}) where ${within('created', fromMs, toMs)} order by created, event_time, ${side}`,
  );
  return rows.map((row) => ({
    airport: String(row['airport']),
    eventMs: Number(row['event']),
    createdMs: Number(row['created']),
    lateShare: row['late_share_3h'] === null ? null : Number(row['late_share_3h']),
    flights: Number(row['flights_3h']),
  }));
}
