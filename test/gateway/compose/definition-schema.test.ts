import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { apiSchemaOf } from '../../../gateway/compose/compose.ts';
import { definitionJsonSchema } from '../../../gateway/compose/definition-schema.ts';
import { DEFINITION_KINDS } from '../../../schema/definition-kinds.ts';

const formOf = (schema: any, kind: string): any =>
  schema.allOf.find((one: any) => one.if.properties.kind.const === kind)?.then;

describe('the form of definition files', () => {
  const schema: any = definitionJsonSchema(apiSchemaOf(readFileSync('schema/supergraph.graphql', 'utf8')));

  it('knows every kind, and nothing but what its mutation takes', () => {
    expect(schema.properties.kind.enum).toEqual(Object.keys(DEFINITION_KINDS));
    for (const kind of schema.properties.kind.enum) {
      expect(formOf(schema, kind)).toMatchObject({
        additionalProperties: false,
        properties: { kind: { const: kind } },
      });
    }
  });

  it('asks for the required fields, and lets null stand for the others', () => {
    const view = formOf(schema, 'feature-view');
    expect(view.required.toSorted()).toEqual(['entity', 'features', 'name', 'source', 'ttlSeconds']);
    expect(view.properties.ttlSeconds).toMatchObject({ type: 'integer', description: expect.any(String) });
    expect(view.properties.createdColumn).toMatchObject({ type: ['string', 'null'] });
    const { window, dtype } = view.properties.features.items.properties;
    expect(window).toMatchObject({ type: ['object', 'null'], required: ['function', 'windowSeconds'] });
    expect(window.properties.function.enum).toContain('SUM');
    expect(dtype.enum).toEqual(expect.arrayContaining(['FLOAT64', null]));
  });

  it('leaves recipes to their own form, and says what is meant where nothing is given', () => {
    expect(formOf(schema, 'recipe').properties.recipe).toMatchObject({ $ref: 'recipe.schema.json' });
    expect(formOf(schema, 'source').properties.assumeUtc).toMatchObject({ default: false });
  });

  it('leaves out kinds whose mutation is not there', () => {
    const other: any = definitionJsonSchema(buildSchema('type Query { whoAmI: String }'));
    expect(other.properties.kind.enum).toEqual([]);
  });
});
