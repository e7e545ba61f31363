import { isInputObjectType, isObjectType } from 'graphql';
import { describe, expect, inject, it } from 'vitest';
import { buildSchema } from '../../subgraphs/registry/graphql/schema.ts';
import { registrySchema } from '../../subgraphs/registry/storage/schema.ts';
import { pendingDiff } from '../support/pending-diff.ts';

describe('the registry’s tables', () => {
  it('are what the migrations make: nothing is left to change', async () => {
    expect(await pendingDiff(registrySchema, inject('postgres').ownerUrl)).toBe('');
  });
});

describe('the registry’s part of the graph', () => {
  it('describes every type, field and argument', async () => {
    const { schema } = await buildSchema();
    const bare: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      const ours = !/^(__|_|Query$|Mutation$|Subscription$)/.test(type.name);
      if (ours && (isObjectType(type) || isInputObjectType(type)) && !type.description) bare.push(type.name);
      if (!isObjectType(type) && !isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const name = `${type.name}.${field.name}`;
        if (/^(__|_|Query\._)/.test(name)) continue;
        if (!field.description) bare.push(name);
        for (const arg of 'args' in field ? field.args : []) if (!arg.description) bare.push(`${name}(${arg.name})`);
      }
    }
    expect(bare).toEqual([]);
  });
});
