import { DuckDBArrayType, DuckDBListType, DuckDBStructType, DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { wrongEvaluation } from '../../domain/evaluation/read-evaluation.ts';
import { sqlName, sqlText } from '../../../shared/duckdb/duckdb.ts';

/** One value of every row, as SQL reads it. */
export interface ParquetValue {
  readonly column: 'id' | 'label' | 'score' | 'inputs' | 'attributes';
  /** The field of `inputs` or `attributes`. */
  readonly name: string | null;
  readonly sql: string;
  readonly isText: boolean;
  readonly isList: boolean;
}

type Single = 'NUMBER' | 'TEXT' | 'BOOLEAN';

const NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
]);

function singleOf({ typeId }: DuckDBType): Single | undefined {
  if (NUMBERS.has(typeId)) return 'NUMBER';
  if (typeId === DuckDBTypeId.VARCHAR) return 'TEXT';
  return typeId === DuckDBTypeId.BOOLEAN ? 'BOOLEAN' : undefined;
}

const SINGLE: readonly Single[] = ['NUMBER', 'TEXT', 'BOOLEAN'];

/** What each column of an evaluation may be, in the words of its refusals. */
const COLUMNS = {
  id: { singles: ['NUMBER', 'TEXT'], allowed: 'a text or a number' },
  label: { singles: ['NUMBER'], allowed: 'a number' },
  score: { singles: ['NUMBER'], allowed: 'a number' },
  inputs: { singles: SINGLE, allowed: 'a struct with a field for each input: a number, text or boolean, or a list' },
  attributes: { singles: SINGLE, allowed: 'a struct with a field for each attribute: a text, number or boolean' },
} as const satisfies Record<ParquetValue['column'], { readonly singles: readonly Single[]; readonly allowed: string }>;

const NAMES = Object.keys(COLUMNS) as readonly ParquetValue['column'][];
const isColumn = (name: string): name is ParquetValue['column'] => NAMES.some((known) => known === name);

/** How the columns of a file are read as rows of an evaluation. Throws INVALID_INPUT that names the column and what is allowed. */
export function parquetValues(
  columns: readonly { readonly name: string; readonly type: DuckDBType }[],
): ParquetValue[] {
  for (const missing of ['inputs', 'label'] as const) {
    if (columns.some(({ name }) => name === missing)) continue;
    const { allowed } = COLUMNS[missing];
    throw wrongEvaluation(`the column "${missing}" is missing: it is ${allowed}`, { allowed });
  }
  return columns.flatMap(({ name, type }): ParquetValue[] => {
    if (!isColumn(name)) {
      throw wrongEvaluation(`the column "${name}" is unknown: columns are ${NAMES.join(', ')}`, { allowed: NAMES });
    }
    if (name !== 'inputs' && name !== 'attributes') return [valueOf(name, null, sqlName(name), type)];
    if (!(type instanceof DuckDBStructType)) throw otherType(name, name, type);
    return type.entryNames.flatMap((field, i) => {
      const entry = type.entryTypes[i];
      return entry ? [valueOf(name, field, `struct_extract(${sqlName(name)}, ${sqlText(field)})`, entry)] : [];
    });
  });
}

function valueOf(column: ParquetValue['column'], name: string | null, sql: string, type: DuckDBType): ParquetValue {
  const isList = column === 'inputs' && (type instanceof DuckDBListType || type instanceof DuckDBArrayType);
  const single = singleOf(isList ? type.valueType : type);
  const { singles }: { readonly singles: readonly Single[] } = COLUMNS[column];
  if (single === undefined || !singles.includes(single)) {
    throw otherType(column, name === null ? column : `${column}.${name}`, type);
  }
  const base = { NUMBER: 'double', TEXT: 'varchar', BOOLEAN: 'boolean' }[single];
  return { column, name, sql: `(${sql})::${base}${isList ? '[]' : ''}`, isText: single === 'TEXT', isList };
}

function otherType(column: ParquetValue['column'], name: string, type: DuckDBType): Error {
  const { allowed } = COLUMNS[column];
  const said = String(type);
  return wrongEvaluation(`the column "${name}" is ${said.slice(0, 100)}: "${column}" is ${allowed}`, { allowed });
}
