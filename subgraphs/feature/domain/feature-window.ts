import type { FeatureValue } from '../../../core/codec/layout.ts';
import { int64Of } from '../../../core/codec/address.ts';
import { DomainError } from '../../../core/errors.ts';
import { FUNCTION_RULES } from '../../../core/windows/fold-of.ts';
import { hopOf } from '../../../core/windows/hop.ts';
import type { WindowFunction } from '../../../core/windows/window.ts';
import type { Dtype } from '../../../schema/common.ts';
import { checkDistinct } from './labels.ts';

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
export interface FeatureWindow {
  readonly function: WindowFunction;
  readonly windowSeconds: number;
  readonly hopSeconds: number;
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

const MAX_WINDOW_SECONDS = 400 * 86_400;
/** Seven days by five minutes. */
const MAX_HOPS = 2_016;
const MAX_CATEGORIES = 100;
const MAX_OFFSET_MINUTES = 14 * 60;
const CATEGORIES: readonly Dtype[] = ['STRING', 'INT64', 'BOOL'];

const refuse = (field: string, message: string, allowed: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, allowed });

const isWhole = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

/** The window as it is kept. Throws INVALID_INPUT that names the field. `dtypeOf` finds a column of the source. */
export function featureWindowOf(
  input: FeatureWindowInput,
  dtypeOf: (column: string, field: string) => Dtype,
  field: string,
): FeatureWindow {
  const { windowSeconds } = input;
  if (!isWhole(windowSeconds, 1, MAX_WINDOW_SECONDS)) {
    const allowed = { min: 1, max: MAX_WINDOW_SECONDS };
    throw refuse(`${field}.windowSeconds`, `1 to ${MAX_WINDOW_SECONDS} (400 days), not ${windowSeconds}`, allowed);
  }
  const hopSeconds = input.hopSeconds ?? hopOf(windowSeconds * 1_000) / 1_000;
  checkHop(windowSeconds, hopSeconds, input.hopSeconds === hopSeconds, `${field}.hopSeconds`);
  const where = input.where ? filterOf(input.where, dtypeOf, `${field}.where`) : null;
  return { function: input.function, windowSeconds, hopSeconds, where };
}

function checkHop(windowSeconds: number, hopSeconds: number, given: boolean, field: string): void {
  const shortest = Math.max(1, Math.ceil(windowSeconds / MAX_HOPS));
  if (isWhole(hopSeconds, shortest, windowSeconds) && windowSeconds % hopSeconds === 0) return;
  const allowed = divisorsOf(windowSeconds).filter((hop) => hop >= shortest);
  const hop = given ? `${hopSeconds}` : `the usual hop of ${hopSeconds}`;
  const why =
    isWhole(hopSeconds, 1, windowSeconds) && windowSeconds % hopSeconds === 0
      ? `${hop} makes more than ${MAX_HOPS} hops of a window of ${windowSeconds} s`
      : `${hop} does not divide a window of ${windowSeconds} s`;
  throw refuse(
    field,
    `${why}; it can be ${allowed.slice(0, 20).join(', ')}${allowed.length > 20 ? ', …' : ''}`,
    allowed,
  );
}

function divisorsOf(number: number): number[] {
  const small: number[] = [];
  for (let one = 1; one * one <= number; one++) if (number % one === 0) small.push(one);
  return [...new Set([...small, ...small.map((one) => number / one)])].toSorted((a, b) => a - b);
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
  if (column !== null) {
    const dtype = dtypeOf(column, `${field}.column`);
    if (!CATEGORIES.includes(dtype)) {
      throw refuse(`${field}.column`, `"${column}" is ${dtype}; categories are ${CATEGORIES.join(', ')}`, CATEGORIES);
    }
    if (oneOf.length < 1 || oneOf.length > MAX_CATEGORIES) {
      throw refuse(
        `${field}.oneOf`,
        `1 to ${MAX_CATEGORIES} categories, not ${oneOf.length}`,
        `1 to ${MAX_CATEGORIES}`,
      );
    }
    checkDistinct(`${field}.oneOf`, oneOf);
    oneOf.forEach((text, i) => {
      if (categoryOf(dtype, text) !== undefined) return;
      throw refuse(`${field}.oneOf.${i}`, `"${text}" is not ${dtype}, as "${column}" is`, WRITTEN[dtype]);
    });
  }
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

const WRITTEN: Readonly<Partial<Record<Dtype, string>>> = { INT64: 'a whole number', BOOL: 'true or false' };

/** A category as its column holds it; `undefined` where the text is none of its type. */
export function categoryOf(dtype: Dtype, text: string): FeatureValue | undefined {
  if (dtype === 'INT64') return int64Of(text);
  if (dtype !== 'BOOL') return text;
  return text === 'true' ? true : text === 'false' ? false : undefined;
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
