import type { FeatureView } from '../../domain/feature-view.ts';
import type { Materialization, SkipReason } from '../../domain/materialization.ts';
import type { Segment } from '../../domain/segment.ts';
import { parquetOf, sqlName, sqlText, type Duck, type DuckSession } from '../duckdb.ts';
import type { ParquetFiles } from '../parquet-files.ts';
import { featureColumn, featureColumns, keyColumn, keyColumns, msOf, SQL_TYPES, valueSql } from './log-columns.ts';

/** What a load made: the numbers of its rows and, if any are new, its segment. */
export interface LoadedRows {
  readonly rowsRead: number;
  readonly skipped: readonly { readonly reason: SkipReason; readonly rows: number }[];
  readonly segment: Pick<Segment, 'sha256' | 'rows' | 'minEventMs' | 'maxEventMs'> | null;
}

interface LoadRequest {
  readonly view: FeatureView;
  readonly files: readonly string[];
  readonly range: Pick<Materialization, 'from' | 'to'>;
  /** Rows that were created later are not known yet. */
  readonly now: Date;
  /** Segments of the same view version: rows that they hold are not stored again. */
  readonly existing: readonly Segment[];
}

/** Reads a range of a source into a new segment of the log. All of it runs on DuckDB's own threads. */
export function loadSegment(duck: Duck, store: ParquetFiles, request: LoadRequest): Promise<LoadedRows> {
  return duck.session(async (session) => {
    await session.run(`CREATE TEMP TABLE candidate AS ${candidateSql(request)}`);
    const { view, existing, now } = request;
    const isNull = keyColumns(view).map((key) => `${key} IS NULL`);
    const [counts] = await session.rows(
      `SELECT count(*) AS read, count(*) FILTER (event_ms IS NULL) AS no_event,
         count(*) FILTER (event_ms IS NOT NULL AND (${isNull.join(' OR ')})) AS null_key,
         count(*) FILTER (event_ms IS NOT NULL AND NOT (${isNull.join(' OR ')}) AND created_ms >= ${now.getTime() + 1})
           AS ahead FROM candidate`,
    );
    await session.run(
      `DELETE FROM candidate WHERE event_ms IS NULL OR ${isNull.join(' OR ')} OR created_ms > ${now.getTime()}`,
    );
    const known = await removeKnown(session, view, store, existing);
    const [fresh] = await session.rows(
      'SELECT count(*) AS rows, min(event_ms) AS first, max(event_ms) AS last FROM candidate',
    );
    const rows = Number(fresh?.['rows'] ?? 0);
    const skipped = [
      { reason: 'NO_EVENT_TIME' as const, rows: Number(counts?.['no_event'] ?? 0) },
      { reason: 'NULL_KEY' as const, rows: Number(counts?.['null_key'] ?? 0) },
      { reason: 'CREATED_AHEAD' as const, rows: Number(counts?.['ahead'] ?? 0) },
      { reason: 'ALREADY_LOADED' as const, rows: known },
    ].filter((one) => one.rows > 0);
    const rowsRead = Number(counts?.['read'] ?? 0);
    if (rows === 0) return { rowsRead, skipped, segment: null };
    const order = [...keyColumns(view), 'event_ms', 'created_ms NULLS FIRST', 'ordinal'].join(', ');
    const { sha256 } = await store.add((path) =>
      session.run(`COPY (FROM candidate ORDER BY ${order}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`),
    );
    const [minEventMs, maxEventMs] = [Number(fresh?.['first']), Number(fresh?.['last'])];
    return { rowsRead, skipped, segment: { sha256, rows, minEventMs, maxEventMs } };
  });
}

function candidateSql({ view, files, range }: LoadRequest): string {
  const event = msOf(sqlName(view.eventColumn));
  const created = view.createdColumn === null ? 'NULL::BIGINT' : msOf(sqlName(view.createdColumn));
  const columns = [
    ...view.joinKeys.map(({ name, dtype }) => `${sqlName(name)}::${SQL_TYPES[dtype]} AS ${keyColumn(name)}`),
    `${event} AS event_ms`,
    `${created} AS created_ms`,
    'file_index::BIGINT * 4294967296 + file_row_number AS ordinal',
    ...view.features.map(({ name, dtype, column }) => `${valueSql(column, dtype)} AS ${featureColumn(name)}`),
  ];
  const from = range.from === null ? '' : `AND ${event} >= ${range.from.getTime()}`;
  return `SELECT ${columns.join(', ')} FROM ${parquetOf(files, ', union_by_name = true')}
    WHERE (${event} < ${range.to.getTime()} ${from}) OR ${sqlName(view.eventColumn)} IS NULL`;
}

/** Rows that the log has already, value for value, are not stored again: loading the same range twice changes nothing. */
async function removeKnown(
  session: DuckSession,
  view: FeatureView,
  store: ParquetFiles,
  existing: readonly Segment[],
): Promise<number> {
  const files = existing.filter(({ kind }) => kind !== 'PUSHED').map(({ sha256 }) => store.pathOf(sha256));
  if (files.length === 0) return 0;
  const keys = keyColumns(view).map((column) => `c.${column} = e.${column}`);
  const values = ['created_ms', ...featureColumns(view)].map(
    (column) => `c.${column} IS NOT DISTINCT FROM e.${column}`,
  );
  await session.run(
    `CREATE TEMP TABLE fresh AS SELECT c.* FROM candidate c ANTI JOIN ${parquetOf(files)} e
     ON ${[...keys, 'c.event_ms = e.event_ms', ...values].join(' AND ')}`,
  );
  const [counts] = await session.rows(
    'SELECT (SELECT count(*) FROM candidate) - (SELECT count(*) FROM fresh) AS known',
  );
  await session.run('DROP TABLE candidate');
  await session.run('ALTER TABLE fresh RENAME TO candidate');
  return Number(counts?.['known'] ?? 0);
}
