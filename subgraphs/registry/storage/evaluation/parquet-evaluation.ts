import { JSDuckDBValueConverter } from '@duckdb/node-api';
import { DomainError } from '../../../../core/errors.ts';
import type { EvaluationRow } from '../../../../schema/evaluation.ts';
import {
  checkRowCount,
  readHead,
  readRow,
  wholeEvaluation,
  wrongEvaluation,
  type Evaluation,
} from '../../domain/evaluation/read-evaluation.ts';
import { Duck, parquetOf, sqlText, type DuckSession } from '../../../shared/duckdb/duckdb.ts';
import { parquetValues, type ParquetValue } from './parquet-columns.ts';

/** The metadata of the file that holds the head, as the first line of JSON lines does. */
const HEAD_KEY = 'tiffin.evaluation';
const MEGABYTE = 1024 * 1024;
const DUCKDB = { threads: 1, memoryMb: 256 };

/** What a file may come to: a few bytes of Parquet can stand for any number of equal values. */
const MOST = { unpackedBytes: 512 * MEGABYTE, values: 10_000_000, textBytes: 65_536, textsBytes: 64 * MEGABYTE };

/**
 * Reads an evaluation file of Parquet: its head lies in the metadata of the file, and its columns are the fields of a row.
 * Undefined for a file without a head, which is kept and cannot be recomputed. Throws INVALID_INPUT that names the column or row.
 */
export async function readParquetEvaluation(path: string, scratchFolder: string): Promise<Evaluation | undefined> {
  const duck = await Duck.open({ scratchFolder, ...DUCKDB });
  try {
    return await duck.session((session) => readFile(session, path));
  } catch (error) {
    throw error instanceof DomainError ? error : unreadable(error);
  } finally {
    duck.close();
  }
}

async function readFile(session: DuckSession, path: string): Promise<Evaluation | undefined> {
  const [given] = await session.rows(
    `select decode(value) as head from parquet_kv_metadata(${sqlText(path)}) where key = encode(${sqlText(HEAD_KEY)})`,
  );
  if (!given) return undefined;
  const head = readHead(`the metadata "${HEAD_KEY}"`, String(given['head']));
  await checkSize(session, path);
  const file = parquetOf([path]);
  const empty = await session.connection.stream(`select * from ${file} limit 0`);
  const types = empty.columnTypes();
  const values = parquetValues(empty.columnNames().flatMap((name, i) => (types[i] ? [{ name, type: types[i] }] : [])));
  await checkTexts(session, file, values);
  const rows: EvaluationRow[] = [];
  for await (const chunk of session.chunks(`select ${values.map(({ sql }) => sql).join(', ')} from ${file}`)) {
    for (const row of chunk.convertRows(JSDuckDBValueConverter)) {
      rows.push(readRow(head, `row ${rows.length + 1}`, () => rowOf(values, row)));
    }
  }
  return wholeEvaluation(head, rows);
}

/** What the footer says, before anything else is read. */
async function checkSize(session: DuckSession, path: string): Promise<void> {
  const [counts] = await session.rows(`select num_rows from parquet_file_metadata(${sqlText(path)})`);
  checkRowCount(Number(counts?.['num_rows']));
  const [size] = await session.rows(
    `select coalesce(sum(num_values), 0)::double as "values", coalesce(sum(total_uncompressed_size), 0)::double as bytes
     from parquet_metadata(${sqlText(path)})`,
  );
  checkMost('values', Number(size?.['values']), MOST.values);
  checkMost('bytes when unpacked', Number(size?.['bytes']), MOST.unpackedBytes);
}

/** Before texts are copied: a dictionary holds one once, whoever reads it once a row. */
async function checkTexts(session: DuckSession, file: string, values: readonly ParquetValue[]): Promise<void> {
  let total = 0;
  for (const { sql, column, name, isList } of values.filter(({ isText }) => isText)) {
    const [found] = await session.rows(
      `select coalesce(max(strlen(v)), 0)::double as longest, coalesce(sum(strlen(v)), 0)::double as bytes
       from (select ${isList ? `unnest(${sql})` : sql} as v from ${file})`,
    );
    total += Number(found?.['bytes']);
    checkMost(
      `bytes in a text of "${name === null ? column : `${column}.${name}`}"`,
      Number(found?.['longest']),
      MOST.textBytes,
    );
  }
  checkMost('bytes of text', total, MOST.textsBytes);
}

function checkMost(what: string, count: number, most: number): void {
  if (!(count <= most)) throw wrongEvaluation(`it has ${count} ${what}: at most ${most}`, { allowed: most });
}

/** A row as a line of JSON has it. What is null was left out, except in inputs. */
function rowOf(values: readonly ParquetValue[], row: readonly unknown[]): unknown {
  const single: Record<string, unknown> = {};
  const inputs: [string, unknown][] = [];
  const attributes: [string, unknown][] = [];
  for (const [i, { column, name }] of values.entries()) {
    const value = row[i] ?? null;
    if (name === null) single[column] = value;
    else if (column === 'inputs') inputs.push([name, inputOf(name, value)]);
    else attributes.push([name, value]);
  }
  return { ...single, inputs: Object.fromEntries(inputs), attributes: Object.fromEntries(attributes) };
}

function inputOf(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => inputOf(name, one));
  if (value === null) {
    throw new DomainError('INVALID_INPUT', `inputs.${name}: is null; a number that is missing is NaN`);
  }
  // JSON has no words for numbers that are not finite: tensors name them.
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** Whatever DuckDB finds in the bytes; a question that it does not understand is our own fault. */
function unreadable(error: unknown): unknown {
  if (!(error instanceof Error) || /^(Binder|Catalog|Parser) Error/.test(error.message)) return error;
  const { memoryMb } = DUCKDB;
  return error.message.startsWith('Out of Memory')
    ? wrongEvaluation(`it does not fit into ${memoryMb} MB: write smaller row groups`, { allowed: `${memoryMb} MB` })
    : wrongEvaluation('it begins as Parquet does and is not readable as Parquet: it is damaged', {
        allowed: 'Parquet',
      });
}
