import { execute, parse } from 'graphql';
import { Args, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { describe, expect, it } from 'vitest';
import { Access } from '../../subgraphs/shared/auth/access.ts';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { connections, PageArgs, toConnection } from '../../subgraphs/shared/graphql/connection.ts';
import { buildFederatedSchema } from '../../subgraphs/shared/graphql/federated-schema.ts';
import { encodeCursor, pageRequest, type SortType } from '../../subgraphs/shared/paging.ts';

const READ = { role: 'viewer' } as const;
const WORDS = ['alpha', 'beta', 'gamma'];

@ObjectType('Word')
@Access(READ)
class Word {
  @Field(() => String)
  text!: string;
}
const WordConnection = connections(READ)('Word', () => Word);

@Resolver()
class WordResolver {
  @Query(() => WordConnection)
  @Access(READ)
  words(@Args(() => PageArgs) args: PageArgs): InstanceType<typeof WordConnection> {
    const page = pageRequest(args, ['string']);
    const from = WORDS.filter((word) => page.after === null || word > page.after[0]!);
    return toConnection(
      from.slice(0, page.first + 1),
      page,
      (word) => [word],
      (text) => ({ text }),
    );
  }
}

const viewer: Actor = { subject: 'user:viewer', kind: 'user', roles: ['viewer'], scopes: [], project: 'default' };

async function words(args: string, actor: Actor = viewer): Promise<any> {
  const { schema } = await buildFederatedSchema({ resolvers: [WordResolver] });
  const document = parse(`{ words${args} { edges { cursor node { text } } pageInfo {
    hasNextPage hasPreviousPage startCursor endCursor } } }`);
  return JSON.parse(JSON.stringify(await execute({ schema, document, contextValue: { actor, requestId: 'r' } })));
}

describe('a connection', () => {
  it('gives a page and the cursor of the next one', async () => {
    const { data } = await words('(first: 2)');
    expect(data.words.edges.map((edge: any) => edge.node.text)).toEqual(['alpha', 'beta']);
    expect(data.words.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });

    const next = await words(`(first: 2, after: "${data.words.pageInfo.endCursor}")`);
    expect(next.data.words.edges.map((edge: any) => edge.node.text)).toEqual(['gamma']);
    expect(next.data.words.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('is an empty page behind the last item', async () => {
    const { data } = await words(`(after: "${encodeCursor(['zeta'])}")`);
    expect(data.words).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  it.each([0, -1, 101])('refuses first: %d and says what is allowed', async (first) => {
    const { errors } = await words(`(first: ${first})`);
    expect(errors[0].message).toBe(`first must be 1 to 100, not ${first}`);
  });

  it.each(['', 'nonsense', encodeCursor([1]), encodeCursor(['a', 'b'])])('refuses %j as a cursor', async (after) => {
    const { errors } = await words(`(after: "${after}")`);
    expect(errors[0].message).toContain('after is no cursor of this list');
  });

  it('is closed to who may not read the list', async () => {
    const { errors } = await words('', { ...viewer, roles: [] });
    expect(errors[0].message).toContain('Query.words is not open to you: it takes role viewer');
  });
});

const ID = '0190b6a0-0000-7000-8000-000000000001';
const AT = '2026-03-10T12:00:00.000Z';

describe('a page', () => {
  it.each<[SortType, string | number]>([
    ['string', ''],
    ['number', 1.5],
    ['time', AT],
    ['time', '0001-01-01T00:00:00.000Z'],
    ['uuid', ID.toUpperCase()],
  ])('goes on behind a %s: %j', (type, value) => {
    expect(pageRequest({ first: 1, after: encodeCursor([value]) }, [type])).toEqual({ first: 1, after: [value] });
  });

  // What would reach the database and be refused there.
  it.each<[SortType, string | number]>([
    ['string', 'a\0'],
    ['string', 1],
    ['number', '1'],
    ['time', 'soon'],
    ['time', '1'],
    ['time', '2026-03-10'],
    ['time', '2026-13-10T12:00:00.000Z'],
    ['time', '0000-01-01T00:00:00.000Z'],
    ['time', '+275760-09-13T00:00:00.000Z'],
    ['time', Date.parse(AT)],
    ['uuid', `${ID}0`],
    ['uuid', 'x'],
  ])('does not go on behind a %s that is none: %j', (type, value) => {
    const after = encodeCursor([value]);
    expect(() => pageRequest({ first: 1, after }, [type])).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { field: 'after' } }),
    );
  });
});
