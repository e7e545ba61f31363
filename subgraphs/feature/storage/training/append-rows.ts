import { BIGINT, BOOLEAN, DOUBLE, VARCHAR, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import type { FeatureValue } from '../../../../core/codec/layout.ts';
import type { Dtype } from '../../../../schema/common.ts';
import type { DuckSession } from '../../../shared/duckdb/duckdb.ts';

const TYPES: Readonly<Record<Dtype, DuckDBType>> = {
  FLOAT64: DOUBLE,
  INT64: BIGINT,
  BOOL: BOOLEAN,
  STRING: VARCHAR,
  TIMESTAMP: BIGINT,
};

/** A value as DuckDB's column of the type takes it: whole numbers and milliseconds are BIGINT. */
const duckValueOf = (value: FeatureValue, dtype: Dtype): DuckDBValue =>
  value !== null && (dtype === 'INT64' || dtype === 'TIMESTAMP') ? BigInt(value) : value;

/** Adds rows to a table whose columns have these types, in order. */
export async function appendRows(
  session: DuckSession,
  table: string,
  dtypes: readonly Dtype[],
  pages: AsyncIterable<readonly (readonly FeatureValue[])[]> | Iterable<readonly (readonly FeatureValue[])[]>,
): Promise<void> {
  const types = dtypes.map((dtype) => TYPES[dtype]);
  const appender = await session.connection.createAppender(table);
  for await (const rows of pages) {
    for (const row of rows) {
      row.forEach((value, i) => {
        const [dtype, type] = [dtypes[i], types[i]];
        if (dtype && type) appender.appendValue(duckValueOf(value, dtype), type);
      });
      appender.endRow();
    }
    appender.flushSync();
  }
  appender.closeSync();
}
