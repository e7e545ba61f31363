import { digestOf } from '../../../shared/audit/canonical-json.ts';
import { fullName } from '../../domain/feature-service.ts';
import type { Spine, TrainingColumn } from '../../domain/training-set.ts';
import { parquetOf, sqlName, sqlText, type Duck } from '../../../shared/duckdb/duckdb.ts';
import type { ParquetFiles } from '../parquet-files.ts';
import { joinFeatures, type JoinPlan } from './join-features.ts';
import { RowsHash } from './rows-hash.ts';
import { spineColumn } from './spine.ts';
import type { LogParts } from './view-log.ts';

export interface TrainingPlan extends JoinPlan {
  readonly spine: Spine;
}

export interface WrittenTrainingSet {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly columns: readonly TrainingColumn[];
  readonly schemaHash: string;
  readonly contentHash: string;
}

export interface TrainingStores extends LogParts {
  readonly duck: Duck;
  readonly spines: ParquetFiles;
  readonly trainingSets: ParquetFiles;
}

/** The spine's columns, then the features of each view as view__feature. */
export const trainingColumns = ({ spine, views }: TrainingPlan): TrainingColumn[] => [
  ...spine.columns,
  ...views.flatMap(({ view, features }) =>
    features.map((name): TrainingColumn => {
      const dtype = view.features.find((one) => one.name === name)?.dtype;
      if (!dtype) throw new Error(`${view.name}@${view.version} has no feature ${name}`);
      return { name: fullName(view.name, name), dtype, role: 'FEATURE' };
    }),
  ),
];

const asWritten = ({ dtype }: TrainingColumn, column: string): string =>
  dtype === 'TIMESTAMP' ? `make_timestamptz(${column} * 1000)` : column;

/** Joins the features to the spine as the law says and writes the Parquet; rows out are rows in, in their order. */
export function writeTrainingSet(
  stores: TrainingStores,
  plan: TrainingPlan,
  joined: (views: number) => Promise<void>,
): Promise<WrittenTrainingSet> {
  const { duck, spines, trainingSets } = stores;
  const columns = trainingColumns(plan);
  const schemaHash = digestOf(columns);
  return duck.session(async (session) => {
    const { spine } = plan;
    await session.run(`CREATE TEMP VIEW given AS FROM ${parquetOf([spines.pathOf(spine.sha256)])}`);
    await joinFeatures(session, stores, plan, joined);
    const named = columns.map((column, i) => `${asWritten(column, spineColumn(i))} AS ${sqlName(column.name)}`);
    const file = await trainingSets.add((path) =>
      session.run(
        `COPY (SELECT ${named.join(', ')} FROM result ORDER BY row_id) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
      ),
    );
    const hash = new RowsHash();
    const read = columns.map(({ name, dtype }) =>
      dtype === 'TIMESTAMP' ? `epoch_ms(${sqlName(name)})` : sqlName(name),
    );
    // What was written is what is hashed.
    for await (const chunk of session.chunks(
      `SELECT ${read.join(', ')} FROM ${parquetOf([trainingSets.pathOf(file.sha256)])}`,
    )) {
      hash.add(chunk);
    }
    if (hash.rows !== spine.rows) throw new Error(`${spine.rows} rows in, ${hash.rows} rows out`);
    return { ...file, rows: hash.rows, columns, schemaHash, contentHash: hash.digest(schemaHash) };
  });
}
