import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeDelayRows } from '../../../../examples/flights/data/delay-rows.ts';
import { rowsOf, sqlText } from '../../../../examples/shared/duck.ts';
import { FEATURES, loadFeatures, loadSample, type KnownAt } from '../../../../examples/flights/data/feature-matrix.ts';
import { createFlightTable, writeFlightTable } from '../../../../examples/flights/data/flight-table.ts';
import { dataFiles } from '../../../../examples/flights/data/prepare.ts';
import type { Matrix } from '../../../../examples/shared/train/matrix.ts';
import { withRawFlights } from '../small-data.ts';

interface Flight {
  readonly departure: number;
  readonly airports: Readonly<Record<string, string>>;
}
type Rows = Map<string, { readonly eventTime: number; readonly created: number; readonly share: number | null }[]>;

const TTL_MS = 4 * 3_600_000;

/** The law of the point-in-time join, row by row. */
function shareFor(rows: Rows, airport: string, at: number, knownAt: KnownAt): number {
  const usable = (rows.get(airport) ?? []).filter(
    ({ eventTime, created }) =>
      eventTime <= at && at - eventTime <= TTL_MS && (knownAt === 'EVENT_TIME' || created <= at),
  );
  const newest = usable.toSorted((a, b) => b.eventTime - a.eventTime || b.created - a.created)[0];
  return Math.fround(newest?.share ?? 0);
}

describe('features', () => {
  const matrices: Partial<Record<KnownAt, Matrix>> = {};
  let flights: Flight[] = [];
  let sampled: Matrix;
  const rows: Record<string, Rows> = {};
  beforeAll(() =>
    withRawFlights(
      `select * from recorded_flights where date >= '2001-02-13' and date < '2001-02-16' and distance % 5 = 0`,
      async (duck, folder) => {
        const files = dataFiles(folder);
        await createFlightTable(duck);
        await writeFlightTable(duck, files.flights);
        await writeDelayRows(duck, 'origin', files.originDelays);
        await writeDelayRows(duck, 'destination', files.destinationDelays);
        const found = await rowsOf(duck, `select * from read_parquet(${sqlText(files.flights)}) order by flight`);
        flights = found.map(({ departure, origin, destination }) => ({
          departure: (departure as Date).getTime(),
          airports: { origin: String(origin), destination: String(destination) },
        }));
        for (const side of ['origin', 'destination']) {
          const path = join(folder, `${side}-delays.parquet`);
          const published = await rowsOf(duck, `select *, ${side} as airport from read_parquet(${sqlText(path)})`);
          rows[side] = Map.groupBy(
            published.map((row) => ({
              airport: String(row['airport']),
              eventTime: (row['event_time'] as Date).getTime(),
              created: (row['created'] as Date).getTime(),
              share: row['late_share_3h'] as number | null,
            })),
            ({ airport }) => airport,
          );
        }
        const all = Int32Array.from(flights, (_one, i) => i + 1);
        matrices.CREATED = await loadFeatures(duck, files, all, 'CREATED');
        matrices.EVENT_TIME = await loadFeatures(duck, files, all, 'EVENT_TIME');
        const rule = { from: '2001-02-14', to: '2001-02-15', size: 50, seed: 9 };
        sampled = await loadSample(duck, files, rule);
      },
    ),
  );

  it.each(['CREATED', 'EVENT_TIME'] as const)('are those of the law, by %s', (knownAt) => {
    const { columns } = matrices[knownAt]!;
    expect(flights.length).toBeGreaterThan(5_000);
    flights.forEach(({ departure, airports }, i) => {
      const expected = ['origin', 'destination'].map((side) =>
        shareFor(rows[side]!, airports[side]!, departure, knownAt),
      );
      expect([columns[3]![i], columns[4]![i]], `flight ${i + 1}`).toEqual(expected);
    });
  });

  it('differ between the two for most flights', () => {
    const [known, leaked] = [matrices.CREATED!.columns[3]!, matrices.EVENT_TIME!.columns[3]!];
    expect(known.filter((share, i) => share !== leaked[i]).length).toBeGreaterThan(flights.length / 2);
  });

  it('have the order of the model', () => expect(matrices.CREATED!.names).toEqual(FEATURES));

  it('of a sample are those of its days only', () => {
    expect(sampled.rows).toBe(50);
    // What is Wednesday in UTC is Tuesday still in the west.
    expect(new Set(sampled.columns[1]!)).toEqual(new Set([2, 3]));
  });

  it('of an unknown flight are refused', async () => {
    await withRawFlights(`select * from recorded_flights limit 10`, async (duck, folder) => {
      const files = dataFiles(folder);
      await createFlightTable(duck);
      await writeFlightTable(duck, files.flights);
      await writeDelayRows(duck, 'origin', files.originDelays);
      await writeDelayRows(duck, 'destination', files.destinationDelays);
      await expect(loadFeatures(duck, files, Int32Array.of(1, 11), 'CREATED')).rejects.toThrow('2 flights');
    });
  });
});
