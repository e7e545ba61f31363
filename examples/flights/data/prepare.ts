import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import * as z from 'zod';
import { writeDelayRows } from './delay-rows.ts';
import { rowsOf, sqlText, withDuck } from '../../shared/duck.ts';
import { createFlightTable, writeFlightTable } from './flight-table.ts';
import { RULES_SQL } from './flight-rules.ts';
import { stopwatch, Took } from '../../shared/stopwatch.ts';
import { openRawFlights, rawFiles, type RawFiles } from './raw-flights.ts';

/** Grows when the derived files change their meaning: older ones are made anew. */
const FORMAT = 2;

const Prepared = z.strictObject({
  format: z.literal(FORMAT),
  /** Only flights that left before this day (UTC); null: all. */
  until: z.iso.date().nullable(),
  /** SHA-256 of the raw files. */
  sources: z.strictObject({ flights: z.string(), airports: z.string() }),
  flights: z.int(),
  implausible: z.int(),
  delayRows: z.strictObject({ origin: z.int(), destination: z.int() }),
  /** How long each step took when the files were made. */
  took: z.strictObject({ read: Took, flights: Took, delayRows: Took }),
});
export type Prepared = z.infer<typeof Prepared>;

export interface DataFiles {
  readonly flights: string;
  readonly originDelays: string;
  readonly destinationDelays: string;
  readonly prepared: string;
}

export const dataFiles = (folder: string): DataFiles => ({
  flights: join(folder, 'flights.parquet'),
  originDelays: join(folder, 'origin-delays.parquet'),
  destinationDelays: join(folder, 'destination-delays.parquet'),
  prepared: join(folder, 'prepared.json'),
});

/**
 * Derives the flights and the airports' late shares from the raw files; files that are there already are kept. With `until`
 * it is the beginning of the same files, made in a fraction of the time; who needs more makes them anew.
 */
export async function prepareData(
  folder: string,
  say: (line: string) => void,
  until: string | null = null,
): Promise<Prepared> {
  const raw = rawFiles();
  const sources = { flights: await sha256Of(raw.flights), airports: await sha256Of(raw.airports) };
  const files = dataFiles(folder);
  const found = await readPrepared(files.prepared);
  const same = found?.sources.flights === sources.flights && found.sources.airports === sources.airports;
  if (found && same && reaches(found, until)) return found;
  await mkdir(folder, { recursive: true });
  const made = await withDuck((duck) => derive(duck, raw, files, until, say));
  const prepared: Prepared = { format: FORMAT, until, sources, ...made };
  await aside(files.prepared, (path) => writeFile(path, `${JSON.stringify(prepared, null, 2)}\n`));
  return prepared;
}

const reaches = (found: Prepared, until: string | null): boolean =>
  found.until === null || (until !== null && found.until >= until);

async function readPrepared(path: string): Promise<Prepared | undefined> {
  try {
    return Prepared.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

async function derive(
  duck: DuckDBConnection,
  raw: RawFiles,
  files: DataFiles,
  until: string | null,
  say: (line: string) => void,
): Promise<Omit<Prepared, 'format' | 'until' | 'sources'>> {
  await openRawFlights(duck, raw, until);
  const reading = stopwatch();
  const [counts] = await rowsOf(
    duck,
    `select count(*) as flights, count_if(not (${RULES_SQL.plausible})) as implausible,
     bit_xor(hash(departure, delay, distance, origin, destination)) as every_value from raw_flight`,
  );
  const read = reading();
  const all = Number(counts?.['flights']);
  const implausible = Number(counts?.['implausible']);
  say(`read ${all} flights in ${read.seconds} s; ${implausible} with an implausible delay are left out`);

  const writing = stopwatch();
  await createFlightTable(duck);
  await aside(files.flights, (path) => writeFlightTable(duck, path));
  const flights = writing();
  say(`wrote ${files.flights} in ${flights.seconds} s`);

  const building = stopwatch();
  await aside(files.originDelays, (path) => writeDelayRows(duck, 'origin', path, until));
  await aside(files.destinationDelays, (path) => writeDelayRows(duck, 'destination', path, until));
  const delayRows = building();
  const written = {
    origin: await countRows(duck, files.originDelays),
    destination: await countRows(duck, files.destinationDelays),
  };
  say(`wrote ${written.origin + written.destination} rows of late shares in ${delayRows.seconds} s`);
  return { flights: all - implausible, implausible, delayRows: written, took: { read, flights, delayRows } };
}

/** A stopped run leaves no half file under the real name, and two at once do not write into one. */
async function aside(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  await write(partial);
  await rename(partial, path);
}

async function countRows(duck: DuckDBConnection, path: string): Promise<number> {
  const [row] = await rowsOf(duck, `select count(*) as rows from read_parquet(${sqlText(path)})`);
  return Number(row?.['rows']);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
