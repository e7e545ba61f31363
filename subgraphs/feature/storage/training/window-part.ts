import type { FeatureValue } from '../../../../core/codec/layout.ts';
import { LARGEST_SPREAD } from '../../../../core/windows/folds/stddev.ts';
import type { Window, WindowFunction } from '../../../../core/windows/window.ts';
import { sqlText } from '../../../shared/duckdb/duckdb.ts';

/** What is kept of some events for a window: of those of one hop together, and of one event. */
export interface PartColumn {
  readonly name: string;
  readonly ofHop: string;
  readonly ofEvent: string;
}

/** How a window is put together from parts, as SQL. */
export interface WindowPart {
  readonly columns: readonly PartColumn[];
  /** Over the parts `p` that a filter lets through; with their mean, where that is to be known first. */
  readonly result: (filter: string, mean: string) => string;
  readonly mean?: (filter: string) => string;
}

interface Read {
  /** The value, null for a COUNT of events. */
  readonly value: string | null;
  /** Which events count. */
  readonly counted: string;
  readonly isWhole: boolean;
  /** Before the names of its columns. */
  readonly prefix: string;
  /** Whether there are parts of single events alone. */
  readonly alone: boolean;
}

/** Where an event stands among others. */
const ORDER = 'row(event_ms, ordered_ms, seq, ordinal)';

type PartOf = (read: Read & { readonly value: string }) => WindowPart;

const columnOf = ({ counted }: Read, name: string, aggregate: string, one: string): PartColumn => ({
  name,
  ofHop: `${aggregate} FILTER (WHERE ${counted})`,
  ofEvent: `CASE WHEN ${counted} THEN ${one} END`,
});

const finite = (sql: string): string => `CASE WHEN isfinite(${sql}) THEN ${sql} END`;

function countOf(read: Read): WindowPart {
  const n = `${read.prefix}_n`;
  return {
    columns: [columnOf(read, n, 'count(*)', '1')],
    result: (filter) => `coalesce(sum(p.${n}) ${filter}, 0)::BIGINT`,
  };
}

/** Whole numbers are summed exactly, others with what additions lose. */
function sumOf({ prefix, value, isWhole, ...read }: Read & { readonly value: string }): PartColumn {
  const one = isWhole ? `${value}::HUGEINT` : value;
  return columnOf({ prefix, value, isWhole, ...read }, `${prefix}_s`, `${isWhole ? 'sum' : 'fsum'}(${value})`, one);
}

const chosen =
  (aggregate: 'min' | 'max'): PartOf =>
  (read) => {
    const name = `${read.prefix}_v`;
    return {
      columns: [columnOf(read, name, `${aggregate}(${read.value})`, read.value)],
      result: (filter) => `${aggregate}(p.${name}) ${filter}`,
    };
  };

const ended =
  (aggregate: 'min' | 'max'): PartOf =>
  (read) => {
    const [value, order] = [`${read.prefix}_v`, `${read.prefix}_o`];
    return {
      columns: [
        columnOf(read, value, `arg_${aggregate}(${read.value}, ${ORDER})`, read.value),
        columnOf(read, order, `${aggregate}(${ORDER})`, ORDER),
      ],
      result: (filter) => `arg_${aggregate}(p.${value}, p.${order}) ${filter}`,
    };
  };

/** DuckDB fails where a square is no double any more, before anything around it is asked. */
const squarable = (value: string): string => `CASE WHEN abs(${value}) <= ${LARGEST_SPREAD} THEN ${value} END`;

const deviationOfEvents: PartOf = (read) => {
  const name = `${read.prefix}_v`;
  const value = `${read.value}::DOUBLE`;
  return {
    columns: [columnOf(read, name, `max(${value})`, value)],
    result: (filter) =>
      `CASE WHEN max(abs(p.${name})) ${filter} <= ${LARGEST_SPREAD} THEN stddev_samp(${squarable(`p.${name}`)}) ${filter} END`,
  };
};

/** Chan, Golub and LeVeque (1979): the mean of all parts first, then how far the parts, and what is in them, lie from it. */
const deviationOfParts: PartOf = (read) => {
  const { prefix, counted } = read;
  const [whole, value] = [`${read.value}::DOUBLE`, squarable(`${read.value}::DOUBLE`)];
  const [n, mean, squares, largest] = ['n', 'm', 'q', 'l'].map((name) => `p.${prefix}_${name}`);
  return {
    columns: [
      ...countOf(read).columns,
      columnOf(read, `${prefix}_m`, `favg(${value})`, value),
      columnOf(read, `${prefix}_q`, `var_pop(${value}) FILTER (WHERE ${counted}) * count(*)`, '0::DOUBLE'),
      columnOf(read, `${prefix}_l`, `max(abs(${whole}))`, `abs(${whole})`),
    ],
    mean: (filter) => `fsum(${n} * ${mean}) ${filter} / sum(${n}) ${filter}`,
    result: (filter, all) =>
      `CASE WHEN max(${largest}) ${filter} <= ${LARGEST_SPREAD} AND sum(${n}) ${filter} > 1 THEN
        sqrt(fsum(${squares} + ${n} * (${mean} - ${all}) * (${mean} - ${all})) ${filter} / (sum(${n}) ${filter} - 1)) END`,
  };
};

/** Distinct counts are put together in a way of their own: `distinctSql`. */
type SummedUp = Exclude<WindowFunction, 'DISTINCT'>;

const PARTS: Readonly<Record<SummedUp, PartOf>> = {
  COUNT: countOf,
  SUM: (read) => ({
    columns: [sumOf(read)],
    result: (filter) =>
      read.isWhole
        ? `TRY_CAST(coalesce(sum(p.${read.prefix}_s) ${filter}, 0) AS BIGINT)`
        : finite(`coalesce(fsum(p.${read.prefix}_s) ${filter}, 0)`),
  }),
  MEAN: (read) => {
    const [sum, n] = [`p.${read.prefix}_s`, `p.${read.prefix}_n`];
    return {
      columns: [sumOf(read), ...countOf(read).columns],
      result: (filter) =>
        read.isWhole
          ? `(sum(${sum}) ${filter})::DOUBLE / (sum(${n}) ${filter})`
          : finite(`(fsum(${sum}) ${filter}) / (sum(${n}) ${filter})`),
    };
  },
  STDDEV: (read) => (read.alone ? deviationOfEvents(read) : deviationOfParts(read)),
  MIN: chosen('min'),
  MAX: chosen('max'),
  FIRST: ended('min'),
  LAST: ended('max'),
};

/** What a window keeps of events; `columns` are those of their values. Windows that differ only in length keep the same. */
export function windowPart(
  window: Omit<Window, 'windowMs' | 'hopMs'>,
  columns: readonly string[],
  { prefix, alone }: Pick<Read, 'prefix' | 'alone'>,
): WindowPart {
  const { value, counted } = countedSql(window, columns);
  const read = { counted, isWhole: window.column?.dtype === 'INT64', prefix, alone };
  return value === null ? countOf({ ...read, value }) : PARTS[window.function as SummedUp]({ ...read, value });
}

/** The value of an event that a window reads, null for a COUNT of events, and which events count. */
export function countedSql(
  window: Pick<Window, 'column' | 'where'>,
  columns: readonly string[],
): { readonly value: string | null; readonly counted: string } {
  const value = window.column ? (columns[window.column.index] ?? '') : null;
  const filters = filterSql(window, columns);
  if (value !== null) filters.push(`${value} IS NOT NULL`);
  return { value, counted: filters.length === 0 ? 'TRUE' : filters.join(' AND ') };
}

const HOUR_MS = 3_600_000;

function filterSql({ where }: Pick<Window, 'where'>, columns: readonly string[]): string[] {
  const sql: string[] = [];
  if (where?.category) {
    const { index, oneOf } = where.category;
    sql.push(`${columns[index] ?? ''} IN (${oneOf.map(literalOf).join(', ')})`);
  }
  if (where?.hours) {
    const hours = `((event_ms + ${where.hours.offsetMinutes * 60_000}) % ${24 * HOUR_MS} + ${24 * HOUR_MS}) % ${24 * HOUR_MS} // ${HOUR_MS}`;
    sql.push(`(${hours}) IN (${where.hours.oneOf.join(', ')})`);
  }
  return sql;
}

export const literalOf = (value: FeatureValue): string => (typeof value === 'string' ? sqlText(value) : String(value));
