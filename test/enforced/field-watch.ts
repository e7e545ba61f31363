import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { expect } from 'vitest';
import { BODIES, contentOf, resolved, type BodySchema } from './bodies.ts';

// Stands between graphql-js and every resolver of every subgraph, and before the apps of the data plane. It writes down
// which test gives which field a value other than its default, and takes one field away from each test that `FIELD_PLAN`
// names, as code that ignores the field would: a test in which the field changes behaviour must then fail.
const { FIELD_RECORD: record, FIELD_PLAN: planFile } = process.env;
/** File → test, or '' for all of the file → field. */
type Plan = Readonly<Record<string, Readonly<Record<string, string>>>>;
const plan: Plan = planFile === undefined ? {} : JSON.parse(readFileSync(planFile, 'utf8'));

type Values = Record<string, unknown>;
interface ValuesModule {
  getArgumentValues: (def: GraphQLField<unknown, unknown>, ...rest: unknown[]) => Values;
  getVariableValues: (schema: GraphQLSchema, ...rest: unknown[]) => unknown;
}

const values = createRequire(import.meta.url)('graphql/execution/values') as ValuesModule;
const { getArgumentValues, getVariableValues } = values;
const owners = new WeakMap<object, string>();
const indexed = new WeakSet<GraphQLSchema>();
const written = new Set<string>();

function isPlanned(field: string): boolean {
  const name = expect.getState().currentTestName ?? '';
  return Object.entries(plan[testFile()] ?? {}).some(
    ([test, planned]) => planned === field && (test === '' || name === test || name.endsWith(` > ${test}`)),
  );
}
const testFile = (): string => relative(process.cwd(), expect.getState().testPath ?? '');

function seen(field: string): void {
  const line = `${field}\t${testFile()}\t${expect.getState().currentTestName ?? ''}\n`;
  if (record === undefined || written.has(line)) return;
  written.add(line);
  appendFileSync(record, line);
}

values.getVariableValues = (schema, ...rest) => {
  if (!indexed.has(schema)) {
    indexed.add(schema);
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) owners.set(field, `${type.name}.${field.name}`);
    }
  }
  return getVariableValues(schema, ...rest);
};

values.getArgumentValues = (def, ...rest) => {
  const owner = owners.get(def);
  const given = getArgumentValues(def, ...rest);
  return owner === undefined ? given : watched(given, def.args, (name) => `${owner}(${name})`);
};

/** The values without the field that the plan takes away, which falls back to its default. */
function watched(
  given: Values,
  fields: readonly (GraphQLArgument | GraphQLInputField)[],
  nameOf: (field: string) => string,
): Values {
  const kept: Values = {};
  for (const { name, type, defaultValue } of fields) {
    if (!Object.hasOwn(given, name)) continue;
    const value = inner(given[name], type);
    const isSaid = !isDeepStrictEqual(given[name], defaultValue);
    if (isSaid) seen(nameOf(name));
    if (!isPlanned(nameOf(name))) kept[name] = value;
    else if (defaultValue !== undefined) kept[name] = defaultValue;
  }
  return kept;
}

function inner(value: unknown, type: GraphQLInputType): unknown {
  if (value === null || value === undefined) return value;
  if (isNonNullType(type)) return inner(value, type.ofType);
  if (isListType(type)) return Array.isArray(value) ? value.map((one) => inner(one, type.ofType)) : value;
  if (!isInputObjectType(type)) return value;
  return watched(value as Values, Object.values(type.getFields()), (name) => `${type.name}.${name}`);
}

/** The bodies that tests send to an app in this process. */
globalThis.Request = class extends Request {
  constructor(input: string | URL | Request, init: RequestInit = {}) {
    super(input, watchedInit(input instanceof Request ? input.url : String(input), init));
  }
};

function watchedInit(url: string, init: RequestInit): RequestInit {
  const schema = bodySchemaOf(init.method ?? 'GET', url);
  if (typeof init.body !== 'string' || !schema) return init;
  return { ...init, body: watchedBody(init.body, ...schema) };
}

function bodySchemaOf(method: string, url: string): [string, BodySchema] | undefined {
  const { pathname } = new URL(url, 'http://localhost');
  const app = testFile().startsWith('test/edge/') ? 'edge ' : '';
  return Object.entries(BODIES).find(([route]) => {
    const [, known = ''] = new RegExp(`^${app}${method} (/.*)$`).exec(route) ?? [];
    return known !== '' && new RegExp(`^${known.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
  });
}

function watchedBody(text: string, route: string, schema: BodySchema): string {
  try {
    return JSON.stringify(withoutPlanned(JSON.parse(text), schema, `${route} `));
  } catch {
    return text; // not JSON: the app refuses it
  }
}

/** A part of a body without the field that the plan takes away. */
function withoutPlanned(value: unknown, given: BodySchema, before: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const schema = resolved(given);
  const { properties } = schema;
  if (!properties) {
    const content = contentOf(schema);
    if (!content) return value;
    const inside = (one: unknown): unknown => withoutPlanned(one, content.inner, `${before}${content.mark}`);
    if (Array.isArray(value)) return value.map(inside);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inside(one)]));
  }
  if (Array.isArray(value)) return value; // not what the schema asks for: the app refuses it
  const kept: Values = {};
  for (const [name, field] of Object.entries(value)) {
    const known = properties[name];
    const path = before.endsWith(' ') ? `${before}${name}` : `${before}.${name}`;
    if (known && !isDeepStrictEqual(field, resolved(known).default)) seen(path);
    if (!known) kept[name] = field;
    else if (!isPlanned(path)) kept[name] = withoutPlanned(field, known, path);
  }
  return kept;
}
