import type { DuckDBValue } from '@duckdb/node-api';
import { tupleOf } from '../../../../core/codec/address.ts';
import type { FeatureValue } from '../../../../core/codec/layout.ts';
import type { LogRow } from '../../domain/block.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { loggedColumns } from '../../domain/log-column.ts';
import type { Segment } from '../../domain/segment.ts';
import { parquetOf, type Duck, type DuckSession } from '../../../shared/duckdb/duckdb.ts';
import type { ParquetFiles } from '../parquet-files.ts';
import { featureColumns, keyColumns } from './log-columns.ts';

export const msOrNull = (value: DuckDBValue | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

/** The newest row of each entity in a segment, in blocks: what the online store has to hear of it. */
export async function forEachNewest(
  duck: Duck,
  store: ParquetFiles,
  view: FeatureView,
  segment: Segment,
  take: (rows: LogRow[]) => Promise<void>,
): Promise<void> {
  await duck.session(async (session: DuckSession) => {
    const keys = keyColumns(view);
    const position = segment.kind === 'PUSHED' ? 'seq' : `${segment.seq}::BIGINT`;
    const ordinal = segment.kind === 'PUSHED' ? '0::BIGINT' : 'ordinal';
    const online = segment.kind === 'PUSHED' ? 'online' : knownAtSql(segment.onlineAt);
    const chunks = session.chunks(
      `SELECT ${position} AS seq, ${ordinal} AS ordinal, event_ms, created_ms, ${[...keys, ...featureColumns(view)].join(', ')}
       FROM ${parquetOf([store.pathOf(segment.sha256)])} WHERE ${online}
       QUALIFY row_number() OVER (PARTITION BY ${keys.join(', ')}
         ORDER BY event_ms DESC, created_ms DESC NULLS LAST, seq DESC, ordinal DESC) = 1`,
    );
    const dtypes = loggedColumns(view).map(({ dtype }) => dtype);
    for await (const chunk of chunks) {
      await take(
        chunk.getRows().map((row) => ({
          seq: Number(row[0]),
          ordinal: Number(row[1]),
          eventMs: Number(row[2]),
          createdMs: msOrNull(row[3]),
          key: tupleOf(row.slice(4, 4 + keys.length).map(String)),
          values: row
            .slice(4 + keys.length)
            .map((value, i) => (dtypes[i] === 'TIMESTAMP' ? msOrNull(value) : (value as FeatureValue))),
        })),
      );
    }
  });
}

export const knownAtSql = (onlineAt: Date | null): string =>
  onlineAt === null
    ? 'true'
    : `event_ms <= ${onlineAt.getTime()} AND coalesce(created_ms, event_ms) <= ${onlineAt.getTime()}`;
