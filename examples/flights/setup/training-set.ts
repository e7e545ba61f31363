import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Client } from '../../../client/client.ts';
import { until } from '../../../client/wait.ts';
import type { Side } from '../data/delay-rows.ts';
import { sqlText } from '../data/duck.ts';
import { createAskedTable, flightsOf, readMatrix, type KnownAt } from '../data/feature-matrix.ts';
import type { DataFiles } from '../data/prepare.ts';
import { VIEWS } from '../names.ts';
import type { SampleRule } from '../sampling.ts';
import type { Matrix } from '../train/matrix.ts';
import { CreateTrainingSet, OneBuild, type BuildFragment, type CreateTrainingSetInput } from '../operations.ts';

/** Which rows of a training set may be used is the product's rule; KNOWN is its default. */
export type SetKnownAt = 'KNOWN' | KnownAt;

export type TrainingSet = NonNullable<BuildFragment['trainingSet']>;
type Spine = CreateTrainingSetInput['spine'];

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
  { graph }: Client,
  service: string,
  spine: Spine,
  knownAt: SetKnownAt,
): Promise<TrainingSet> {
  const input = { service, knownAt, spine, waitMs: 2_000 };
  const { build } = await graph.field(CreateTrainingSet, { input }, { repeatable: true });
  const look = async (): Promise<TrainingSet | undefined> => {
    const now = build.state === 'RUNNING' ? await graph.field(OneBuild, { id: build.id }) : build;
    if (now.state === 'FAILED') throw new Error(`createTrainingSet: ${now.error ?? 'it failed'}`);
    return now.trainingSet ?? undefined;
  };
  return until(look, 'the training set was not made within ten minutes', { atMostMs: 600_000 });
}

export const spineOfFile = (path: string): Spine => ({ path: resolve(path), timestampColumn: 'departure' });

const shareOf = (side: Side): string => `coalesce(${VIEWS[side].name}__late_share_3h, 0)`;

/** What a trainer learns from: the rows of the product's file, late shares 0 where nothing was known. */
export async function loadTrainingSet(
  duck: DuckDBConnection,
  client: Client,
  set: TrainingSet,
  path: string,
): Promise<Matrix> {
  await mkdir(dirname(path), { recursive: true });
  await downloadSet(client, set, path);
  return readMatrix(
    duck,
    `select hour, dow, distance, ${shareOf('origin')}, ${shareOf('destination')}, cast(late as tinyint)
     from read_parquet(${sqlText(path)}) order by flight`,
    set.rowCount,
  );
}

/** The product's file of a training set, kept at `path`. */
export const downloadSet = async ({ blobs }: Client, { downloadPath }: TrainingSet, path: string): Promise<void> =>
  writeFile(path, await blobs.download(downloadPath));
