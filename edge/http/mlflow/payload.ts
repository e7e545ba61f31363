import { DomainError } from '../../../core/errors.ts';
import { isObject, type JsonObject } from '../request-body.ts';

/** The forms of a request's input; each request has exactly one of them. */
export const FORMS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

/** Rows of named values. */
export interface NamedRows {
  readonly kind: 'ROWS';
  readonly rows: readonly JsonObject[];
}

/** Values by the names of columns or tensors, each with all rows; or one tensor without a name. */
export interface Columns {
  readonly kind: 'COLUMNS' | 'TENSOR';
  readonly field: (typeof FORMS)[number];
  readonly values: unknown;
}

export type Payload = NamedRows | Columns;

const wrong = (field: string, message: string, allowed?: readonly string[]): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, ...(allowed && { allowed }) });

/** What a JSON body of `/invocations` holds. Throws INVALID_INPUT that names the field. */
export function readPayload(body: JsonObject, mostRows: number): Payload {
  const { params, ...rest } = body;
  if (params !== undefined && params !== null && !(isObject(params) && Object.keys(params).length === 0)) {
    throw wrong('params', 'a recipe takes no parameters beside its inputs', ['nothing, or {}']);
  }
  const [field, second] = Object.keys(rest);
  const form = FORMS.find((one) => one === field);
  if (form === undefined || second !== undefined) {
    throw wrong(second ?? field ?? 'body', `send exactly one of ${FORMS.join(', ')}`, FORMS);
  }
  const given = rest[form];
  if (form === 'dataframe_split') return { kind: 'ROWS', rows: rowsOfSplit(given, mostRows) };
  if (form === 'dataframe_records') return { kind: 'ROWS', rows: rowsOfRecords(given, form, mostRows) };
  if (form === 'instances') {
    if (!Array.isArray(given)) throw wrong(form, 'is a list of rows', ['a list of objects, or of numbers']);
    if (!given.some(isObject)) return { kind: 'TENSOR', field: form, values: given };
    return { kind: 'COLUMNS', field: form, values: columnsOf(rowsOfRecords(given, form, mostRows), form) };
  }
  if (isObject(given)) return { kind: 'COLUMNS', field: form, values: given };
  if (!Array.isArray(given)) throw wrong(form, 'is an object of columns, or a list', ['{ "<name>": [ … ] }', '[ … ]']);
  return { kind: 'TENSOR', field: form, values: given };
}

/** Rows from pandas' form `split`: the names once, then the values of each row. */
function rowsOfSplit(given: unknown, mostRows: number): readonly JsonObject[] {
  const field = 'dataframe_split';
  const takes = ['{ "columns": [ … ], "data": [[ … ], … ] }'];
  if (!isObject(given)) throw wrong(field, 'is an object with columns and data', takes);
  const { columns, data, index, ...others } = given;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) throw wrong(`${field}.${stranger}`, 'is no field of it', ['columns', 'index', 'data']);
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === 'string')) {
    throw wrong(`${field}.columns`, 'is a list of names', takes);
  }
  if (new Set(columns).size < columns.length) throw wrong(`${field}.columns`, 'a name is there twice', takes);
  if (!Array.isArray(data)) throw wrong(`${field}.data`, 'is a list of rows', takes);
  checkCount(data.length, `${field}.data`, mostRows);
  if (index !== undefined && (!Array.isArray(index) || index.length !== data.length)) {
    throw wrong(`${field}.index`, `has one entry for each of the ${data.length} rows`, ['as many as rows, or nothing']);
  }
  return data.map((row: unknown, i) => {
    if (!Array.isArray(row) || row.length !== columns.length) {
      throw wrong(`${field}.data[${i}]`, `is no list of ${columns.length} values, one for each column`, takes);
    }
    return Object.fromEntries(columns.map((name: string, column) => [name, row[column] as unknown]));
  });
}

function rowsOfRecords(given: unknown, field: string, mostRows: number): readonly JsonObject[] {
  if (!Array.isArray(given)) throw wrong(field, 'is a list of rows', ['[{ "<name>": <value> }, … ]']);
  checkCount(given.length, field, mostRows);
  return given.map((row: unknown, i) => {
    if (isObject(row)) return row;
    throw wrong(`${field}[${i}]`, 'is no object', ['{ "<name>": <value> }']);
  });
}

function checkCount(count: number, field: string, mostRows: number): void {
  if (count >= 1 && count <= mostRows) return;
  throw new DomainError('LIMIT_EXCEEDED', `${field}: there are ${count} rows; allowed: 1 to ${mostRows}`, {
    field,
    allowed: [`1 to ${mostRows} rows`],
  });
}

/** Objects as columns: each of them has the same names. */
function columnsOf(rows: readonly JsonObject[], field: string): Readonly<Record<string, readonly unknown[]>> {
  const names = Object.keys(rows[0] ?? {});
  for (const [i, row] of rows.entries()) {
    if (Object.keys(row).length === names.length && names.every((name) => Object.hasOwn(row, name))) continue;
    throw wrong(`${field}[${i}]`, 'has not the names of the row before it', [names.join(', ')]);
  }
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
}

/** Columns as rows of named values, all of the same length; a column that is no list is a single row's. */
export function rowsOfColumns(columns: JsonObject, field: string, mostRows: number): readonly JsonObject[] {
  const lists = Object.entries(columns).map(
    ([name, column]) => [name, Array.isArray(column) ? column : [column]] as const,
  );
  const count = lists[0]?.[1].length ?? 0;
  const uneven = lists.find(([, list]) => list.length !== count);
  if (uneven) throw wrong(`${field}.${uneven[0]}`, `has ${uneven[1].length} values, and another has ${count}`);
  checkCount(count, field, mostRows);
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(lists.map(([name, list]) => [name, list[i] as unknown])),
  );
}
