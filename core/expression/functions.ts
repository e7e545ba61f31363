import { DomainError } from '../errors.ts';
import { failure } from './failure.ts';
import { durationFromText, timestampFromSeconds, timestampFromText, withinCalendar } from './times.ts';

/** Inside an evaluation a timestamp is milliseconds, a duration nanoseconds. */
export type Value = number | bigint | string | boolean | readonly Value[];
/** Each takes what its signature says; `compileExpression` saw to it. */
type Implementation = (...args: never[]) => Value;

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

export function int64(value: bigint): bigint {
  if (value < INT_MIN || value > INT_MAX) throw failure('OVERFLOW', `${value} does not fit an int of 64 bits`);
  return value;
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw failure('DIVISION_BY_ZERO', 'an int is divided by zero');
  return divisor;
}

const COMPARISONS: Record<string, Implementation> = {};
type Comparable = number | bigint | string | boolean;
for (const type of ['int', 'double', 'string', 'bool', 'timestamp', 'duration']) {
  COMPARISONS[`${type} == ${type}`] = (a: Comparable, b: Comparable) => a === b;
  COMPARISONS[`${type} != ${type}`] = (a: Comparable, b: Comparable) => a !== b;
  const others = type === 'int' || type === 'double' ? ['int', 'double'] : [type];
  for (const other of others) {
    COMPARISONS[`${type} < ${other}`] = (a: Comparable, b: Comparable) => a < b;
    COMPARISONS[`${type} <= ${other}`] = (a: Comparable, b: Comparable) => a <= b;
    COMPARISONS[`${type} > ${other}`] = (a: Comparable, b: Comparable) => a > b;
    COMPARISONS[`${type} >= ${other}`] = (a: Comparable, b: Comparable) => a >= b;
  }
}

const ARITHMETIC: Record<string, Implementation> = {
  'int + int': (a: bigint, b: bigint) => int64(a + b),
  'int - int': (a: bigint, b: bigint) => int64(a - b),
  'int * int': (a: bigint, b: bigint) => int64(a * b),
  'int / int': (a: bigint, b: bigint) => int64(a / nonZero(b)),
  'int % int': (a: bigint, b: bigint) => a % nonZero(b),
  'double + double': (a: number, b: number) => a + b,
  'double - double': (a: number, b: number) => a - b,
  'double * double': (a: number, b: number) => a * b,
  'double / double': (a: number, b: number) => a / b,
  '-int': (a: bigint) => int64(-a),
  '-double': (a: number) => -a,
  '!bool': (a: boolean) => !a,
  'string + string': (a: string, b: string) => a + b,
};

const MILLISECOND = 1_000_000n;
const SECOND = 1_000n * MILLISECOND;

// BigInt division cuts towards zero; times go down.
const wholeMs = (duration: bigint): bigint =>
  (duration - (((duration % MILLISECOND) + MILLISECOND) % MILLISECOND)) / MILLISECOND;
const later = (timestamp: number, duration: bigint): number => withinCalendar(timestamp + Number(wholeMs(duration)));

const part =
  (read: (date: Date) => number): Implementation =>
  (timestamp: number) =>
    BigInt(read(new Date(timestamp)));
const DAY_MS = 86_400_000;

const TIMES: Record<string, Implementation> = {
  'timestamp - timestamp': (a: number, b: number) => BigInt(a - b) * MILLISECOND,
  'timestamp + duration': later,
  'timestamp - duration': (timestamp: number, duration: bigint) =>
    withinCalendar(timestamp - Number(wholeMs(duration))),
  'timestamp.getFullYear()': part((date) => date.getUTCFullYear()),
  'timestamp.getMonth()': part((date) => date.getUTCMonth()),
  'timestamp.getDate()': part((date) => date.getUTCDate()),
  'timestamp.getDayOfMonth()': part((date) => date.getUTCDate() - 1),
  'timestamp.getDayOfWeek()': part((date) => date.getUTCDay()),
  'timestamp.getDayOfYear()': part((date) =>
    Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / DAY_MS),
  ),
  'timestamp.getHours()': part((date) => date.getUTCHours()),
  'timestamp.getMinutes()': part((date) => date.getUTCMinutes()),
  'timestamp.getSeconds()': part((date) => date.getUTCSeconds()),
  'timestamp.getMilliseconds()': part((date) => date.getUTCMilliseconds()),
  'duration.getHours()': (duration: bigint) => duration / (3600n * SECOND),
  'duration.getMinutes()': (duration: bigint) => duration / (60n * SECOND),
  'duration.getSeconds()': (duration: bigint) => duration / SECOND,
  'duration.getMilliseconds()': wholeMs,
};

function fromDouble(value: number): bigint {
  if (!Number.isFinite(value)) throw failure('OVERFLOW', `${value} is no int`);
  return int64(BigInt(Math.trunc(value)));
}

function parse<T>(text: string, grammar: RegExp, type: string, convert: (text: string) => T): T {
  if (!grammar.test(text)) throw failure('CONVERSION', `the text is no ${type}`);
  return convert(text);
}

const INT = /^[+-]?\d{1,20}$/;
const DOUBLE = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|infinity|nan)$/i;
const BOOL = /^(?:1|t|true|TRUE|True|0|f|false|FALSE|False)$/;

function toDouble(text: string): number {
  if (/nan$/i.test(text)) return NaN;
  return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

const CONVERSIONS: Record<string, Implementation> = {
  'double(double)': (a: number) => a,
  'double(int)': (a: bigint) => Number(a),
  'double(string)': (a: string) => parse(a, DOUBLE, 'double', toDouble),
  'int(int)': (a: bigint) => a,
  'int(double)': fromDouble,
  'int(string)': (a: string) => int64(parse(a, INT, 'int', BigInt)),
  'string(string)': (a: string) => a,
  'string(int)': (a: bigint) => String(a),
  'string(bool)': (a: boolean) => String(a),
  'string(double)': (a: number) => (Number.isFinite(a) || Number.isNaN(a) ? String(a) : a > 0 ? '+Inf' : '-Inf'),
  'bool(bool)': (a: boolean) => a,
  'bool(string)': (a: string) => parse(a, BOOL, 'bool', (text) => /^[1tT]/.test(text)),
  'timestamp(string)': timestampFromText,
  'timestamp(int)': timestampFromSeconds,
  'duration(string)': durationFromText,
};

function slice(text: string, from: bigint, to = BigInt(text.length)): string {
  if (from < 0n || from > to || to > BigInt(text.length))
    throw failure('OUT_OF_RANGE', `characters ${from} to ${to} are outside a text of ${text.length}`);
  return text.slice(Number(from), Number(to));
}

const characters = (text: string): bigint => BigInt(Array.from(text).length);

const TEXTS: Record<string, Implementation> = {
  'size(string)': characters,
  'string.size()': characters,
  'size(list)': (list: readonly Value[]) => BigInt(list.length),
  'list.size()': (list: readonly Value[]) => BigInt(list.length),
  'string.contains(string)': (text: string, other: string) => text.includes(other),
  'string.startsWith(string)': (text: string, other: string) => text.startsWith(other),
  'string.endsWith(string)': (text: string, other: string) => text.endsWith(other),
  'string.indexOf(string)': (text: string, other: string) => BigInt(text.indexOf(other)),
  'string.substring(int)': slice,
  'string.substring(int, int)': slice,
  'string.lowerAscii()': (text: string) => text.toLowerCase(),
  'string.upperAscii()': (text: string) => text.toUpperCase(),
  'string.trim()': (text: string) => text.trim(),
};

const MATH: Record<string, Implementation> = {
  'math.greatest(double, double)': (a: number, b: number) => Math.max(a, b),
  'math.least(double, double)': (a: number, b: number) => Math.min(a, b),
  'math.greatest(int, int)': (a: bigint, b: bigint) => (a > b ? a : b),
  'math.least(int, int)': (a: bigint, b: bigint) => (a < b ? a : b),
  'math.abs(double)': (a: number) => Math.abs(a),
  'math.abs(int)': (a: bigint) => int64(a < 0n ? -a : a),
  'math.sign(double)': (a: number) => Math.sign(a),
  'math.sign(int)': (a: bigint) => (a > 0n ? 1n : a < 0n ? -1n : 0n),
  'math.ceil(double)': (a: number) => Math.ceil(a),
  'math.floor(double)': (a: number) => Math.floor(a),
  'math.trunc(double)': (a: number) => Math.trunc(a),
  'math.sqrt(double)': (a: number) => Math.sqrt(a),
  // Halves go away from zero; Math.round sends -0.5 to 0.
  'math.round(double)': (a: number) => Math.trunc(a) + (Math.abs(a - Math.trunc(a)) >= 0.5 ? Math.sign(a) : 0),
  'math.isNaN(double)': (a: number) => Number.isNaN(a),
  'math.isInf(double)': (a: number) => a === Infinity || a === -Infinity,
  'math.isFinite(double)': (a: number) => Number.isFinite(a),
};

const FUNCTIONS: ReadonlyMap<string, Implementation> = new Map(
  Object.entries({ ...COMPARISONS, ...ARITHMETIC, ...TIMES, ...CONVERSIONS, ...TEXTS, ...MATH }),
);
export const IMPLEMENTED: readonly string[] = [...FUNCTIONS.keys()];

/** Does what the signature says, with arguments of its types. */
export function apply(overload: string, args: readonly Value[]): Value {
  const implementation = FUNCTIONS.get(overload);
  if (!implementation)
    throw new DomainError('INVALID_INPUT', `This evaluator has no "${overload}": the release needs a newer one`, {
      overload,
    });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- compileExpression chose the overload by these types
  return implementation(...(args as never[]));
}
