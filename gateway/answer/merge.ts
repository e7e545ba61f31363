import { Failure } from './failure.ts';

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Failure);

/**
 * Adds the fields of `more` to an object. What lies below is never changed in place: answers to one question are shared
 * by all objects that asked it. A value counts more than a failure, and a failure more than null.
 */
export function addFields(target: Fields, more: Readonly<Fields>): void {
  for (const key in more) target[key] = merged(target[key], more[key]);
}

function merged(before: unknown, more: unknown): unknown {
  if (before === undefined || before === null) return more ?? before ?? null;
  if (more === undefined || more === null || more instanceof Failure) return before;
  if (isObject(before) && isObject(more)) {
    const both = { ...before };
    addFields(both, more);
    return both;
  }
  if (Array.isArray(before) && Array.isArray(more) && before.length === more.length) {
    return before.map((item, index) => merged(item, more[index]));
  }
  return more;
}

/** The same again, for another place where other fields will be added. */
export function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copied(one)])) as T;
}
