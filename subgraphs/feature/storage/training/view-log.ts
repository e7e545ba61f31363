import type { Database } from '../../../shared/database/database.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { viewUrn } from '../../domain/ids.ts';
import { loggedColumns } from '../../domain/log-column.ts';
import type { ManifestLog } from '../../domain/training-set.ts';
import { parquetOf, type DuckSession } from '../../../shared/duckdb/duckdb.ts';
import { EVENT_ID, featureColumns, hasEventIds, keyColumns, RETRACTED, SQL_TYPES } from '../log/log-columns.ts';
import { lastPushed, pushedRows, storedPushOf } from '../log/pushed-row.ts';
import { segmentsOf } from '../log/segment.ts';
import type { ParquetFiles } from '../parquet-files.ts';
import { appendRows } from './append-rows.ts';

/** All that is published of a view's log at this moment. */
export async function publishedLog(db: Database, view: FeatureView): Promise<ManifestLog> {
  const { project, name, version } = view;
  const pushedThrough = await lastPushed(db, { project, view: name, version });
  const segments = await segmentsOf(db.em(), { project, view: name, version });
  return {
    view: viewUrn.format(view),
    pushedThrough,
    segments: segments.flatMap(({ sha256, kind, seq, availableAt }) =>
      availableAt === null ? [] : [{ sha256, kind, seq, availableAt: availableAt.toISOString() }],
    ),
  };
}

export interface LogParts {
  readonly db: Database;
  readonly segments: ParquetFiles;
}

/**
 * Lays a view's log before DuckDB as one relation `name`: keys, event_ms, created_ms, written_ms (when its source wrote
 * it), available_ms (when we had it), ordered_ms (when windows take it as written), seq, ordinal, event_id, retracted,
 * and what its columns hold.
 */
export async function layLog(
  session: DuckSession,
  { db, segments }: LogParts,
  name: string,
  view: FeatureView,
  log: ManifestLog,
): Promise<void> {
  await pushedTable(session, db, `${name}_pushed`, view, log.pushedThrough);
  const values = [...keyColumns(view), ...featureColumns(view)].join(', ');
  const parts = log.segments.map((segment) => {
    const from = parquetOf([segments.pathOf(segment.sha256)]);
    if (segment.kind === 'PUSHED') return `${pushedSql(values, from)} WHERE offline`;
    const loaded = `${Date.parse(segment.availableAt)}::BIGINT`;
    // Where the source has no created column, its rows count as written at their event; where nobody wrote it down for a
    // row, when it was loaded, as a pushed one counts when it came.
    const written = view.createdColumn === null ? 'event_ms' : `coalesce(created_ms, ${loaded})`;
    const available = segment.kind === 'HISTORY' ? written : loaded;
    const id = hasEventIds(view) ? EVENT_ID : 'NULL::VARCHAR';
    return `SELECT ${values}, event_ms, created_ms, ${written} AS written_ms, ${available} AS available_ms,
      greatest(event_ms, coalesce(created_ms, event_ms)) AS ordered_ms, ${segment.seq}::BIGINT AS seq, ordinal,
      ${id} AS ${EVENT_ID}, FALSE AS ${RETRACTED} FROM ${from}`;
  });
  parts.push(pushedSql(values, `${name}_pushed`));
  await session.run(`CREATE TEMP VIEW ${name} AS ${parts.join(' UNION ALL ')}`);
}

const pushedSql = (values: string, from: string): string =>
  `SELECT ${values}, event_ms, created_ms, coalesce(created_ms, available_ms) AS written_ms, available_ms,
    greatest(event_ms, coalesce(created_ms, available_ms)) AS ordered_ms, seq, 0::BIGINT AS ordinal,
    ${EVENT_ID}, ${RETRACTED} FROM ${from}`;

async function pushedTable(
  session: DuckSession,
  db: Database,
  table: string,
  view: FeatureView,
  through: number,
): Promise<void> {
  const logged = loggedColumns(view);
  const columns = [
    ...view.joinKeys.map(({ dtype }, i) => `${keyColumns(view)[i]} ${SQL_TYPES[dtype]}`),
    ...logged.map(({ dtype }, i) => `${featureColumns(view)[i]} ${SQL_TYPES[dtype]}`),
  ];
  await session.run(
    `CREATE TEMP TABLE ${table} (${columns.join(', ')}, event_ms BIGINT, created_ms BIGINT, available_ms BIGINT, seq BIGINT,
       ${EVENT_ID} VARCHAR, ${RETRACTED} BOOLEAN)`,
  );
  const dtypes = [
    ...view.joinKeys.map(({ dtype }) => dtype),
    ...logged.map(({ dtype }) => dtype),
    ...(['TIMESTAMP', 'TIMESTAMP', 'TIMESTAMP', 'INT64', 'STRING', 'BOOL'] as const),
  ];
  const of = { project: view.project, view: view.name, version: view.version };
  await appendRows(session, table, dtypes, pagesOf(db, view, of, through));
}

async function* pagesOf(
  db: Database,
  view: FeatureView,
  of: { readonly project: string; readonly view: string; readonly version: number },
  through: number,
) {
  for await (const page of pushedRows(db, 0, of)) {
    const rows = page.map((row) => storedPushOf(row, view)).filter(({ seq, offline }) => offline && seq <= through);
    yield rows.map((row) => [
      ...(JSON.parse(row.key) as string[]).map((part, i) =>
        view.joinKeys[i]?.dtype === 'INT64' ? BigInt(part) : part,
      ),
      ...row.values,
      row.eventMs,
      row.createdMs,
      row.availableMs,
      BigInt(row.seq),
      row.eventId,
      row.retracted,
    ]);
  }
}
