import {
  defaultFieldResolver,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLInt,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { DomainError } from '../../../core/errors.ts';

/** A value as resolvers get it. Throws `BadText`. */
type Clean = (value: unknown) => unknown;

/** A field of an input, or an argument. */
interface Holder {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly defaultValue?: unknown;
}

/** A text that cannot be stored; those who hand it on add where it was. */
class BadText {
  readonly path: (string | number)[] = [];

  constructor(readonly why: string) {}
}

/** Federation's own: what it hands on comes from subgraphs. */
const FEDERATION = new Set(['_entities', '_service']);

/**
 * Two laws for everything that a caller of the graph can set, whichever field takes it: null means "not given" (the
 * default applies, if there is one), and a text is well-formed Unicode without U+0000, which Postgres cannot store.
 */
export function cleanArguments(schema: GraphQLSchema): void {
  const known = new Map<GraphQLInputType, Clean | undefined>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.args.length === 0 || FEDERATION.has(field.name)) continue;
      const clean = cleanFields(field.args, known);
      const { resolve = defaultFieldResolver, subscribe } = field;
      const cleaned = (args: object): Record<string, unknown> => named(clean, args);
      field.resolve = (source, args, context, info) => resolve(source, cleaned(args), context, info);
      if (subscribe) field.subscribe = (source, args, context, info) => subscribe(source, cleaned(args), context, info);
    }
  }
}

function named(clean: (fields: object) => Record<string, unknown>, args: object): Record<string, unknown> {
  try {
    return clean(args);
  } catch (error) {
    if (!(error instanceof BadText)) throw error;
    const [first, ...below] = error.path;
    // Nobody thinks of a mutation's only argument as a field.
    const field = (first === 'input' && below.length > 0 ? below : error.path).join('.');
    throw new DomainError('INVALID_INPUT', `${field}: ${error.why}`, { field });
  }
}

function cleanFields(
  holders: readonly Holder[],
  known: Map<GraphQLInputType, Clean | undefined>,
): (fields: object) => Record<string, unknown> {
  const cleaners = holders.map(({ name, type, defaultValue }) => ({ name, defaultValue, clean: cleanOf(type, known) }));
  return (fields) => {
    const cleaned: Record<string, unknown> = {};
    for (const { name, defaultValue, clean } of cleaners) {
      const value = (fields as Record<string, unknown>)[name] ?? defaultValue;
      if (value !== undefined) cleaned[name] = clean ? at(name, clean, value) : value;
    }
    return cleaned;
  };
}

/** Undefined where there is nothing to do. */
function cleanOf(type: GraphQLInputType, known: Map<GraphQLInputType, Clean | undefined>): Clean | undefined {
  if (isNonNullType(type)) return cleanOf(type.ofType, known);
  if (isListType(type)) {
    const clean = cleanOf(type.ofType, known);
    return clean && ((value) => (Array.isArray(value) ? value.map((item, index) => at(index, clean, item)) : value));
  }
  if (isEnumType(type) || type === GraphQLInt || type === GraphQLFloat || type === GraphQLBoolean) return undefined;
  if (!isInputObjectType(type)) return checked;
  const before = known.get(type);
  if (before) return before;
  let fields: ((value: object) => unknown) | undefined;
  const clean: Clean = (value) => {
    // An input may hold itself, so its fields are looked at when the first one comes.
    fields ??= cleanFields(Object.values(type.getFields()), known);
    return typeof value === 'object' && value !== null ? fields(value) : value;
  };
  known.set(type, clean);
  return clean;
}

function at(step: string | number, clean: Clean, value: unknown): unknown {
  try {
    return clean(value);
  } catch (error) {
    if (error instanceof BadText) error.path.unshift(step);
    throw error;
  }
}

/** A scalar's value: a text, or JSON with texts in it. */
function checked(value: unknown): unknown {
  if (typeof value === 'string') checkText(value);
  else if (Array.isArray(value)) value.forEach((item, index) => at(index, checked, item));
  else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) {
      checkText(key);
      at(key, checked, item);
    }
  }
  return value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function checkText(text: string): void {
  if (text.includes('\0')) throw new BadText('has the character U+0000, which no text may have');
  if (!text.isWellFormed()) throw new BadText('has half of a surrogate pair; a text is well-formed Unicode');
}
