import type { JoinKey } from '../../../core/codec/address.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Dtype } from '../../../schema/common.ts';
import { dtypeOfNative, EMPTY, hasZone, holdsKeys, isCsv } from './native-type.ts';

/** The columns of one file as it has them. `file` is its name below the folder that it may be read from. */
export interface FileColumns {
  readonly file: string;
  readonly columns: readonly {
    readonly name: string;
    readonly native: string;
    /** Of text in CSV: a value that is no number or moment, and where it stands. */
    readonly example?: string;
  }[];
}

/** One column over all files of a source. */
export interface SourceColumn {
  readonly name: string;
  /** Its types, each with the first file that has it so. */
  readonly types: readonly { readonly native: string; readonly file: string; readonly example?: string }[];
  /** Null for a type that no feature can have. */
  readonly dtype: Dtype | null;
  /** Why nothing can be read from it, for it is not one column in all files; null where it is. */
  readonly problem: string | null;
}

export const nativeTypeOf = ({ types }: SourceColumn): string => types.map(({ native }) => native).join(' and ');

/** Its types with an example each, for those who expected another one. */
export const foundAs = ({ types }: SourceColumn): string =>
  types
    .map(({ native, file, example }) => {
      const where = types.length > 1 ? ` in ${file}` : '';
      return `${native}${where}${example === undefined ? '' : ` (${example})`}`;
    })
    .join(' and ');

const andMore = (files: readonly string[]): string =>
  files.length > 1 ? `${files[0]} and ${files.length - 1} more` : `${files[0]}`;

/**
 * One type for all files: whole numbers beside doubles are doubles, anything else has to agree. Files of CSV agree on text
 * where they agree on nothing else: that is what they hold.
 */
function commonDtype(natives: readonly string[]): Dtype | null {
  const dtypes = new Set(natives.filter((native) => native !== EMPTY).map(dtypeOfNative));
  const [only = 'STRING'] = dtypes;
  if (dtypes.size <= 1) return only;
  if ([...dtypes].every((dtype) => dtype === 'INT64' || dtype === 'FLOAT64')) return 'FLOAT64';
  return natives.every(isCsv) ? 'STRING' : null;
}

/** Whether values of a type can be read from a column: its own type, doubles from whole numbers, text from CSV. */
export function canBeRead({ dtype, types }: SourceColumn, wanted: Dtype): boolean {
  if (dtype === wanted || (wanted === 'FLOAT64' && dtype === 'INT64')) return true;
  if (types.every(({ native }) => native === EMPTY)) return true;
  return wanted === 'STRING' && types.every(({ native }) => isCsv(native));
}

/** The columns of files that are read as one table. Each file is looked at by itself: a union would hide how they differ. */
export function columnsOf(files: readonly FileColumns[]): SourceColumn[] {
  const names = [...new Set(files.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const spellings = new Map<string, string>();
  return names.map((name): SourceColumn => {
    const twin = spellings.get(name.toLowerCase()) ?? names.find((other) => other !== name && sameName(other, name));
    spellings.set(name.toLowerCase(), name);
    const types = new Map<string, SourceColumn['types'][number]>();
    const missing: string[] = [];
    for (const { file, columns } of files) {
      const column = columns.find((one) => one.name === name);
      if (!column) missing.push(file);
      else if (!types.has(column.native)) {
        const { native, example } = column;
        types.set(native, { native, file, ...(example !== undefined && { example }) });
      }
    }
    const found = [...types.values()];
    const natives = found.map(({ native }) => native);
    const dtype = commonDtype(natives);
    const differs = dtype === null && new Set(natives.map(dtypeOfNative)).size > 1;
    const problem =
      twin !== undefined
        ? `and "${twin}" differ only by case`
        : missing.length > 0
          ? `is missing in ${andMore(missing)}`
          : differs
            ? `is ${found.map(({ native, file }) => `${native} in ${file}`).join(' and ')}`
            : null;
    return { name, types: found, dtype, problem };
  });
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const refuse = (field: string, message: string, allowed?: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, ...(allowed !== undefined && { allowed }) });

/** Finds a column. Throws INVALID_INPUT that names it and those that are there, or why it cannot be read. */
export function columnOf(columns: readonly SourceColumn[], name: string, field: string): SourceColumn {
  const found = columns.find((column) => column.name === name);
  if (found?.problem) throw refuse(field, `"${name}" ${found.problem}`);
  if (found) return found;
  const [outer = ''] = name.split('.');
  const around = columns.find((column) => column.name === outer);
  if (around && name !== outer && around.dtype === null) {
    throw refuse(field, `"${name}" lies inside "${outer}" (${nativeTypeOf(around)}); ${FLAT}`);
  }
  const present = columns.map((column) => column.name);
  throw refuse(field, `there is no column "${name}"; there are ${present.join(', ')}`, present);
}

const FLAT = 'write it to a column of its own, one value a row';

/** The type of a column that features and labels are read from. Throws INVALID_INPUT where it has none. */
export function valueDtypeOf(column: SourceColumn, field: string, what: string): Dtype {
  if (column.dtype !== null) return column.dtype;
  throw refuse(field, `"${column.name}" is ${nativeTypeOf(column)}, which no ${what} can be; ${FLAT}`);
}

/** A column that holds instants. One without a zone is refused unless the source says that it is UTC. */
export function timeColumnOf(
  columns: readonly SourceColumn[],
  name: string,
  assumeUtc: boolean,
  field: string,
): SourceColumn {
  const column = columnOf(columns, name, field);
  if (!canBeRead(column, 'TIMESTAMP')) {
    const times = columns.filter(({ dtype }) => dtype === 'TIMESTAMP').map((other) => other.name);
    throw refuse(field, `"${name}" is ${foundAs(column)}, not a timestamp`, times);
  }
  const naive = column.types.find(({ native }) => !hasZone(native));
  if (naive && !assumeUtc) {
    const where = column.types.length > 1 ? ` in ${naive.file}` : '';
    const why = `"${name}" is ${naive.native}${where}, without a time zone; set assumeUtc: true if it is UTC`;
    throw refuse(field, why, 'assumeUtc: true');
  }
  return column;
}

/** The column that holds a join key. Throws INVALID_INPUT where keys of its type cannot be read from it. */
export function keyColumnOf(columns: readonly SourceColumn[], key: JoinKey, field: string): SourceColumn {
  const column = columnOf(columns, key.name, field);
  if (column.types.every(({ native }) => holdsKeys(native, key.dtype))) return column;
  const why = `the join key "${key.name}" is ${key.dtype}, but the column is ${foundAs(column)}`;
  throw refuse(field, why, key.dtype);
}
