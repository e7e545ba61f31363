import { describe, expect, it } from 'vitest';
import { URN_KINDS } from '../../core/urn.ts';
import { ASSET_KINDS, NODE_KINDS, NOUNS, ownerOf, SUBGRAPHS } from '../../schema/nouns.ts';

describe('the table of nouns', () => {
  it('has each kind of id once', () => expect(Object.keys(NOUNS).toSorted()).toEqual(URN_KINDS.toSorted()));

  it('has one GraphQL type per kind', () => {
    const types = [...NODE_KINDS.values()].map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
  });

  it.each(ASSET_KINDS)('names the owner of the events about a %s', (kind) =>
    expect(SUBGRAPHS).toContain(ownerOf(kind)),
  );

  it('gives a webhook no owner of events: it is no asset', () => expect(ownerOf('webhook')).toBeUndefined());
});
