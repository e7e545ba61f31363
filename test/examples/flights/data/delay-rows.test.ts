import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeDelayRows, type Side } from '../../../../examples/flights/data/delay-rows.ts';
import { rowsOf, sqlText } from '../../../../examples/shared/duck.ts';
import { createFlightTable } from '../../../../examples/flights/data/flight-table.ts';
import { flight, withRawFlights } from '../small-data.ts';

interface Flight {
  readonly origin: string;
  readonly destination: string;
  readonly departure: number;
  readonly knownAt: number;
  readonly late: boolean;
}
interface Row {
  readonly airport: string;
  readonly eventTime: number;
  readonly created: number;
  readonly share: number | null;
  readonly flights: number;
}

const HOUR = 3_600_000;

async function build(duck: DuckDBConnection, folder: string, side: Side): Promise<{ flights: Flight[]; rows: Row[] }> {
  await createFlightTable(duck);
  const path = join(folder, `${side}.parquet`);
  await writeDelayRows(duck, side, path);
  const flights = await rowsOf(
    duck,
    'select origin, destination, epoch_us(departure) / 1000 as departure, epoch_us(known_at) / 1000 as known, late from flight',
  );
  const rows = await rowsOf(duck, `select *, ${side} as airport from read_parquet(${sqlText(path)})`);
  return {
    flights: flights.map(({ origin, destination, departure, known, late }) => ({
      origin: String(origin),
      destination: String(destination),
      departure: Number(departure),
      knownAt: Number(known),
      late: late === true,
    })),
    rows: rows.map((row) => ({
      airport: String(row['airport']),
      eventTime: (row['event_time'] as Date).getTime(),
      created: (row['created'] as Date).getTime(),
      share: row['late_share_3h'] as number | null,
      flights: Number(row['flights_3h']),
    })),
  };
}

/** Counts every window flight by flight, hour by hour. */
function oracle(flights: readonly Flight[], side: Side): Row[] {
  const airports = Map.groupBy(flights, (one) => one[side]);
  const rows: Row[] = [];
  for (const [airport, own] of airports) {
    const first = Math.floor(Math.min(...own.map(({ departure }) => departure)) / HOUR) * HOUR;
    const last = Math.max(...own.map(({ knownAt }) => knownAt)) + 5 * HOUR;
    let quiet = true;
    for (let hour = first; hour <= last; hour += HOUR) {
      const known = own.filter(({ knownAt }) => knownAt > hour - 3 * HOUR && knownAt <= hour);
      const departed = own.filter(({ departure }) => departure >= hour - 3 * HOUR && departure < hour);
      const nothing = known.length === 0 && departed.length === 0;
      if (!(nothing && quiet)) {
        const told = tell(airport, hour, hour, known);
        const landed = Math.ceil(Math.max(hour, ...departed.map(({ knownAt }) => knownAt)) / HOUR) * HOUR;
        const corrected = tell(airport, hour, Math.max(hour + HOUR, landed), departed);
        rows.push(told);
        if (corrected.share !== told.share || corrected.flights !== told.flights) rows.push(corrected);
      }
      quiet = nothing;
    }
  }
  return rows;
}

const tell = (airport: string, eventTime: number, created: number, flights: readonly Flight[]): Row => ({
  airport,
  eventTime,
  created,
  share: flights.length === 0 ? null : flights.filter(({ late }) => late).length / flights.length,
  flights: flights.length,
});

const sorted = (rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => a.created - b.created || a.eventTime - b.eventTime || (a.airport < b.airport ? -1 : 1));

describe.each(['origin', 'destination'] as const)('late shares by %s', (side) => {
  let built: { flights: Flight[]; rows: Row[] };
  beforeAll(async () => {
    built = await withRawFlights(
      `select * from recorded_flights where date >= '2001-02-13' and date < '2001-02-15'
       and origin in ('ATL', 'HNL', 'MQT', 'DTW', 'BOI') and distance % 3 = 0`,
      (duck, folder) => build(duck, folder, side),
    );
  });

  it('are those that counting flight by flight gives, on two real days', () => {
    expect(built.flights.length).toBeGreaterThan(500);
    expect(built.rows.length).toBeGreaterThan(300);
    expect(sorted(built.rows)).toEqual(sorted(oracle(built.flights, side)));
  });

  it('are never published before all their flights are down', () => {
    for (const row of built.rows) expect(row.created).toBeGreaterThanOrEqual(row.eventTime);
  });

  it('are written in the order in which they became known', () =>
    expect(built.rows.map(({ created }) => created)).toEqual(sorted(built.rows).map(({ created }) => created)));
});

const rowsFor = (...flights: readonly string[]): Promise<Row[]> =>
  withRawFlights(flights.join(' union all '), async (duck, folder) => (await build(duck, folder, 'origin')).rows);

describe('an hour', () => {
  it('counts an outcome that becomes known on the hour, and not a departure on the hour', async () => {
    // 200 miles: known after 60 minutes, at 18:00 UTC.
    const rows = await rowsFor(flight('2001-01-02 12:00', 'JFK', 'BOS', 60, 200));
    const at = (time: string): Row[] => rows.filter(({ eventTime }) => eventTime === Date.parse(time));
    expect(at('2001-01-02T17:00:00Z')).toEqual([]);
    expect(at('2001-01-02T18:00:00Z').map(({ share, flights }) => [share, flights])).toEqual([[1, 1]]);
  });

  it('says null of 0 flights once after the last one', async () => {
    const rows = await rowsFor(flight('2001-01-02 12:30', 'JFK', 'BOS', 0, 200));
    expect(rows.at(-1)).toMatchObject({ eventTime: Date.parse('2001-01-02T22:00:00Z'), share: null, flights: 0 });
  });
});
