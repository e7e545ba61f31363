/**
 * As much of zod, and of its small build, as the edge's schemas use, to the letter and in 3 KB: what bundles for workers and browsers have in its place,
 * where zod would be a third of all. Schemas are written and checked by zod's own types; a test compares both, value by value.
 */
import { saidOr, unknownKeys, within, wrongType, wrongValue, type Issue, type Said } from './issue.ts';
import { Schema, type Kind, type Reading } from './schema.ts';

type Shape = Readonly<Record<string, Schema>>;
type Fields = Record<string, unknown>;
interface FieldsReading {
  readonly value: Fields;
  readonly issues: Issue[];
}

const wrong = (value: unknown, message: string, goesOn?: boolean): Reading => ({
  value,
  issues: [{ path: [], message, ...(goesOn !== undefined && { goesOn }) }],
});
const right = (value: unknown): Reading => ({ value, issues: [] });

const ofType = (expected: string, isRight: (value: unknown) => boolean, kind: Omit<Kind, 'read'> = {}): Schema =>
  new Schema({ read: (value) => (isRight(value) ? right(value) : wrong(value, wrongType(expected, value))), ...kind });

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const string = (): Schema => ofType('string', (value) => typeof value === 'string', { measure: 'string' });
export const number = (): Schema => ofType('number', isNumber, { measure: 'number' });
export const boolean = (): Schema => ofType('boolean', (value) => typeof value === 'boolean');
export const unknown = (): Schema => new Schema({ read: right });
const nothing = (): Schema => ofType('null', (value) => value === null, { values: [null] });

export const int = (): Schema =>
  new Schema({
    measure: 'number',
    read: (value) => {
      if (!isNumber(value)) return wrong(value, wrongType('number', value));
      if (!Number.isInteger(value)) return wrong(value, wrongType('int', value), false);
      if (Number.isSafeInteger(value)) return right(value);
      const most = Number.MAX_SAFE_INTEGER;
      const text = value > 0 ? `Too big: expected int to be <=${most}` : `Too small: expected int to be >=${-most}`;
      return wrong(value, text, true);
    },
  });

const oneOf = (values: readonly unknown[]): Schema =>
  new Schema({ read: (value) => (values.includes(value) ? right(value) : wrong(value, wrongValue(values))), values });
const literal = (value: unknown): Schema => oneOf(Array.isArray(value) ? value : [value]);

const UUID =
  /^([\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}|0{8}-0{4}-0{4}-0{4}-0{12}|f{8}-f{4}-f{4}-f{4}-f{12})$/;
const UUID_OF_ONES = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** In either case, but for the one of ones alone. */
export const uuid = (): Schema =>
  string().refine((text: string) => {
    const lower = text.toLowerCase();
    return UUID.test(lower) && (lower !== UUID_OF_ONES || text === lower);
  }, 'Invalid UUID');

export const base64 = (): Schema =>
  string().refine((text: string) => {
    if (/\s/.test(text) || text.length % 4 !== 0) return false;
    try {
      atob(text);
      return true;
    } catch {
      return false;
    }
  }, 'Invalid base64-encoded string');

const DAY =
  '(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8])))';
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d';
export const iso = {
  datetime: ({ offset = false }: { readonly offset?: boolean } = {}): Schema =>
    string().regex(
      new RegExp(`^${DAY}T${TIME}:[0-5]\\d(?:\\.\\d+)?(?:Z${offset ? `|[+-]${TIME}` : ''})$`),
      'Invalid ISO datetime',
    ),
};

export const array = (element: Schema): Schema =>
  new Schema({
    measure: 'array',
    element,
    read: (given) => {
      if (!Array.isArray(given)) return wrong(given, wrongType('array', given));
      const issues: Issue[] = [];
      const value = given.map((one: unknown, i) => {
        const reading = element.run(one);
        issues.push(...within(i, reading.issues));
        return reading.value;
      });
      return { value, issues };
    },
  });

export const tuple = (items: readonly Schema[]): Schema =>
  new Schema({
    read: (given) => {
      if (!Array.isArray(given)) return wrong(given, wrongType('tuple', given));
      const size = items.length;
      if (given.length < size) return wrong(given, `Too small: expected array to have >=${size} items`);
      const { issues } =
        given.length > size ? wrong(given, `Too big: expected array to have <=${size} items`) : right(given);
      const value = items.map((item, i) => {
        const reading = item.run(given[i]);
        issues.push(...within(i, reading.issues));
        return reading.value;
      });
      return { value, issues };
    },
  });

/** `isStrict`: fields that it does not name are refused, and else left out. */
function objectOf(shape: Shape, isStrict: boolean): Schema {
  return new Schema({
    shape,
    ofShape: (other) => objectOf(other, isStrict),
    read: (given) => {
      if (!isFields(given)) return wrong(given, wrongType('object', given));
      const { value, issues } = right({}) as FieldsReading;
      for (const [key, schema] of Object.entries(shape)) readField(given, key, schema, { value, issues });
      const others = isStrict ? Object.keys(given).filter((key) => !Object.hasOwn(shape, key)) : [];
      if (others.length > 0) issues.push(unknownKeys(others));
      return { value, issues };
    },
  });
}
export const strictObject = (shape: Shape): Schema => objectOf(shape, true);
export const object = (shape: Shape): Schema => objectOf(shape, false);

function readField(given: Fields, key: string, schema: Schema, { value, issues }: FieldsReading): void {
  const isThere = key in given;
  const { absent, leftOut } = schema.kind;
  if (!isThere && leftOut && absent === 'optional') return;
  const reading = schema.run(given[key]);
  if (!isThere && absent === undefined && reading.issues.length === 0) {
    reading.issues.push({ path: [], message: wrongType('nonoptional', undefined) });
  }
  issues.push(...within(key, reading.issues));
  if (reading.value !== undefined || isThere) value[key] = reading.value;
}

function recordOf(keys: Schema, values: Schema): Schema {
  return new Schema({
    read: (given) => {
      if (!isFields(given)) return wrong(given, wrongType('record', given));
      const { value, issues } = right({}) as FieldsReading;
      const others: string[] = [];
      for (const key of Object.keys(given)) {
        if (key === '__proto__') continue;
        if (keys.run(key).issues.length > 0) {
          if (keys.kind.values) others.push(key);
          else issues.push({ path: [key], message: 'Invalid key in record' });
          continue;
        }
        const reading = values.run(given[key]);
        issues.push(...within(key, reading.issues));
        value[key] = reading.value;
      }
      if (others.length > 0) issues.push(unknownKeys(others));
      return { value, issues };
    },
  });
}
export const record = (keys: Schema, values: Schema): Schema => {
  if (keys.kind.values) throw new Error('a record of certain keys is not in this part of zod: say partialRecord');
  return recordOf(keys, values);
};
export const partialRecord = recordOf;

export function union(options: readonly Schema[], said?: Said): Schema {
  return new Schema({
    ...(options.every(({ kind }) => kind.values) && { values: options.flatMap(({ kind }) => kind.values ?? []) }),
    read: (given) => {
      const nearly: Reading[] = [];
      for (const option of options) {
        const reading = option.run(given);
        if (reading.issues.length === 0) return reading;
        if (reading.issues.every(({ goesOn }) => goesOn)) nearly.push(reading);
      }
      const [only, another] = nearly;
      return only && !another ? only : wrong(given, saidOr(said, 'Invalid input'));
    },
  });
}

export function discriminatedUnion(field: string, options: readonly Schema[]): Schema {
  const byValue = new Map(
    options.flatMap((one) => (one.shape[field]?.part('values') ?? []).map((value) => [value, one] as const)),
  );
  const message = `Invalid discriminator value. Expected ${[...byValue.keys()].map((value) => `'${String(value)}'`).join(' | ')}`;
  return new Schema({
    read: (given) => {
      if (!isFields(given)) return wrong(given, wrongType('object', given));
      return byValue.get(given[field])?.run(given) ?? { value: given, issues: [{ path: [field], message }] };
    },
  });
}

export { oneOf as enum, literal, nothing as null };

/** As `zod/mini` says it: functions in the place of methods. */
export const optional = (schema: Schema): Schema => schema.optional();
export const nullable = (schema: Schema): Schema => schema.nullable();
export const positive = () => (schema: Schema) => schema.positive();
export const nonnegative = () => (schema: Schema) => schema.nonnegative();
