import type { InputValue, InputValues, VariablePath } from './expression.ts';
import { failure } from './failure.ts';
import type { Value } from './functions.ts';
import { int64 } from './functions.ts';

/** What the caller passed for a name; undefined where nothing. */
export function readInput(values: InputValues, [first, second]: VariablePath): InputValue | InputValues[string] {
  const value = Object.hasOwn(values, first) ? values[first] : undefined;
  if (second === undefined) return value;
  return isGroup(value) && Object.hasOwn(value, second) ? value[second] : undefined;
}

const isGroup = (value: unknown): value is Readonly<Record<string, InputValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const LIST = /^list<(\w+)>$/;

/** An input as its declared type, or why it is none. */
export function typedInput(value: unknown, type: string, name: string): Value {
  if (value === undefined || value === null) throw failure('MISSING', `${name} is missing`, name);
  if (type === 'double' && typeof value === 'number') return value;
  if (type === 'string' && typeof value === 'string') return value;
  if (type === 'bool' && typeof value === 'boolean') return value;
  if (type === 'int' && typeof value === 'bigint') return int64(value);
  if (type === 'int' && Number.isSafeInteger(value)) return BigInt(Number(value));
  if (type === 'timestamp') {
    const timeMs = value instanceof Date ? value.getTime() : value;
    if (Number.isSafeInteger(timeMs)) return Number(timeMs);
  }
  const item = LIST.exec(type)?.[1];
  if (item !== undefined && Array.isArray(value)) return value.map((one: unknown) => typedInput(one, item, name));
  throw failure('WRONG_TYPE', `${name} is declared ${type}, and ${typeof value} does not fit it`, name);
}
