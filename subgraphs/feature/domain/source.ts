import { DomainError } from '../../../core/errors.ts';
import type { Dtype } from '../../../schema/common.ts';
import { checkName, labelsOf, type Labels, type LabelsInput } from './labels.ts';

/** One column as the file has it; `dtype` is null for a type that no feature can have. */
export interface SourceColumn {
  readonly name: string;
  readonly nativeType: string;
  readonly dtype: Dtype | null;
}

/** Parquet that features are loaded from: a file or a glob. */
export interface Source extends Labels {
  readonly project: string;
  readonly name: string;
  readonly path: string;
  readonly eventColumn: string;
  /** Null where the file has none: its rows then count as created at their event time. */
  readonly createdColumn: string | null;
  /** Whether timestamps without a zone are read as UTC. */
  readonly assumeUtc: boolean;
  readonly columns: readonly SourceColumn[];
  readonly revision: number;
  readonly createdAt: Date;
}

export interface SourceInput extends LabelsInput {
  readonly name: string;
  readonly path: string;
  readonly eventColumn: string;
  readonly createdColumn?: string | null | undefined;
  readonly assumeUtc: boolean;
}

/** Finds a column. Throws INVALID_INPUT that names it and those that are there. */
export function columnOf(columns: readonly SourceColumn[], name: string, field: string): SourceColumn {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  const present = columns.map((column) => column.name);
  throw new DomainError('INVALID_INPUT', `${field}: there is no column "${name}"; there are ${present.join(', ')}`, {
    field,
    allowed: present,
  });
}

/** A column that holds instants. One without a zone is refused unless the source says that it is UTC. */
export function timeColumnOf(
  columns: readonly SourceColumn[],
  name: string,
  assumeUtc: boolean,
  field: string,
): SourceColumn {
  const column = columnOf(columns, name, field);
  if (column.dtype !== 'TIMESTAMP') {
    throw new DomainError('INVALID_INPUT', `${field}: "${name}" is ${column.nativeType}, not a timestamp`, {
      field,
      allowed: columns.filter(({ dtype }) => dtype === 'TIMESTAMP').map((other) => other.name),
    });
  }
  if (column.nativeType !== 'TIMESTAMP WITH TIME ZONE' && !assumeUtc) {
    throw new DomainError(
      'INVALID_INPUT',
      `${field}: "${name}" is ${column.nativeType}, without a time zone; set assumeUtc: true if it is UTC`,
      { field, allowed: 'assumeUtc: true' },
    );
  }
  return column;
}

/**
 * The source as it stands after a definition, with the columns just read from its files. `needed` lists the columns
 * that views read, each with its view.
 */
export function defineSource(
  project: string,
  before: Source | null,
  input: SourceInput,
  columns: readonly SourceColumn[],
  needed: readonly { readonly view: string; readonly column: string }[],
  now: Date,
): Source {
  checkName('name', input.name);
  timeColumnOf(columns, input.eventColumn, input.assumeUtc, 'eventColumn');
  const createdColumn = input.createdColumn ?? null;
  if (createdColumn !== null) timeColumnOf(columns, createdColumn, input.assumeUtc, 'createdColumn');
  const lost = needed.find(({ column }) => !columns.some(({ name }) => name === column));
  if (lost) {
    throw new DomainError('CONFLICT', `path: these files lack "${lost.column}", which ${lost.view} reads`, {
      field: 'path',
      holder: lost.view,
      allowed: columns.map(({ name }) => name),
    });
  }
  return {
    project,
    name: input.name,
    path: input.path,
    eventColumn: input.eventColumn,
    createdColumn,
    assumeUtc: input.assumeUtc,
    columns,
    ...labelsOf(input),
    revision: (before?.revision ?? 0) + 1,
    createdAt: before?.createdAt ?? now,
  };
}

/** The columns that a view reads, each with the type that it had when the view was defined. */
interface ReadsColumns {
  readonly joinKeys: readonly { readonly name: string; readonly dtype: Dtype }[];
  readonly features: readonly { readonly column: string; readonly dtype: Dtype }[];
  readonly eventColumn: string;
  readonly createdColumn: string | null;
  readonly assumeUtc: boolean;
}

/** Whether files still are what a view was defined on. Throws INVALID_INPUT that names the column. */
export function checkSourceColumns(view: ReadsColumns, columns: readonly SourceColumn[]): void {
  timeColumnOf(columns, view.eventColumn, view.assumeUtc, 'source');
  if (view.createdColumn !== null) timeColumnOf(columns, view.createdColumn, view.assumeUtc, 'source');
  const read = [...view.joinKeys, ...view.features.map(({ column, dtype }) => ({ name: column, dtype }))];
  for (const { name, dtype } of read) {
    const column = columnOf(columns, name, 'source');
    if (column.dtype === dtype || (dtype === 'FLOAT64' && column.dtype === 'INT64')) continue;
    throw new DomainError('INVALID_INPUT', `source: "${name}" was ${dtype} and is ${column.nativeType} now`, {
      field: 'source',
      allowed: dtype,
    });
  }
}
