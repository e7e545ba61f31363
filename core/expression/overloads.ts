import type { ExpressionType } from './expression.ts';
import { SCALAR_TYPES } from './expression.ts';

const ORDER = ['<', '<=', '>', '>='];
const ORDERED = ['int', 'double', 'string', 'bool', 'timestamp', 'duration'];
const MIXED = [
  ['int', 'double'],
  ['double', 'int'],
];

/** `<signature>: <result>`, one line for each thing that an expression can do beside reading names and deciding. */
const SIGNATURES = [
  ...ORDERED.flatMap((type) => ['==', '!='].map((op) => `${type} ${op} ${type}: bool`)),
  ...ORDERED.flatMap((type) => ORDER.map((op) => `${type} ${op} ${type}: bool`)),
  ...MIXED.flatMap(([left, right]) => ORDER.map((op) => `${left} ${op} ${right}: bool`)),
  ...['+', '-', '*', '/', '%'].map((op) => `int ${op} int: int`),
  ...['+', '-', '*', '/'].map((op) => `double ${op} double: double`),
  '-int: int',
  '-double: double',
  '!bool: bool',
  'string + string: string',
  'timestamp - timestamp: duration',
  'timestamp + duration: timestamp',
  'timestamp - duration: timestamp',

  ...['double', 'int', 'string'].map((from) => `double(${from}): double`),
  ...['double', 'int', 'string'].map((from) => `int(${from}): int`),
  ...['double', 'int', 'string', 'bool'].map((from) => `string(${from}): string`),
  ...['bool', 'string'].map((from) => `bool(${from}): bool`),
  'timestamp(string): timestamp',
  'timestamp(int): timestamp',
  'duration(string): duration',

  'size(string): int',
  'size(list): int',
  'string.size(): int',
  'list.size(): int',
  'string.contains(string): bool',
  'string.startsWith(string): bool',
  'string.endsWith(string): bool',
  'string.indexOf(string): int',
  'string.substring(int): string',
  'string.substring(int, int): string',
  'string.lowerAscii(): string',
  'string.upperAscii(): string',
  'string.trim(): string',

  ...['FullYear', 'Month', 'Date', 'DayOfMonth', 'DayOfWeek', 'DayOfYear'].map((part) => `timestamp.get${part}(): int`),
  ...['Hours', 'Minutes', 'Seconds', 'Milliseconds'].map((part) => `timestamp.get${part}(): int`),
  ...['Hours', 'Minutes', 'Seconds', 'Milliseconds'].map((part) => `duration.get${part}(): int`),

  ...['double', 'int'].flatMap((type) =>
    ['greatest', 'least'].map((name) => `math.${name}(${type}, ${type}): ${type}`),
  ),
  ...['double', 'int'].flatMap((type) => ['abs', 'sign'].map((name) => `math.${name}(${type}): ${type}`)),
  ...['ceil', 'floor', 'round', 'trunc', 'sqrt'].map((name) => `math.${name}(double): double`),
  ...['isNaN', 'isInf', 'isFinite'].map((name) => `math.${name}(double): bool`),
];

const TYPES: readonly ExpressionType[] = [...SCALAR_TYPES, 'duration'];
const RESULTS = new Map(
  SIGNATURES.map((line) => {
    const colon = line.lastIndexOf(': ');
    return [line.slice(0, colon), TYPES.find((type) => type === line.slice(colon + 2))] as const;
  }),
);

/** The type of what `signature` gives (`int + int`, `string.contains(string)`), undefined where there is no such thing. */
export const resultOf = (signature: string): ExpressionType | undefined => RESULTS.get(signature);

export const OVERLOADS: readonly string[] = [...RESULTS.keys()];

/** The functions by name, for a refusal that says what is there instead. */
export const FUNCTION_NAMES: readonly string[] = [
  'has',
  ...new Set(
    OVERLOADS.filter((signature) => signature.includes('(')).map((signature) => signature.replace(/\(.*/, '')),
  ),
].sort();

/** What the math extension of CEL gives and the library lacks. */
export const MATH_SIGNATURES: readonly string[] = SIGNATURES.filter((line) => line.startsWith('math.'));
