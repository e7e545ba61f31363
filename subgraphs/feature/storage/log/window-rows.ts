import type { DuckDBValue } from '@duckdb/node-api';
import { tupleOf } from '../../../../core/codec/address.ts';
import type { FeatureValue } from '../../../../core/codec/layout.ts';
import type { WindowEvent } from '../../../../core/windows/window.ts';
import type { WindowPlan } from '../../../../core/windows/plan.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { loggedColumns } from '../../domain/log-column.ts';
import type { Segment } from '../../domain/segment.ts';
import { writtenMsOf } from '../../domain/window-event.ts';
import { parquetOf, type Duck } from '../../../shared/duckdb/duckdb.ts';
import type { ParquetFiles } from '../parquet-files.ts';
import { EVENT_ID, featureColumns, hasEventIds, keyColumns } from './log-columns.ts';
import { knownAtSql, msOrNull } from './newest-rows.ts';

/**
 * The events of a loaded segment that windows can still hold, in blocks, those of one entity in the order of the log.
 * Where events have ids all of them count: one that lies far back may correct one that does not.
 */
export async function forEachEvent(
  duck: Duck,
  store: ParquetFiles,
  { view, plan, segment }: { readonly view: FeatureView; readonly plan: WindowPlan; readonly segment: Segment },
  take: (events: { readonly key: string; readonly event: WindowEvent }[]) => Promise<void>,
): Promise<void> {
  const keys = keyColumns(view);
  const dtypes = loggedColumns(view).map(({ dtype }) => dtype);
  const within = `QUALIFY event_ms >= max(event_ms) OVER (PARTITION BY ${keys.join(', ')}) - ${plan.horizonMs}`;
  const id = hasEventIds(view) ? EVENT_ID : 'NULL::VARCHAR';
  await duck.session(async (session) => {
    const chunks = session.chunks(
      `SELECT ordinal, event_ms, created_ms, ${id}, ${[...keys, ...featureColumns(view)].join(', ')}
       FROM ${parquetOf([store.pathOf(segment.sha256)])} WHERE ${knownAtSql(segment.onlineAt)}
       ${hasEventIds(view) ? '' : within} ORDER BY ${keys.join(', ')}, ordinal`,
    );
    for await (const chunk of chunks) {
      await take(chunk.getRows().map((row) => ({ key: keyOf(row, keys.length), event: eventOf(row) })));
    }
  });

  function eventOf(row: readonly DuckDBValue[]): WindowEvent {
    const eventMs = Number(row[1]);
    return {
      id: typeof row[3] === 'string' ? row[3] : null,
      retracted: false,
      eventMs,
      writtenMs: writtenMsOf(eventMs, msOrNull(row[2]), eventMs),
      seq: segment.seq,
      ordinal: Number(row[0]),
      values: row
        .slice(4 + keys.length)
        .map((value, i) => (dtypes[i] === 'TIMESTAMP' ? msOrNull(value) : (value as FeatureValue))),
    };
  }
}

const keyOf = (row: readonly DuckDBValue[], parts: number): string => tupleOf(row.slice(4, 4 + parts).map(String));
