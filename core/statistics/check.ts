import { DomainError } from '../errors.ts';

/** INVALID_INPUT that names the field and says what is allowed. */
export const invalid = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field} ${message}`, { field });

/** Throws unless `value` is a whole number of at least 0. */
export function requireCount(field: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw invalid(field, `is ${value}; allowed: a whole number from 0`);
}

/** Throws unless `value` lies strictly between 0 and 1. */
export function requireOpenUnit(field: string, value: number): void {
  if (!(value > 0 && value < 1)) throw invalid(field, `is ${value}; allowed: above 0 and below 1`);
}

/** Throws unless every value is a finite number. */
export function requireFinite(field: string, values: readonly number[]): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw invalid(`${field}[${at}]`, `is ${values[at]}; allowed: finite numbers`);
}

/** Throws unless both lists are as long as each other. */
export function requireSameLength(field: string, a: readonly unknown[], b: readonly unknown[]): void {
  if (a.length !== b.length) throw invalid(field, `hold ${a.length} and ${b.length} items; allowed: the same number`);
}
