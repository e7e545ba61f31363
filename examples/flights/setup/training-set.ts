import { mkdir, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import * as z from 'zod';
import { CallError } from '../client/call.ts';
import { download } from '../client/files.ts';
import type { Connection } from '../client/connection.ts';
import type { Graph } from '../client/graph.ts';
import type { Side } from '../data/delay-rows.ts';
import { sqlText } from '../data/duck.ts';
import { createAskedTable, flightsOf, readMatrix, type KnownAt } from '../data/feature-matrix.ts';
import type { DataFiles } from '../data/prepare.ts';
import { VIEWS } from '../names.ts';
import type { SampleRule } from '../sampling.ts';
import type { Matrix } from '../train/matrix.ts';
import { until } from './steps.ts';

/** Which rows of a training set may be used is the product's rule; KNOWN is its default. */
export type SetKnownAt = 'KNOWN' | KnownAt;

const TrainingSet = z.object({
  id: z.string(),
  rowCount: z.int(),
  contentHash: z.string(),
  downloadPath: z.string(),
});
export type TrainingSet = z.infer<typeof TrainingSet>;

const Build = z.object({
  id: z.string(),
  state: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED']),
  error: z.string().nullable(),
  trainingSet: TrainingSet.nullable(),
});
const FIELDS = 'id state error trainingSet { id rowCount contentHash downloadPath }';

/** Writes the flights of a sample, with the time that features are wanted for and whether each came late. */
export async function writeSpine(
  duck: DuckDBConnection,
  files: DataFiles,
  rule: SampleRule,
  path: string,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await createAskedTable(duck, await flightsOf(duck, files, rule));
  const partial = `${path}.${process.pid}.partial`;
  await duck.run(
    `copy (
       select flight, origin, destination, departure, hour, dow, distance, late
       from read_parquet(${sqlText(files.flights)}) semi join asked using (flight)
       order by flight
     ) to ${sqlText(partial)} (format parquet, compression zstd)`,
  );
  await rename(partial, path);
}

/** Has the product join the service's features to a spine. The same request gives the same set. */
export async function makeTrainingSet(
  graph: Graph,
  service: string,
  spine: object,
  knownAt: SetKnownAt,
): Promise<TrainingSet> {
  const { build } = await graph.define(
    z.object({ build: Build }),
    'createTrainingSet',
    { service, knownAt, spine, waitMs: 5_000 },
    `{ build { ${FIELDS} } }`,
  );
  const look = async (): Promise<TrainingSet | undefined> => {
    const now =
      build.state === 'RUNNING'
        ? await graph.ask(Build, `query ($id: ID!) { trainingSetBuild(id: $id) { ${FIELDS} } }`, { id: build.id })
        : build;
    if (now.state === 'FAILED') throw new CallError(`createTrainingSet: ${now.error ?? 'it failed'}`);
    return now.trainingSet ?? undefined;
  };
  return until(look, 'the training set was not made within ten minutes', { atMostMs: 600_000 });
}

export const spineOfFile = (path: string): object => ({ path: resolve(path), timestampColumn: 'departure' });

const shareOf = (side: Side): string => `coalesce(${VIEWS[side].name}__late_share_3h, 0)`;

/** What a trainer learns from: the rows of the product's file, late shares 0 where nothing was known. */
export async function loadTrainingSet(
  duck: DuckDBConnection,
  connection: Connection,
  set: TrainingSet,
  path: string,
): Promise<Matrix> {
  await mkdir(dirname(path), { recursive: true });
  await download(connection, set.downloadPath, path);
  return readMatrix(
    duck,
    `select hour, dow, distance, ${shareOf('origin')}, ${shareOf('destination')}, cast(late as tinyint)
     from read_parquet(${sqlText(path)}) order by flight`,
    set.rowCount,
  );
}
