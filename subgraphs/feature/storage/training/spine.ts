import { DomainError } from '../../../../core/errors.ts';
import type { FeatureValue } from '../../../../core/codec/layout.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { JoinKey } from '../../domain/entity.ts';
import { columnOf, timeColumnOf, type SourceColumn } from '../../domain/source.ts';
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

/** What the columns of a spine's file are. Throws INVALID_INPUT that names what is missing or cannot be used. */
export function spineColumnsOf(
  found: readonly SourceColumn[],
  joinKeys: readonly JoinKey[],
  timestampColumn: string,
  assumeUtc: boolean,
): TrainingColumn[] {
  timeColumnOf(found, timestampColumn, assumeUtc, 'spine.timestampColumn');
  for (const key of joinKeys) {
    const column = columnOf(found, key.name, 'spine');
    if (column.dtype === key.dtype) continue;
    throw new DomainError(
      'INVALID_INPUT',
      `spine: the join key "${key.name}" is ${key.dtype}, not ${column.nativeType}`,
      {
        field: 'spine',
        allowed: key.dtype,
      },
    );
  }
  return found.map(({ name, dtype, nativeType }): TrainingColumn => {
    if (dtype === null) {
      throw new DomainError('INVALID_INPUT', `spine: "${name}" is ${nativeType}, which a training set cannot hold`, {
        field: 'spine',
      });
    }
    if (name === timestampColumn) return { name, dtype: 'TIMESTAMP', role: 'TIMESTAMP' };
    if (dtype === 'TIMESTAMP') timeColumnOf(found, name, assumeUtc, 'spine');
    return { name, dtype, role: joinKeys.some((key) => key.name === name) ? 'KEY' : 'LABEL' };
  });
}
