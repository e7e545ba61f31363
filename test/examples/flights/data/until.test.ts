import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { writeDelayRows } from '../../../../examples/flights/data/delay-rows.ts';
import { rowsOf, sqlText, withDuck } from '../../../../examples/shared/duck.ts';
import { createFlightTable, writeFlightTable } from '../../../../examples/flights/data/flight-table.ts';
import { dataFiles, type DataFiles } from '../../../../examples/flights/data/prepare.ts';
import { openRawFlights, rawFiles, type RawFiles } from '../../../../examples/flights/data/raw-flights.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** Western airports and an eastern one: by their own clocks, flights of one instant lie on different days. */
const AIRPORTS = "('HNL', 'LAX', 'SEA', 'ATL')";
const UNTIL = '2001-01-09';

let folder: string;
let raw: RawFiles;
beforeAll(async () => {
  folder = temporaryFolder('flights');
  raw = { ...rawFiles(), flights: join(folder, 'raw.parquet') };
  await withDuck((duck) =>
    duck.run(
      `copy (select * from read_parquet(${sqlText(rawFiles().flights)}) where origin in ${AIRPORTS}
         and destination in ${AIRPORTS} and date < timestamp '2001-01-20') to ${sqlText(raw.flights)} (format parquet)`,
    ),
  );
});

async function derive(until: string | null): Promise<DataFiles> {
  const files = dataFiles(join(folder, `${until}-`));
  return withDuck(async (duck) => {
    await openRawFlights(duck, raw, until);
    await createFlightTable(duck);
    await writeFlightTable(duck, files.flights);
    await writeDelayRows(duck, 'origin', files.originDelays, until);
    await writeDelayRows(duck, 'destination', files.destinationDelays, until);
    return files;
  });
}

it('derives the beginning exactly as all of it has it: numbers of flights, shares and corrections', async () => {
  await Promise.all(['null-', `${UNTIL}-`].map((name) => mkdir(join(folder, name))));
  const [all, beginning] = [await derive(null), await derive(UNTIL)];
  await withDuck(async (duck) => {
    for (const [name, time] of [
      ['flights', 'departure'],
      ['originDelays', 'event_time'],
      ['destinationDelays', 'event_time'],
    ] as const) {
      const some = `select * from read_parquet(${sqlText(beginning[name])})`;
      const cut = `select * from read_parquet(${sqlText(all[name])}) where ${time} < timestamptz '${UNTIL} 00:00:00+00'`;
      const [counts] = await rowsOf(
        duck,
        `select (select count(*) from (${some})) as some, (select count(*) from (${cut})) as cut,
           (select count(*) from (${some} except all ${cut})) as different`,
      );
      expect(Number(counts!['some']), name).toBeGreaterThan(300);
      expect(counts, name).toMatchObject({ some: counts!['cut'], different: 0n });
    }
  });
});
