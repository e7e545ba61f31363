import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeDelayRows } from '../../../../examples/flights/data/delay-rows.ts';
import { createFlightTable, writeFlightTable } from '../../../../examples/flights/data/flight-table.ts';
import { dataFiles, type DataFiles } from '../../../../examples/flights/data/prepare.ts';
import { HOUR_MS, readBefore, readHours, type Hour } from '../../../../examples/flights/replay/days.ts';
import { flight, withRawFlights } from '../small-data.ts';
import type { DuckDBConnection } from '@duckdb/node-api';

// Winter in Atlanta: UTC is five hours ahead. 400 miles are known 85 minutes after departure.
const RAW = [
  flight('2001-01-05 07:10:00', 'ATL', 'MCO', 30),
  flight('2001-01-05 07:59:00', 'ATL', 'MCO', 0),
  flight('2001-01-05 08:00:00', 'ATL', 'MCO', 0),
  flight('2001-01-05 11:30:00', 'ATL', 'MCO', 20),
].join(' union all ');
const hour = (text: string): number => Date.parse(`2001-01-05T${text}:00:00Z`);

const withFiles = (work: (duck: DuckDBConnection, files: DataFiles) => Promise<void>): Promise<void> =>
  withRawFlights(RAW, async (duck, folder) => {
    const files = dataFiles(join(folder));
    await createFlightTable(duck);
    await writeFlightTable(duck, files.flights);
    await writeDelayRows(duck, 'origin', files.originDelays);
    await writeDelayRows(duck, 'destination', files.destinationDelays);
    await work(duck, files);
  });

describe('the hours of a replay', () => {
  it('hold each flight in the hour of its departure, and each late share in the hour that it was published in', () =>
    withFiles(async (duck, files) => {
      const hours = await readHours(duck, files, hour('12'), hour('23'));
      expect(hours.map(({ startMs }) => startMs)).toEqual(
        Array.from({ length: 11 }, (_, i) => hour('12') + i * HOUR_MS),
      );
      const flights = hours.flatMap((one: Hour) => one.flights.map(({ flight: n, late }) => [one.startMs, n, late]));
      expect(flights).toEqual([
        [hour('12'), 1, true],
        [hour('12'), 2, false],
        [hour('13'), 3, false],
        [hour('16'), 4, true],
      ]);
      const atFourteen = hours[2]!.published.origin;
      expect(atFourteen).toEqual([
        { airport: 'ATL', eventMs: hour('14'), createdMs: hour('14'), lateShare: 1, flights: 1 },
      ]);
      expect(
        hours.flatMap(({ startMs, published }) => published.origin.filter(({ createdMs }) => createdMs !== startMs)),
      ).toEqual([]);
    }));

  it('tell nothing before it is known: no share counts a flight that is still in the air', () =>
    withFiles(async (duck, files) => {
      for (const { published, startMs } of await readHours(duck, files, hour('12'), hour('23'))) {
        for (const { eventMs, createdMs } of [...published.origin, ...published.destination]) {
          expect(eventMs).toBeLessThanOrEqual(startMs);
          expect(createdMs).toBe(startMs);
        }
      }
    }));

  it('begin with what counts then: what was published in the four hours before', () =>
    withFiles(async (duck, files) => {
      const before = await readBefore(duck, files, hour('17'));
      expect(before.origin.map(({ eventMs, createdMs }) => [eventMs, createdMs])).toContainEqual([
        hour('15'),
        hour('15'),
      ]);
      expect(before.origin.every(({ createdMs }) => createdMs >= hour('13') && createdMs < hour('17'))).toBe(true);
    }));
});
