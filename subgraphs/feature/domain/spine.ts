import { DomainError } from '../../../core/errors.ts';
import type { FeatureValue } from '../../../core/codec/layout.ts';
import type { Dtype } from '../../../schema/common.ts';
import { isText, keyPartOf, type JoinKey } from '../../../core/codec/address.ts';
import { fullName, type FeatureService } from './feature-service.ts';
import { checkDistinct } from './labels.ts';
import { keyColumnOf, timeColumnOf, valueDtypeOf, columnOf, type SourceColumn } from './source-column.ts';
import type { EventSpineInput, SpineInput, TrainingColumn } from './training-set.ts';
import { instantMsOf, WRITTEN_AS } from './value.ts';

export const MAX_INLINE_ROWS = 10_000;

const refuse = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });

export type GivenSpine =
  | { readonly rows: readonly unknown[] }
  | { readonly path: string }
  | { readonly upload: string }
  | { readonly events: EventSpineInput };

/** Rows, a path, an upload or events: one of them. Throws INVALID_INPUT. */
export function spineGiven({ rows, path, upload, events }: SpineInput): GivenSpine {
  const given = [
    ...(rows ? [{ rows }] : []),
    ...(typeof path === 'string' ? [{ path }] : []),
    ...(typeof upload === 'string' ? [{ upload }] : []),
    ...(events ? [{ events }] : []),
  ];
  const [one, ...others] = given;
  if (one && others.length === 0) return one;
  throw new DomainError('INVALID_INPUT', 'spine: give one of rows, path, upload and events', {
    field: 'spine',
    allowed: ['rows', 'path', 'upload', 'events'],
  });
}

/** Throws INVALID_INPUT for columns that are called alike, or as a feature of the service, case aside. */
export function checkSpineNames(columns: readonly TrainingColumn[], { views }: FeatureService): void {
  const names = columns.map(({ name }) => name);
  checkDistinct('spine', names);
  const features = views.flatMap(({ view, features: of }) => of.map((name) => fullName(view, name).toLowerCase()));
  const clash = names.find((name) => features.includes(name.toLowerCase()));
  if (clash !== undefined) throw refuse('spine', `"${clash}" is also the name of a feature`);
}

/** A label column's type: that of all its values. */
function labelDtype(name: string, values: readonly unknown[]): Dtype {
  const types = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  const [type = 'string', ...others] = types;
  if (others.length > 0) throw refuse(`spine.rows`, `"${name}" holds ${[...types].join(' and ')}; one type a column`);
  if (type === 'number') return 'FLOAT64';
  if (type === 'boolean') return 'BOOL';
  if (type === 'string') return 'STRING';
  throw refuse('spine.rows', `"${name}" holds ${type}; labels are numbers, texts or booleans`);
}

/** A cell as its column's type; `undefined` where it is not one. */
function typedCell(value: unknown, { name, dtype, role }: TrainingColumn): FeatureValue | undefined {
  if (role === 'LABEL') return labelOf(value);
  if (role === 'TIMESTAMP') return value === null ? null : instantMsOf(value);
  const part = keyPartOf({ name, dtype: dtype === 'INT64' ? 'INT64' : 'STRING' }, value);
  return typeof part === 'string' && dtype === 'INT64' ? BigInt(part) : part;
}

function cellOf(row: Readonly<Record<string, unknown>>, column: TrainingColumn, i: number): FeatureValue {
  const value = row[column.name];
  const typed = typedCell(value, column);
  if (typed !== undefined) return typed;
  const field = `spine.rows.${i}.${column.name}`;
  if (column.role === 'LABEL' && typeof value === 'number') {
    throw refuse(field, `${value} is beyond 2^53, where JSON loses digits; write it as text, or give a file`);
  }
  throw refuse(field, `is ${column.dtype}: ${WRITTEN_AS[column.dtype]}`);
}

/** JSON has lost digits of whole numbers beyond 2^53 before we see them. */
const labelOf = (value: unknown): FeatureValue | undefined => {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : value;
  return value === null || typeof value === 'boolean' || isText(value) ? value : undefined;
};

/** Rows that came in the request, typed: every row has the same columns. Throws INVALID_INPUT naming row and column. */
export function typedSpine(
  rows: readonly unknown[],
  joinKeys: readonly JoinKey[],
  timestampColumn: string,
): { readonly columns: readonly TrainingColumn[]; readonly rows: readonly (readonly FeatureValue[])[] } {
  if (rows.length < 1 || rows.length > MAX_INLINE_ROWS) {
    throw refuse(
      'spine.rows',
      `1 to ${MAX_INLINE_ROWS} rows, not ${rows.length}; more go by upload (POST /v1/spines) or by path`,
    );
  }
  const objects = rows.map((row, i) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) throw refuse(`spine.rows.${i}`, 'is no object');
    return row as Readonly<Record<string, unknown>>;
  });
  const names = Object.keys(objects[0] ?? {});
  const missing = [...joinKeys.map(({ name }) => name), timestampColumn].find((name) => !names.includes(name));
  if (missing !== undefined) throw refuse('spine.rows.0', `"${missing}" is missing; there are ${names.join(', ')}`);
  objects.forEach((row, i) => {
    const odd =
      names.find((name) => !Object.hasOwn(row, name)) ?? Object.keys(row).find((name) => !names.includes(name));
    if (odd !== undefined)
      throw refuse(`spine.rows.${i}`, `"${odd}" is not in every row; write null where it is unknown`);
  });
  const columns = names.map((name): TrainingColumn => {
    const key = joinKeys.find((one) => one.name === name);
    if (key) return { name, dtype: key.dtype, role: 'KEY' };
    if (name === timestampColumn) return { name, dtype: 'TIMESTAMP', role: 'TIMESTAMP' };
    return {
      name,
      dtype: labelDtype(
        name,
        objects.map((row) => row[name]),
      ),
      role: 'LABEL',
    };
  });
  return { columns, rows: objects.map((row, i) => columns.map((column) => cellOf(row, column, i))) };
}

/** What the columns of a spine's files are. Throws INVALID_INPUT that names what is missing or cannot be used. */
export function spineColumnsOf(
  found: readonly SourceColumn[],
  joinKeys: readonly JoinKey[],
  timestampColumn: string,
  assumeUtc: boolean,
): TrainingColumn[] {
  timeColumnOf(found, timestampColumn, assumeUtc, 'spine.timestampColumn');
  for (const key of joinKeys) keyColumnOf(found, key, 'spine');
  return found.map(({ name }): TrainingColumn => {
    if (name === timestampColumn) return { name, dtype: 'TIMESTAMP', role: 'TIMESTAMP' };
    const key = joinKeys.find((one) => one.name === name);
    if (key) return { name, dtype: key.dtype, role: 'KEY' };
    const dtype = valueDtypeOf(columnOf(found, name, 'spine'), 'spine', 'column of a training set');
    if (dtype === 'TIMESTAMP') timeColumnOf(found, name, assumeUtc, 'spine');
    return { name, dtype, role: 'LABEL' };
  });
}
