import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowsOf, sqlText } from '../../../../examples/shared/duck.ts';
import { isPlausibleDelay, knownAt } from '../../../../examples/flights/data/flight-rules.ts';
import { createFlightTable, writeFlightTable } from '../../../../examples/flights/data/flight-table.ts';
import { flight, withRawFlights } from '../small-data.ts';

async function tableOf(...flights: readonly string[]) {
  return withRawFlights(flights.join(' union all '), async (duck, folder) => {
    const path = join(folder, 'flights.parquet');
    await createFlightTable(duck);
    await writeFlightTable(duck, path);
    return rowsOf(duck, `select * from read_parquet(${sqlText(path)}) order by flight`);
  });
}

describe('when an outcome is known', () => {
  it('is 35 minutes and 8 miles a minute after departure', () =>
    expect(knownAt(new Date('2001-01-01T12:00:00Z'), 420)).toEqual(new Date('2001-01-01T13:27:30Z')));

  it.each([21, 215, 401, 4962])('is the same in SQL, at %i miles', async (distance) => {
    const [row] = await tableOf(flight('2001-01-01 12:00', 'JFK', 'ATL', 0, distance));
    expect(row!['known_at']).toEqual(knownAt(row!['departure'] as Date, distance));
  });
});

describe('the flight table', () => {
  it.each([
    [-1_116, false],
    [-91, false],
    [-90, true],
    [1_380, true],
    [1_381, false],
    [1_688, false],
  ])('keeps a delay of %i minutes: %s', async (delay, kept) => {
    const rows = await tableOf(flight('2001-01-01 12:00', 'JFK', 'ATL', delay), flight('2001-01-01 13:00', 'JFK'));
    expect(rows).toHaveLength(kept ? 2 : 1);
    expect(isPlausibleDelay(delay)).toBe(kept);
  });

  it('calls a flight late from 16 minutes on', async () => {
    const rows = await tableOf(
      flight('2001-01-01 12:00', 'JFK', 'ATL', 15),
      flight('2001-01-01 13:00', 'JFK', 'ATL', 16),
    );
    expect(rows.map((row) => row['late'])).toEqual([false, true]);
  });

  it('numbers flights by instant, not by what their clocks say, whatever the order of the file', async () => {
    const rows = await tableOf(
      flight('2001-01-01 10:30', 'LAX'),
      flight('2001-01-01 12:00', 'JFK', 'ORD'),
      flight('2001-01-01 12:00', 'JFK', 'ATL'),
    );
    expect(rows.map(({ flight: number, origin, destination }) => [Number(number), origin, destination])).toEqual([
      [1, 'JFK', 'ATL'],
      [2, 'JFK', 'ORD'],
      [3, 'LAX', 'ATL'],
    ]);
  });

  it("takes hour and weekday from the origin's clock", async () => {
    const [row] = await tableOf(flight('2001-01-07 22:10', 'HNL'));
    expect(row).toMatchObject({ hour: 22, dow: 0, departure: new Date('2001-01-08T08:10:00Z') });
  });
});
