import type { FeatureView } from '../../domain/feature-view.ts';
import { loggedColumns } from '../../domain/log-column.ts';
import type { Materialization, SkipReason } from '../../domain/materialization.ts';
import type { Segment } from '../../domain/segment.ts';
import { parquetOf, sqlText, type Duck, type DuckSession } from '../../../shared/duckdb/duckdb.ts';
import type { ParquetFiles } from '../parquet-files.ts';
import type { SourceFile } from '../source-files.ts';
import { readingFiles, refuseFaults, typedRowsSql, type TypedColumn } from '../typed-columns.ts';
import { EVENT_ID, featureColumn, featureColumns, hasEventIds, keyColumn, keyColumns } from './log-columns.ts';

/** What a load made: the numbers of its rows and, if any are new, its segment. */
export interface LoadedRows {
  readonly rowsRead: number;
  readonly skipped: readonly { readonly reason: SkipReason; readonly rows: number }[];
  readonly segment: Pick<Segment, 'sha256' | 'rows' | 'minEventMs' | 'maxEventMs'> | null;
}

interface LoadInput {
  readonly view: FeatureView;
  readonly files: readonly SourceFile[];
  readonly range: Pick<Materialization, 'from' | 'to'>;
  /** Rows that happened or were created later are not known yet. */
  readonly now: Date;
  /** Segments of the same view version: rows that they hold are not stored again. */
  readonly existing: readonly Segment[];
}

/** Reads a range of a source into a new segment of the log. All of it runs on DuckDB's own threads. */
export function loadSegment(duck: Duck, store: ParquetFiles, input: LoadInput): Promise<LoadedRows> {
  return duck.session(async (session) => {
    const { view, files, existing } = input;
    const columns = columnsRead(view);
    await readingFiles(session, files, columns, 'source', () =>
      session.run(`CREATE TEMP TABLE candidate AS ${candidateSql(input, columns)}`),
    );
    await refuseFaults(session, 'candidate', files, 'source');
    const byReason = await session.rows('SELECT reason, count(*) AS rows FROM candidate GROUP BY reason');
    const counts = new Map(byReason.map((row) => [row['reason'], Number(row['rows'])]));
    await session.run('CREATE TEMP TABLE kept AS SELECT * EXCLUDE (reason, fault) FROM candidate WHERE reason IS NULL');
    await session.run('DROP TABLE candidate');
    const known = await removeKnown(session, view, store, existing);
    const skipped = [
      ...(['NO_EVENT_TIME', 'NULL_KEY', 'NO_EVENT_ID', 'EVENT_AHEAD', 'CREATED_AHEAD'] as const).map((reason) => ({
        reason,
        rows: counts.get(reason) ?? 0,
      })),
      { reason: 'ALREADY_LOADED' as const, rows: known },
    ].filter((one) => one.rows > 0);
    const rowsRead = [...counts.values()].reduce((sum, rows) => sum + rows, 0);
    return { rowsRead, skipped, segment: await storeKept(session, view, store) };
  });
}

const columnsRead = (view: FeatureView): TypedColumn[] => [
  ...view.joinKeys.map(({ name, dtype }) => ({ column: name, dtype, as: keyColumn(name) })),
  { column: view.eventColumn, dtype: 'TIMESTAMP', as: 'event_ms' },
  ...(view.createdColumn === null
    ? []
    : [{ column: view.createdColumn, dtype: 'TIMESTAMP' as const, as: 'created_ms', created: true }]),
  ...loggedColumns(view).map(({ name, dtype, column }) => ({ column, dtype, as: featureColumn(name) })),
  // Whole numbers are ids by their digits.
  ...(view.eventIdColumn === null ? [] : [{ column: view.eventIdColumn, dtype: 'STRING' as const, as: EVENT_ID }]),
];

/** The rows of the range, each with the reason not to store it. Rows without a time and rows ahead of now lie in no range. */
function candidateSql({ view, files, range, now }: LoadInput, columns: readonly TypedColumn[]): string {
  const created = view.createdColumn === null ? 'NULL::BIGINT AS created_ms, ' : '';
  const isNull = keyColumns(view).map((key) => `${key} IS NULL`);
  const from = range.from === null ? '' : `AND event_ms >= ${range.from.getTime()}`;
  const nowMs = now.getTime();
  return `SELECT *, CASE
      WHEN event_ms IS NULL THEN 'NO_EVENT_TIME'
      WHEN ${isNull.join(' OR ')} THEN 'NULL_KEY'
      ${hasEventIds(view) ? `WHEN coalesce(${EVENT_ID}, '') = '' THEN 'NO_EVENT_ID'` : ''}
      WHEN event_ms >= ${nowMs} THEN 'EVENT_AHEAD'
      WHEN created_ms > ${nowMs} THEN 'CREATED_AHEAD'
    END AS reason
    FROM (SELECT ${created}* FROM (${typedRowsSql(files, columns)}))
    WHERE (event_ms < ${range.to.getTime()} ${from}) OR event_ms IS NULL OR event_ms >= ${nowMs}`;
}

const same = (a: string, b: string, columns: readonly string[]): string =>
  columns.map((column) => `${a}.${column} IS NOT DISTINCT FROM ${b}.${column}`).join(' AND ');

/**
 * Rows that the log has already are not stored again: loading the same twice changes nothing. Rows of one key, event and
 * created time are versions of each other, of which the last counts. Where that is the one that counts in the log, all of
 * them are known; where it is another, it is stored although the log may have held it before: a correction was taken back.
 */
async function removeKnown(
  session: DuckSession,
  view: FeatureView,
  store: ParquetFiles,
  existing: readonly Segment[],
): Promise<number> {
  const segments = existing.filter(({ kind }) => kind !== 'PUSHED');
  if (segments.length === 0) return 0;
  const moment = [...keyColumns(view), ...(hasEventIds(view) ? [EVENT_ID] : []), 'event_ms', 'created_ms'];
  const values = featureColumns(view);
  const held = segments.map(
    ({ sha256, seq }) =>
      `SELECT ${[...moment, ...values].join(', ')}, ${seq}::BIGINT AS seq, ordinal FROM ${parquetOf([store.pathOf(sha256)])}`,
  );
  // Windows that count events need no value of them.
  const row = values.length === 0 ? 'TRUE' : `row(${values.join(', ')})`;
  const keys = moment.join(', ');
  await session.run(
    `CREATE TEMP TABLE held AS SELECT h.* FROM (${held.join(' UNION ALL ')}) h SEMI JOIN kept k ON ${same('h', 'k', moment)}`,
  );
  await session.run(
    `CREATE TEMP TABLE changed AS
     SELECT n.* EXCLUDE (value) FROM (SELECT ${keys}, arg_max(${row}, ordinal) AS value, max(ordinal) AS last FROM kept GROUP BY ${keys}) n
     ANTI JOIN (SELECT ${keys}, arg_max(${row}, row(seq, ordinal)) AS value FROM held GROUP BY ${keys}) h
       ON ${same('n', 'h', moment)} AND n.value IS NOT DISTINCT FROM h.value`,
  );
  await session.run(
    `CREATE TEMP TABLE fresh AS FROM
       (SELECT k.*, c.last FROM kept k JOIN changed c ON ${same('k', 'c', moment)}) k
     ANTI JOIN held h ON ${same('k', 'h', [...moment, ...values])} AND k.ordinal <> k.last`,
  );
  const [counts] = await session.rows('SELECT (SELECT count(*) FROM kept) - (SELECT count(*) FROM fresh) AS known');
  await session.run('DROP TABLE kept');
  await session.run('CREATE TEMP TABLE kept AS SELECT * EXCLUDE (last) FROM fresh');
  return Number(counts?.['known'] ?? 0);
}

async function storeKept(session: DuckSession, view: FeatureView, store: ParquetFiles): Promise<LoadedRows['segment']> {
  const [fresh] = await session.rows(
    'SELECT count(*) AS rows, min(event_ms) AS first, max(event_ms) AS last FROM kept',
  );
  const rows = Number(fresh?.['rows'] ?? 0);
  if (rows === 0) return null;
  const order = [...keyColumns(view), 'event_ms', 'created_ms NULLS FIRST', 'ordinal'].join(', ');
  const { sha256 } = await store.add((path) =>
    session.run(`COPY (FROM kept ORDER BY ${order}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`),
  );
  return { sha256, rows, minEventMs: Number(fresh?.['first']), maxEventMs: Number(fresh?.['last']) };
}
