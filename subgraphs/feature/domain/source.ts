import type { JoinKey } from '../../../core/codec/address.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Dtype } from '../../../schema/common.ts';
import { checkName, labelsOf, type Labels, type LabelsInput } from './labels.ts';
import { canBeRead, columnOf, foundAs, keyColumnOf, timeColumnOf, type SourceColumn } from './source-column.ts';

/** Parquet or CSV that features are loaded from: a file or a glob. */
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
  readonly joinKeys: readonly JoinKey[];
  readonly logged: readonly { readonly column: string; readonly dtype: Dtype }[];
  readonly eventIdColumn: string | null;
  readonly eventColumn: string;
  readonly createdColumn: string | null;
  readonly assumeUtc: boolean;
}

/** Whether files still are what a view was defined on. Throws INVALID_INPUT that names the column. */
export function checkSourceColumns(view: ReadsColumns, columns: readonly SourceColumn[]): void {
  timeColumnOf(columns, view.eventColumn, view.assumeUtc, 'source');
  if (view.createdColumn !== null) timeColumnOf(columns, view.createdColumn, view.assumeUtc, 'source');
  for (const key of view.joinKeys) keyColumnOf(columns, key, 'source');
  if (view.eventIdColumn !== null) columnOf(columns, view.eventIdColumn, 'source');
  for (const { column: name, dtype } of view.logged) {
    const column = columnOf(columns, name, 'source');
    if (canBeRead(column, dtype)) {
      if (dtype === 'TIMESTAMP') timeColumnOf(columns, name, view.assumeUtc, 'source');
      continue;
    }
    throw new DomainError('INVALID_INPUT', `source: "${name}" was ${dtype} and is ${foundAs(column)} now`, {
      field: 'source',
      allowed: dtype,
    });
  }
}
