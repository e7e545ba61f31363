import type { DuckDBConnection } from '@duckdb/node-api';
import type { SampleRule } from '../sampling.ts';
import { type Matrix, sampleRows } from '../../shared/train/matrix.ts';
import { PUBLICATION, type Side } from './delay-rows.ts';
import { rowsOf, sqlText } from '../../shared/duck.ts';
import type { DataFiles } from './prepare.ts';

/**
 * Which published rows a join may use: CREATED those that were there at push-back, EVENT_TIME all whose event time is past,
 * whenever they became known. The second one is the mistake that this example is about.
 */
export type KnownAt = 'CREATED' | 'EVENT_TIME';

/** In the order of a model's input. Late shares are 0 where nothing is known. */
export const FEATURES = ['hour', 'dow', 'distance', 'origin_late_3h', 'dest_late_3h'] as const;

/** Older rows say nothing: an airport without flights does not publish. */
export const DELAYS_TTL_MINUTES = 240;

/** What a model sees of the flights of a sample, by departure, and whether each arrived late. */
export async function loadSample(
  duck: DuckDBConnection,
  files: DataFiles,
  rule: SampleRule,
  knownAt: KnownAt = 'CREATED',
): Promise<Matrix> {
  return loadFeatures(duck, files, await flightsOf(duck, files, rule), knownAt);
}

/** The numbers of the flights of a sample, ascending. */
export async function flightsOf(duck: DuckDBConnection, files: DataFiles, rule: SampleRule): Promise<Int32Array> {
  const [range] = await rowsOf(
    duck,
    `select min(flight) as first, count(*) as flights from read_parquet(${sqlText(files.flights)})
     where departure >= timestamptz '${rule.from} 00:00:00+00' and departure < timestamptz '${rule.to} 00:00:00+00'`,
  );
  const first = Number(range?.['first'] ?? 0);
  return sampleRows(Number(range?.['flights'] ?? 0), rule.size, rule.seed).map((row) => first + row);
}

/** The same for flights by number, in ascending order. */
export async function loadFeatures(
  duck: DuckDBConnection,
  files: DataFiles,
  flights: Int32Array,
  knownAt: KnownAt,
): Promise<Matrix> {
  await createQuestionTable(duck, flights);
  await duck.run(
    `create or replace temp table sampled as
     select flight, cast(departure as timestamp) as departure, origin, destination, distance, hour, dow, late
     from asked join read_parquet(${sqlText(files.flights)}) using (flight)
     where flight between ${flights[0] ?? 0} and ${flights.at(-1) ?? 0}`,
  );
  return readMatrix(
    duck,
    `with origin_late as (${latest('origin', files.originDelays, knownAt)}),
       dest_late as (${latest('destination', files.destinationDelays, knownAt)})
     select hour, dow, distance, coalesce(origin_late.late_share_3h, 0) as origin_late_3h,
       coalesce(dest_late.late_share_3h, 0) as dest_late_3h, cast(late as tinyint) as late
     from sampled left join origin_late using (flight) left join dest_late using (flight) order by flight`,
    flights.length,
  );
}

/** Makes the table `asked` of these flights. */
export async function createQuestionTable(duck: DuckDBConnection, flights: Int32Array): Promise<void> {
  await duck.run('create or replace temp table asked (flight integer)');
  const appender = await duck.createAppender('asked');
  for (const flight of flights) {
    appender.appendInteger(flight);
    appender.endRow();
  }
  appender.closeSync();
}

/** Reads the features in their order and the label from a query that must have so many rows. */
export async function readMatrix(duck: DuckDBConnection, sql: string, rows: number): Promise<Matrix> {
  const result = await duck.stream(sql);
  const columns = FEATURES.map(() => new Float32Array(rows));
  const labels = new Uint8Array(rows);
  let row = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    columns.forEach((column, i) => column.set(chunk.getColumnValues(i).map(Number), row));
    labels.set(chunk.getColumnValues(FEATURES.length).map(Number), row);
    row += chunk.rowCount;
  }
  if (row !== rows) throw new Error(`${rows} flights were asked for and ${row} found`);
  return { names: FEATURES, columns, labels, rows };
}

/** Point-in-time join: of the rows within the TTL, the newest event, then the newest created. Event times are full hours. */
function latest(side: Side, path: string, knownAt: KnownAt): string {
  const { everyMinutes } = PUBLICATION;
  return `
    select flight, late_share_3h
    from (
      select *, time_bucket(to_minutes(${everyMinutes}), departure) - to_minutes(back * ${everyMinutes}) as step
      from sampled, range(${DELAYS_TTL_MINUTES / everyMinutes + 1}) as steps(back)
    ) as asked
    join (
      select * replace (cast(event_time as timestamp) as event_time, cast(created as timestamp) as created)
      from read_parquet(${sqlText(path)})
      -- Bounds that Parquet can skip by.
      where event_time >= (select min(departure) - to_minutes(${DELAYS_TTL_MINUTES}) from sampled)
        and event_time <= (select max(departure) from sampled)
    ) as delays
      on delays.${side} = asked.${side} and event_time = step
    where event_time >= departure - to_minutes(${DELAYS_TTL_MINUTES})
      ${knownAt === 'CREATED' ? 'and created <= departure' : ''}
    qualify row_number() over (partition by flight order by event_time desc, created desc) = 1`;
}
