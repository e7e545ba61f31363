import { DomainError } from '../../../../core/errors.ts';
import type { FeatureValue } from '../../../../core/codec/layout.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { Spine, TrainingColumn } from '../../domain/training-set.ts';
import { parquetOf, sqlName, sqlText, type Duck, type DuckSession } from '../duckdb.ts';
import { msOf, SQL_TYPES, valueSql } from '../log/log-columns.ts';
import type { ParquetFiles } from '../parquet-files.ts';
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

/** Rows of a Parquet file, in its order. */
export function spineFromParquet(
  duck: Duck,
  store: ParquetFiles,
  columns: readonly TrainingColumn[],
  files: readonly string[],
): Promise<Spine> {
  return duck.session(async (session) => {
    const values = columns.map(({ name, dtype, role }, i) => {
      const value = role === 'TIMESTAMP' ? msOf(sqlName(name)) : valueSql(name, dtype);
      return `${value} AS ${spineColumn(i)}`;
    });
    await session.run(
      `CREATE TEMP TABLE spine AS SELECT row_number() OVER (ORDER BY file_index, file_row_number) - 1 AS row_id,
       ${values.join(', ')} FROM ${parquetOf(files, ', union_by_name = true')}`,
    );
    return storeSpine(session, store, columns);
  });
}

async function storeSpine(
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
