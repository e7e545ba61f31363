import type { FeatureValue } from '../../../../core/codec/layout.ts';
import { HASH_RANGE, SKETCH_SIZE } from '../../../../core/windows/folds/distinct.ts';
import { LARGEST_SPREAD } from '../../../../core/windows/folds/stddev.ts';
import type { WindowPlan } from '../../../../core/windows/plan.ts';
import type { Window, WindowFunction } from '../../../../core/windows/window.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import type { KnownAt } from '../../domain/point-in-time.ts';
import { sqlText } from '../duckdb.ts';
import { EVENT_ID, featureColumns, keyColumns, RETRACTED } from '../log/log-columns.ts';

/** Since when a version of an event may be seen, by each rule: where only its time counts, always. */
const KNOWN_SINCE: Readonly<Record<KnownAt, string>> = {
  KNOWN: 'greatest(written_ms, available_ms)',
  CREATED: 'written_ms',
  EVENT_TIME: '-9007199254740991::BIGINT',
};

const FOR_EVER = '9007199254740991::BIGINT';

/** A window of a plan, and the column that it is wanted as. */
export interface WantedWindow {
  readonly window: Window;
  readonly as: string;
}

/**
 * The events of a log that may be seen of the entities in `wanted`, each with the time in which it stands: from when it was known until a version that
 * was written later was. Without ids each row is an event of its own and stands for ever.
 */
export function eventsSql(log: string, wanted: string, view: FeatureView, plan: WindowPlan, knownAt: KnownAt): string {
  const keys = keyColumns(view).join(', ');
  const read = [
    ...keyColumns(view),
    ...featureColumns(view),
    'event_ms, ordered_ms, seq, ordinal',
    EVENT_ID,
    RETRACTED,
  ];
  const seen = `SELECT ${read.join(', ')}, ${KNOWN_SINCE[knownAt]} AS known_ms FROM ${log}
    WHERE (${keys}) IN (SELECT (${keys}) FROM ${wanted})`;
  if (!plan.withIds) return `SELECT *, ${FOR_EVER} AS until_ms FROM (${seen})`;
  return `SELECT * REPLACE (coalesce(until_ms, ${FOR_EVER}) AS until_ms) FROM (
      SELECT *, min(known_ms) OVER (PARTITION BY ${keys}, ${EVENT_ID} ORDER BY ordered_ms, seq, ordinal
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS until_ms FROM (${seen}))
    WHERE NOT ${RETRACTED} AND (until_ms IS NULL OR until_ms > known_ms)`;
}

/**
 * The wanted windows of each row of the spine, by `row_id`: over [tail, at), null where the row has no key or no time. The
 * inner join comes first: with its inequalities an outer one would look at every pair of rows.
 */
export function windowsSql(events: string, spine: string, view: FeatureView, wanted: readonly WantedWindow[]): string {
  const keys = keyColumns(view);
  const columns = featureColumns(view);
  const tails = wanted.map(({ window }) => tailSql(window));
  const matches = [
    ...keys.map((key) => `s.${key} = e.${key}`),
    'e.event_ms < s.at_ms',
    `e.event_ms >= least(${tails.join(', ')})`,
    'e.known_ms <= s.at_ms',
    'e.until_ms > s.at_ms',
  ].join(' AND ');
  const results = wanted.map(({ window, as }, i) => {
    const value = window.column ? `e.${columns[window.column.index] ?? ''}` : null;
    const counted = [`e.event_ms >= ${tails[i] ?? ''}`, ...filterSql(window, columns)];
    if (value) counted.push(`${value} IS NOT NULL`);
    return `${resultSql(window, value, `FILTER (WHERE ${counted.join(' AND ')})`)} AS ${as}`;
  });
  const found = `SELECT s.row_id, ${results.join(', ')} FROM ${spine} s JOIN ${events} e ON ${matches} GROUP BY s.row_id`;
  const asked = [...keys.map((key) => `s.${key}`), 's.at_ms'].map((one) => `${one} IS NOT NULL`).join(' AND ');
  const cells = wanted.map(({ window, as }) => {
    const nothing = OF_NOTHING.includes(window.function) ? '0' : 'NULL';
    return `CASE WHEN ${asked} THEN CASE WHEN f.row_id IS NULL THEN ${nothing} ELSE f.${as} END END AS ${as}`;
  });
  return `SELECT s.row_id, ${cells.join(', ')} FROM ${spine} s LEFT JOIN (${found}) f ON f.row_id = s.row_id`;
}

/** What is 0 of no event; all else is null. */
const OF_NOTHING: readonly WindowFunction[] = ['COUNT', 'SUM', 'DISTINCT'];

/** Rounded down, also before 1970. */
export const tailSql = ({ windowMs, hopMs }: Pick<Window, 'windowMs' | 'hopMs'>): string => {
  const from = `(s.at_ms - ${windowMs})`;
  return `(${from} - ((${from} % ${hopMs}) + ${hopMs}) % ${hopMs})`;
};

const HOUR_MS = 3_600_000;

function filterSql({ where }: Window, columns: readonly string[]): string[] {
  const sql: string[] = [];
  if (where?.category) {
    const { index, oneOf } = where.category;
    sql.push(`e.${columns[index] ?? ''} IN (${oneOf.map(literalOf).join(', ')})`);
  }
  if (where?.hours) {
    const hours = `((e.event_ms + ${where.hours.offsetMinutes * 60_000}) % ${24 * HOUR_MS} + ${24 * HOUR_MS}) % ${24 * HOUR_MS} // ${HOUR_MS}`;
    sql.push(`(${hours}) IN (${where.hours.oneOf.join(', ')})`);
  }
  return sql;
}

export const literalOf = (value: FeatureValue): string => (typeof value === 'string' ? sqlText(value) : String(value));

/** Where an event stands among others. */
const ORDER = 'row(e.event_ms, e.ordered_ms, e.seq, e.ordinal)';

type ResultSql = (value: string, filter: string, isWhole: boolean) => string;

/** Each function over the values that a filter lets through; whole numbers are summed exactly. */
const RESULT_SQL: Readonly<Record<WindowFunction, ResultSql>> = {
  COUNT: (value, filter) => `count(${value}) ${filter}`,
  SUM: (value, filter, isWhole) =>
    isWhole
      ? `TRY_CAST(coalesce(sum(${value}) ${filter}, 0) AS BIGINT)`
      : finite(`coalesce(fsum(${value}) ${filter}, 0)`),
  MEAN: (value, filter, isWhole) =>
    isWhole ? `(sum(${value}) ${filter})::DOUBLE / (count(${value}) ${filter})` : finite(`favg(${value}) ${filter}`),
  // DuckDB fails where a square is no double any more, before anything around it is asked.
  STDDEV: (value, filter) =>
    `CASE WHEN max(abs(${value}::DOUBLE)) ${filter} <= ${LARGEST_SPREAD} THEN
      stddev_samp(CASE WHEN abs(${value}::DOUBLE) <= ${LARGEST_SPREAD} THEN ${value}::DOUBLE END) ${filter} END`,
  MIN: (value, filter) => `min(${value}) ${filter}`,
  MAX: (value, filter) => `max(${value}) ${filter}`,
  FIRST: (value, filter) => `arg_min(${value}, ${ORDER}) ${filter}`,
  LAST: (value, filter) => `arg_max(${value}, ${ORDER}) ${filter}`,
  DISTINCT: (value, filter) => distinctSql(`list(DISTINCT ${hashSql(value)}) ${filter}`),
};

const resultSql = ({ function: name, column }: Window, value: string | null, filter: string): string =>
  value === null ? `count(*) ${filter}` : RESULT_SQL[name](value, filter, column?.dtype === 'INT64');

const finite = (sql: string): string => `CASE WHEN isfinite(${sql}) THEN ${sql} END`;

/** The same 53 bits as `hash53`. */
const hashSql = (value: string): string => `(md5_number_lower(${value}::VARCHAR) & 9007199254740991)::BIGINT`;

/** The same estimate as the sketch of `core/windows`: exact while it holds all hashes. */
function distinctSql(hashes: string): string {
  const held = `coalesce(len(${hashes}), 0)`;
  const largest = `list_sort(${hashes})[${SKETCH_SIZE}]`;
  return `CASE WHEN ${held} < ${SKETCH_SIZE} THEN ${held} ELSE round(${(SKETCH_SIZE - 1) * HASH_RANGE}::DOUBLE / ${largest})::BIGINT END`;
}
