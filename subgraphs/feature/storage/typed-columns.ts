import { DomainError } from '../../../core/errors.ts';
import type { Dtype } from '../../../schema/common.ts';
import { EMPTY, isCsv, plainNative } from '../domain/native-type.ts';
import { lineOfRow } from './csv/faults.ts';
import { csvColumn, csvOf } from './csv/header.ts';
import { parquetOf, sqlName, sqlText, type DuckSession } from '../../shared/duckdb/duckdb.ts';
import { SQL_TYPES } from './log/log-columns.ts';
import type { SourceFile } from './source-files.ts';

/** A column of files, and what it becomes: `as` is SQL. A created time may lie at infinity, which is ahead of every moment. */
export interface TypedColumn {
  readonly column: string;
  readonly dtype: Dtype;
  readonly as: string;
  readonly created?: boolean;
}

/** How a column of one native type is read, and which of its values cannot be read so. */
interface Cast {
  readonly sql: string;
  readonly fault?: { readonly when: string; readonly why: string };
}

/** The last moment that a Date can hold, in ms; one more stands for infinity. */
const MAX_MS = 8_640_000_000_000_000;
const MAX_WHOLE = 9_007_199_254_740_991;
/** Decimals of as many digits come through a double unchanged. */
const SAFE_DIGITS = 15;

/** Whole milliseconds, rounded down, also before 1970; null for what is not finite. */
function msOf(column: string, native: string): string {
  const [epoch, perMs] = native === 'TIMESTAMP_NS' ? ['epoch_ns', 1_000_000] : ['epoch_us', 1_000];
  const since = `${epoch}(${column})`;
  return `((${since} - ((${since} % ${perMs} + ${perMs}) % ${perMs})) // ${perMs})`;
}

const isDouble = (native: string): boolean => native === 'DOUBLE' || native === 'FLOAT';

function wholeNumber(column: string, native: string): Cast {
  if (isDouble(native)) {
    const odd = `NOT isfinite(${column}) OR ${column} <> trunc(${column}) OR abs(${column}) > ${MAX_WHOLE}`;
    return {
      sql: `CASE WHEN NOT isnan(${column}) THEN TRY_CAST(${column} AS BIGINT) END`,
      fault: { when: `NOT isnan(${column}) AND (${odd})`, why: 'is not a whole number below 2^53' },
    };
  }
  const sql = `TRY_CAST(${column} AS BIGINT)`;
  return { sql, fault: { when: `${column} IS NOT NULL AND ${sql} IS NULL`, why: 'does not fit into 64 bits' } };
}

function double(column: string, native: string): Cast {
  const sql = `${column}::DOUBLE`;
  if (isDouble(native)) return { sql: `CASE WHEN isfinite(${sql}) THEN ${sql} END` };
  const [, digits = '0'] = /^DECIMAL\((\d+),/.exec(native) ?? [];
  if (native.startsWith('DECIMAL') && Number(digits) <= SAFE_DIGITS) return { sql };
  const back = native.startsWith('DECIMAL') ? native : 'HUGEINT';
  return {
    sql,
    fault: {
      when: `${column} IS NOT NULL AND coalesce(TRY_CAST(${sql} AS ${back}) <> ${column}, TRUE)`,
      why: 'has more digits than FLOAT64 keeps',
    },
  };
}

/** A column of CSV, which is text: as its type, and then as any column of it. */
function csvCast(wanted: TypedColumn, text: string, native: string): Cast {
  if (wanted.dtype === 'STRING') return { sql: text };
  if (native === EMPTY) return { sql: `NULL::${SQL_TYPES[wanted.dtype]}` };
  const plain = plainNative(native);
  const value = `CAST(nullif(${text}, '') AS ${plain === 'TIMESTAMP' ? 'TIMESTAMPTZ' : plain})`;
  const cast = castOf(wanted, value, plain);
  if (plain !== 'DOUBLE' || wanted.dtype !== 'FLOAT64') return cast;
  // Whole numbers among decimals: what a double cannot hold is shown, as it is for a column of whole numbers.
  const when = `regexp_full_match(${text}, '-?[0-9]+') AND TRY_CAST(${value} AS HUGEINT) IS DISTINCT FROM TRY_CAST(${text} AS HUGEINT)`;
  return { ...cast, fault: { when, why: 'has more digits than FLOAT64 keeps' } };
}

function castOf(wanted: TypedColumn, column: string, native: string): Cast {
  const { dtype, created = false } = wanted;
  if (isCsv(native)) return csvCast(wanted, column, native);
  if (dtype === 'INT64') return wholeNumber(column, native);
  if (dtype === 'FLOAT64') return double(column, native);
  if (dtype === 'TIMESTAMP') {
    const ms = msOf(column, native);
    return {
      sql: created && native !== 'DATE' ? `CASE WHEN ${column} = 'infinity' THEN ${MAX_MS + 1} ELSE ${ms} END` : ms,
      fault: { when: `abs(${ms}) > ${MAX_MS}`, why: 'lies beyond the year 275760' },
    };
  }
  if (native === 'BLOB') {
    const sql = `TRY(decode(${column}))`;
    return { sql, fault: { when: `${column} IS NOT NULL AND ${sql} IS NULL`, why: 'is not UTF-8' } };
  }
  return { sql: `${column}::${SQL_TYPES[dtype]}` };
}

/** Files that are read by the same SQL, with their places among all files: Parquet of the same types, or one of CSV. */
interface Group {
  readonly files: SourceFile[];
  readonly places: number[];
  readonly natives: readonly string[];
}

function groupsOf(files: readonly SourceFile[], columns: readonly TypedColumn[]): Group[] {
  const groups = new Map<string, Group>();
  files.forEach((file, place) => {
    const natives = columns.map(({ column }) => file.columns.find(({ name }) => name === column)?.native ?? '');
    const key = file.csv ? String(place) : natives.join('\0');
    const group = groups.get(key) ?? { files: [], places: [], natives };
    groups.set(key, group);
    group.files.push(file);
    group.places.push(place);
  });
  return [...groups.values()];
}

/** Rows of one file lie together: its place counts in steps of as many rows. */
const ROWS_OF_A_FILE = 4_294_967_296;

/** Where a group's rows come from: the relation, what a column is called there, and the row's place among all. */
function fromOf({ files, places }: Group): { from: string; nameOf: (column: string) => string; ordinal: string } {
  const [first] = files;
  if (first?.csv) {
    const { csv, path } = first;
    return {
      from: csvOf(path, csv),
      nameOf: (column) => csvColumn(csv.names.indexOf(column)),
      ordinal: `${places[0]}::BIGINT * ${ROWS_OF_A_FILE} + row_number() OVER () - 1`,
    };
  }
  return {
    from: parquetOf(
      files.map(({ path }) => path),
      ', union_by_name = true',
    ),
    nameOf: sqlName,
    ordinal: `list_extract([${places.join(', ')}], file_index::INTEGER + 1)::BIGINT * ${ROWS_OF_A_FILE} + file_row_number`,
  };
}

/**
 * SQL of the rows of files: the columns as they are wanted, `ordinal` (the row's place among all), and `fault`, which says
 * what is wrong with a row or is null. Each file is read by its own types: casts of a union would change values.
 */
export function typedRowsSql(files: readonly SourceFile[], columns: readonly TypedColumn[]): string {
  const parts = groupsOf(files, columns).map((group) => {
    const { from, nameOf, ordinal } = fromOf(group);
    const casts = columns.map((column, i) => castOf(column, nameOf(column.column), group.natives[i] ?? ''));
    const faults = casts.flatMap(({ fault }, i) => {
      const name = columns[i]?.column ?? '';
      const text = `${sqlText(`"${name}" holds `)} || left(${nameOf(name)}::VARCHAR, 80)`;
      return fault ? [`WHEN ${fault.when} THEN ${text} || ${sqlText(`, which ${fault.why}`)}`] : [];
    });
    const selected = [
      ...casts.map(({ sql }, i) => `${sql} AS ${columns[i]?.as}`),
      `${ordinal} AS ordinal`,
      `${faults.length > 0 ? `CASE ${faults.join(' ')} END` : 'NULL::VARCHAR'} AS fault`,
    ];
    return `SELECT ${selected.join(', ')} FROM ${from}`;
  });
  return parts.join(' UNION ALL ');
}

/** Throws INVALID_INPUT that shows the first value of a table that could not be read as it is wanted, and where it stands. */
export async function refuseFaults(
  session: DuckSession,
  table: string,
  files: readonly SourceFile[],
  field: string,
): Promise<void> {
  const [found] = await session.rows(
    `SELECT arg_min(fault, ordinal) AS fault, min(ordinal) AS ordinal, count(fault) AS rows FROM ${table} WHERE fault IS NOT NULL`,
  );
  const rows = Number(found?.['rows'] ?? 0);
  if (rows === 0) return;
  const where = await placeOf(files, Number(found?.['ordinal']));
  const more = rows > 1 ? `, the first of ${rows} such rows` : '';
  throw new DomainError('INVALID_INPUT', `${field}: ${String(found?.['fault'])} (${where}${more})`, { field });
}

/** Rows of Parquet count from 1; of CSV the line is what people see. */
async function placeOf(files: readonly SourceFile[], ordinal: number): Promise<string> {
  const file = files[Math.floor(ordinal / ROWS_OF_A_FILE)];
  if (!file) throw new Error(`no file has the row ${ordinal}`);
  const row = ordinal % ROWS_OF_A_FILE;
  if (!file.csv) return `row ${row + 1} of ${file.file}`;
  return `line ${await lineOfRow(file.path, file.csv, row)} of ${file.file}`;
}

const UNREADABLE: readonly (readonly [RegExp, string])[] = [
  [/utf-?8|string encoding/i, 'holds text that is not UTF-8'],
  [/timestamp|date|conversion/i, 'holds moments that lie beyond what can be read'],
];

/**
 * Runs SQL that reads files. Where it fails because of what is in them, the first column that cannot be read is named:
 * that is the caller's data, not our bug.
 */
export async function readingFiles<T>(
  session: DuckSession,
  files: readonly SourceFile[],
  columns: readonly TypedColumn[],
  field: string,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    for (const { path, file, csv } of files) {
      // All of it was read for its types before.
      if (csv) {
        await session.rows(`SELECT count(*) FROM ${csvOf(path, csv)}`).catch(() => {
          throw new DomainError('INVALID_INPUT', `${field}: "${file}" changed while it was read`, { field });
        });
        continue;
      }
      for (const { column } of columns) {
        const sql = `SELECT sum(hash(${sqlName(column)})) FROM ${parquetOf([path])}`;
        await session.rows(sql).catch((cause: unknown) => {
          const said = cause instanceof Error ? cause.message : '';
          const why = UNREADABLE.find(([pattern]) => pattern.test(said))?.[1] ?? 'cannot be read: the file is damaged';
          throw new DomainError('INVALID_INPUT', `${field}: "${column}" of ${file} ${why}`, { field });
        });
      }
    }
    throw error;
  }
}
