import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Client } from '../../../client/client.ts';
import { sqlText } from '../../shared/duck.ts';
import { downloadSet, type TrainingSet } from '../../shared/setup/training-set.ts';
import type { Matrix } from '../../shared/train/matrix.ts';
import type { Side } from '../data/delay-rows.ts';
import { createQuestionTable, flightsOf, readMatrix } from '../data/feature-matrix.ts';
import type { DataFiles } from '../data/prepare.ts';
import { VIEWS } from '../names.ts';
import type { SampleRule } from '../sampling.ts';

/** Writes the flights of a sample, with the time that features are wanted for and whether each came late. */
export async function writeSpine(
  duck: DuckDBConnection,
  files: DataFiles,
  rule: SampleRule,
  path: string,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await createQuestionTable(duck, await flightsOf(duck, files, rule));
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
