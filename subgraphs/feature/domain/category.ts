import { int64Of } from '../../../core/codec/address.ts';
import type { FeatureValue } from '../../../core/codec/layout.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Dtype } from '../../../schema/common.ts';
import { checkDistinct } from './labels.ts';

/** The types of columns whose values are named one by one. */
export const CATEGORIES: readonly Dtype[] = ['STRING', 'INT64', 'BOOL'];
const MAX_CATEGORIES = 100;

const refuse = (field: string, message: string, allowed: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, allowed });

/** Throws INVALID_INPUT that names `field.column` or `field.oneOf`. */
export function checkCategories(column: string, dtype: Dtype, oneOf: readonly string[], field: string): void {
  if (!CATEGORIES.includes(dtype)) {
    throw refuse(`${field}.column`, `"${column}" is ${dtype}; categories are ${CATEGORIES.join(', ')}`, CATEGORIES);
  }
  if (oneOf.length < 1 || oneOf.length > MAX_CATEGORIES) {
    throw refuse(`${field}.oneOf`, `1 to ${MAX_CATEGORIES} categories, not ${oneOf.length}`, `1 to ${MAX_CATEGORIES}`);
  }
  checkDistinct(`${field}.oneOf`, oneOf);
  oneOf.forEach((text, i) => {
    if (categoryOf(dtype, text) !== undefined) return;
    throw refuse(`${field}.oneOf.${i}`, `"${text}" is not ${dtype}, as "${column}" is`, WRITTEN[dtype]);
  });
}

const WRITTEN: Readonly<Partial<Record<Dtype, string>>> = { INT64: 'a whole number', BOOL: 'true or false' };

/** A category as its column holds it; `undefined` where the text is none of its type. */
export function categoryOf(dtype: Dtype, text: string): FeatureValue | undefined {
  if (dtype === 'INT64') return int64Of(text);
  if (dtype !== 'BOOL') return text;
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
