import { rowsOf, sqlText } from '../../shared/duck.ts';
import type { Bench } from './bench.ts';

interface PublishedRow {
  readonly eventTime: Date;
  readonly created: Date;
  readonly lateShare: number | null;
  readonly flights: number;
}

/** One flight, and what the two joins would give it. */
export interface KnownAtCase {
  readonly origin: string;
  readonly destination: string;
  readonly departure: Date;
  /** The rows of its origin with the event time that both joins pick, first publication first. */
  readonly rows: readonly PublishedRow[];
  /** Of the flights behind the correction, how many were in the air at push-back, and how many of those came late. */
  readonly inTheAir: number;
  readonly inTheAirLate: number;
}

/** A flight from Atlanta on 14 February, half an hour after a publication, on a day when delays grew by the hour. */
const CASE = { origin: 'ATL', eventTime: '2001-02-14 18:00:00+00', departure: '2001-02-14 18:30:00+00' } as const;

export async function knownAtCase({ duck, files }: Pick<Bench, 'duck' | 'files'>): Promise<KnownAtCase> {
  const [flight] = await rowsOf(
    duck,
    `select destination, departure from read_parquet(${sqlText(files.flights)})
     where origin = '${CASE.origin}' and departure >= timestamptz '${CASE.departure}' order by flight limit 1`,
  );
  const departure = flight?.['departure'];
  if (!(departure instanceof Date)) throw new Error('the flight of the example is not in the data');
  const rows = await rowsOf(
    duck,
    `select event_time, created, late_share_3h, flights_3h from read_parquet(${sqlText(files.originDelays)})
     where origin = '${CASE.origin}' and event_time = timestamptz '${CASE.eventTime}' order by created`,
  );
  const [air] = await rowsOf(
    duck,
    `select count(*) as flights, count_if(late) as late from read_parquet(${sqlText(files.flights)})
     where origin = '${CASE.origin}' and departure >= timestamptz '${CASE.eventTime}' - interval 3 hour
       and departure < timestamptz '${CASE.eventTime}' and known_at > timestamptz '${departure.toISOString()}'`,
  );
  return {
    origin: CASE.origin,
    destination: String(flight?.['destination']),
    departure,
    rows: rows.map(publishedRow),
    inTheAir: Number(air?.['flights']),
    inTheAirLate: Number(air?.['late']),
  };
}

function publishedRow(row: Readonly<Record<string, unknown>>): PublishedRow {
  const { event_time: eventTime, created, late_share_3h: lateShare, flights_3h: flights } = row;
  if (!(eventTime instanceof Date) || !(created instanceof Date)) throw new Error('a published row has no times');
  return { eventTime, created, lateShare: typeof lateShare === 'number' ? lateShare : null, flights: Number(flights) };
}
