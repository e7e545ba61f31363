import { DomainError } from '../../../../core/errors.ts';
import type { FeatureValue } from '../../../../core/codec/layout.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { Spine, TrainingColumn } from '../../domain/training-set.ts';
import { sqlName, sqlText, type Duck, type DuckSession } from '../../../shared/duckdb/duckdb.ts';
import { SQL_TYPES } from '../log/log-columns.ts';
import type { ParquetFiles } from '../parquet-files.ts';
import { checkUnchanged, type SourceFile } from '../source-files.ts';
import { readingFiles, refuseFaults, typedRowsSql } from '../typed-columns.ts';
import { appendRows } from './append-rows.ts';
import { RowsHash } from './rows-hash.ts';

/** The spine's columns by place: what they are called does not matter to the join. */
export const spineColumn = (i: number): string => sqlName(`c${i}`);

/** Rows that came in the request itself, already typed. */
export function spineFromRows(
  duck: Duck,
  store: ParquetFiles,
  columns: readonly TrainingColumn[],
  rows: readonly (readonly FeatureValue[])[],
): Promise<Spine> {
  return duck.session(async (session) => {
    const types = columns.map(({ dtype }, i) => `${spineColumn(i)} ${SQL_TYPES[dtype]}`);
    await session.run(`CREATE TEMP TABLE spine (row_id BIGINT, ${types.join(', ')})`);
    const numbered = rows.map((row, i) => [i, ...row]);
    await appendRows(session, 'spine', ['INT64', ...columns.map(({ dtype }) => dtype)], [numbered]);
    return storeSpine(session, store, columns);
  });
}

/** Rows of files, in their order. */
export function spineFromFiles(
  duck: Duck,
  store: ParquetFiles,
  columns: readonly TrainingColumn[],
  files: readonly SourceFile[],
): Promise<Spine> {
  return duck.session(async (session) => {
    const typed = columns.map(({ name, dtype }, i) => ({ column: name, dtype, as: spineColumn(i) }));
    await readingFiles(session, files, typed, 'spine', () =>
      session.run(`CREATE TEMP TABLE given AS ${typedRowsSql(files, typed)}`),
    );
    await checkUnchanged(files, 'spine');
    await refuseFaults(session, 'given', files, 'spine');
    await session.run(
      `CREATE TEMP TABLE spine AS SELECT row_number() OVER (ORDER BY ordinal) - 1 AS row_id,
       * EXCLUDE (ordinal, fault) FROM given`,
    );
    return storeSpine(session, store, columns);
  });
}

export async function storeSpine(
  session: DuckSession,
  store: ParquetFiles,
  columns: readonly TrainingColumn[],
): Promise<Spine> {
  const hash = new RowsHash();
  for await (const chunk of session.chunks('SELECT * FROM spine ORDER BY row_id')) hash.add(chunk);
  if (hash.rows === 0) throw new DomainError('INVALID_INPUT', 'spine: it has no rows', { field: 'spine' });
  const { sha256 } = await store.add((path) =>
    session.run(`COPY (FROM spine ORDER BY row_id) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`),
  );
  return { sha256, contentHash: hash.digest(digestOf(columns)), rows: hash.rows, columns };
}
