import { DomainError } from '../../../core/errors.ts';
import { FUNCTION_RULES } from '../../../core/windows/fold-of.ts';
import type { WindowFunction } from '../../../core/windows/window.ts';
import type { Dtype } from '../../../schema/common.ts';
import { checkCategories } from './category.ts';
import { isWhole, windowLengthOf, type WindowLength } from './window-length.ts';

/** Which events of its view a window counts; what is left out does not narrow it. */
export interface FeatureWindowFilter {
  /** A column of categories and those that count; null: all events. */
  readonly column: string | null;
  readonly oneOf: readonly string[];
  /** Hours of the day that count; empty: all. */
  readonly hours: readonly number[];
  readonly utcOffsetMinutes: number;
}

/** What a feature that is a window says of its events. */
export interface FeatureWindow extends WindowLength {
  readonly function: WindowFunction;
  readonly where: FeatureWindowFilter | null;
}

interface FeatureWindowFilterInput {
  readonly column?: string | null | undefined;
  readonly oneOf?: readonly string[] | null | undefined;
  readonly hours?: readonly number[] | null | undefined;
  readonly utcOffsetMinutes?: number | null | undefined;
}

export interface FeatureWindowInput {
  readonly function: WindowFunction;
  readonly windowSeconds: number;
  readonly hopSeconds?: number | null | undefined;
  readonly where?: FeatureWindowFilterInput | null | undefined;
}

const MAX_OFFSET_MINUTES = 14 * 60;

const refuse = (field: string, message: string, allowed: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, allowed });

/** The window as it is kept. Throws INVALID_INPUT that names the field. `dtypeOf` finds a column of the source. */
export function featureWindowOf(
  input: FeatureWindowInput,
  dtypeOf: (column: string, field: string) => Dtype,
  field: string,
): FeatureWindow {
  const length = windowLengthOf(input, field);
  const where = input.where ? filterOf(input.where, dtypeOf, `${field}.where`) : null;
  return { function: input.function, ...length, where };
}

function filterOf(
  input: FeatureWindowFilterInput,
  dtypeOf: (column: string, field: string) => Dtype,
  field: string,
): FeatureWindowFilter {
  const [column, oneOf, hours] = [input.column ?? null, input.oneOf ?? [], input.hours ?? []];
  const utcOffsetMinutes = input.utcOffsetMinutes ?? 0;
  if (column === null && hours.length === 0) {
    throw refuse(field, 'it narrows nothing; name a column with oneOf, hours, or both', ['column', 'hours']);
  }
  if (column === null && oneOf.length > 0) {
    throw refuse(`${field}.column`, 'is missing; it holds the categories of oneOf', 'a column of the source');
  }
  if (column !== null) checkCategories(column, dtypeOf(column, `${field}.column`), oneOf, field);
  const odd = hours.find((hour) => !isWhole(hour, 0, 23));
  if (odd !== undefined) throw refuse(`${field}.hours`, `hours are 0 to 23, not ${odd}`, { min: 0, max: 23 });
  if (new Set(hours).size < hours.length) throw refuse(`${field}.hours`, 'an hour occurs twice', 'each hour once');
  if (!isWhole(utcOffsetMinutes, -MAX_OFFSET_MINUTES, MAX_OFFSET_MINUTES)) {
    const range = { min: -MAX_OFFSET_MINUTES, max: MAX_OFFSET_MINUTES };
    throw refuse(`${field}.utcOffsetMinutes`, `${range.min} to ${range.max}, not ${utcOffsetMinutes}`, range);
  }
  if (utcOffsetMinutes !== 0 && hours.length === 0) {
    throw refuse(`${field}.utcOffsetMinutes`, 'says nothing without hours', 'with hours');
  }
  return { column, oneOf, hours: hours.toSorted((a, b) => a - b), utcOffsetMinutes };
}

/** The type of a window's values over a column of this type. Throws INVALID_INPUT where the function does not take it. */
export function windowDtypeOf(
  { function: name }: Pick<FeatureWindow, 'function'>,
  column: { readonly name: string; readonly dtype: Dtype } | null,
  field: string,
): Dtype {
  const rule = FUNCTION_RULES[name];
  if (!column) {
    if (rule.ofEvents) return rule.result('INT64');
    throw refuse(field, `is missing; ${name} is of a column that is ${rule.columns.join(' or ')}`, rule.columns);
  }
  if (rule.columns.includes(column.dtype)) return rule.result(column.dtype);
  throw refuse(field, `"${column.name}" is ${column.dtype}; ${name} takes ${rule.columns.join(' or ')}`, rule.columns);
}
