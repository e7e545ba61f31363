import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
} from 'graphql';
import { DEFINITION_INPUTS, DEFINITION_KINDS } from '../../schema/definition-kinds.ts';

type Json = Readonly<Record<string, unknown>>;

const SCALARS: Readonly<Record<string, Json>> = {
  String: { type: 'string' },
  ID: { type: 'string' },
  Boolean: { type: 'boolean' },
  Int: { type: 'integer' },
  Float: { type: 'number' },
  DateTime: { type: 'string', format: 'date-time' },
  JSON: {},
};

/**
 * The form of definition files as JSON Schema (2020-12), for editors: one document is one definition. It is made of the
 * inputs of the mutations that take them, so that it says neither more nor less; kinds whose mutation is not there are
 * left out.
 */
export function definitionJsonSchema(schema: GraphQLSchema): object {
  const inputs = Object.entries(DEFINITION_KINDS).flatMap(([kind, { group, list }]) => {
    const input = schema.getType(DEFINITION_INPUTS[group]);
    const item = isInputObjectType(input) && getNamedType(input.getFields()[list]?.type);
    return item && isInputObjectType(item) ? [{ kind, item }] : [];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tiffin definition',
    description: 'One document of a file for `tiffin plan` and `tiffin apply`.',
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: inputs.map(({ kind }) => kind) } },
    allOf: inputs.map(({ kind, item }) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: definitionOf(kind, item),
    })),
  };
}

function definitionOf(kind: string, type: GraphQLInputObjectType): Json {
  const { properties, ...rest } = objectOf(type);
  return { ...rest, properties: { kind: { const: kind }, ...properties } };
}

function objectOf(type: GraphQLInputObjectType): Json & { properties: Json } {
  const fields = Object.values(type.getFields());
  return {
    ...described(type),
    type: 'object',
    additionalProperties: false,
    required: fields.filter(isRequiredInputField).map(({ name }) => name),
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldOf(field)])),
  };
}

function fieldOf(field: GraphQLInputField): Json {
  if (field.name === 'recipe') return { ...described(field), $ref: 'recipe.schema.json' };
  const { description: _, ...value } = isNonNullType(field.type) ? valueOf(field.type) : orNull(valueOf(field.type));
  return { ...described(field), ...value, ...(field.defaultValue !== undefined && { default: field.defaultValue }) };
}

/** A field that may be left out may be null as well. */
const orNull = ({ type, enum: values, ...rest }: Json): Json => ({
  ...(type !== undefined && { type: [type, 'null'] }),
  ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }),
  ...rest,
});

function valueOf(type: GraphQLInputType): Json {
  const inner = getNullableType(type);
  if (isListType(inner)) return { type: 'array', items: valueOf(inner.ofType) };
  return namedOf(inner);
}

function namedOf(type: GraphQLNamedInputType): Json {
  if (isInputObjectType(type)) return objectOf(type);
  if (isEnumType(type)) return { enum: type.getValues().map(({ name }) => name) };
  return SCALARS[type.name] ?? {};
}

const described = ({ description }: { readonly description?: string | null | undefined }): Json =>
  description ? { description } : {};
