import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf, sqlText } from '../../shared/duck.ts';
import type { Matrix } from '../../shared/train/matrix.ts';
import { COLUMNS, DEFAULTS, type ModelKind } from '../decision/fields.ts';
import { deriver, type Fields } from '../decision/derive.ts';
import { PATTERNS, type Pattern } from '../generator/transaction.ts';

/** The rows of a training set with every column that any model reads, in the order of `names`. */
export interface TrainingRows {
  readonly matrix: Matrix;
  /** What was planted, of each row: for judging, never for learning. */
  readonly patterns: readonly Pattern[];
}

const NAMES: readonly string[] = [...new Set(Object.values(COLUMNS).flat())];

/** Reads the product's file of a training set, and derives what the edge derives. */
export async function readTrainingRows(duck: DuckDBConnection, path: string): Promise<TrainingRows> {
  const file = `read_parquet(${sqlText(path)})`;
  const featureTypes = Object.fromEntries(
    (await rowsOf(duck, `describe select * from ${file}`))
      .map(({ column_name: name, column_type: type }) => [String(name), String(type)] as const)
      .filter(([name]) => name.includes('__'))
      .map(([name, type]) => [name, DTYPE_OF[type] ?? 'FLOAT64'] as const),
  );
  const derive = deriver(featureTypes);
  const rows = await rowsOf(duck, `select * from ${file} order by asked_at, txn_id`);
  const columns = NAMES.map(() => new Float32Array(rows.length));
  const labels = new Uint8Array(rows.length);
  const patterns: Pattern[] = [];
  for (const [at, row] of rows.entries()) {
    const fields = derive(fieldsOf(row));
    NAMES.forEach((name, i) => columns[i]?.fill(Number(fields[name]), at, at + 1));
    labels[at] = row['reported'] === true ? 1 : 0;
    patterns.push(PATTERNS.find((pattern) => pattern === row['pattern']) ?? 'PLAIN');
  }
  return { matrix: { names: NAMES, columns, labels, rows: rows.length }, patterns };
}

const DTYPE_OF: Readonly<Record<string, 'INT64' | 'STRING' | 'BOOL'>> = {
  BIGINT: 'INT64',
  VARCHAR: 'STRING',
  BOOLEAN: 'BOOL',
};

/** Values as a request has them; where there is none, the recipe's default. */
const fieldsOf = (row: Readonly<Record<string, unknown>>): Fields =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      const given = value ?? (DEFAULTS as Readonly<Record<string, string>>)[name];
      return typeof given === 'number' ||
        typeof given === 'string' ||
        typeof given === 'boolean' ||
        typeof given === 'bigint'
        ? [[name, given] as const]
        : [];
    }),
  );

/** The columns of one model, in its order. */
export function columnsOf({ matrix }: TrainingRows, kind: ModelKind): Matrix {
  const names = COLUMNS[kind];
  return {
    ...matrix,
    names,
    columns: names.map((name) => matrix.columns[matrix.names.indexOf(name)] ?? new Float32Array(matrix.rows)),
  };
}
