import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@theguild/federation-composition';
import { execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { makeFallbackPlanner } from '../../../gateway/answer/planner-fallback.ts';
import { makeNativePlanner } from '../../../gateway/answer/planner-native.ts';
import type { GatewayContext } from '../../../gateway/answer/subgraph-call.ts';
import { composeSupergraph } from '../../../gateway/compose/compose.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])';

/** Both subgraphs answer `Container.actions`; besides `Common` each knows an action of its own. */
function subgraphOf(own: 'A' | 'B', kind: 'union' | 'interface', members = [own]) {
  const types = {
    union: [`union Action = Common${members.map((one) => ` | Only${one}`).join('')}`, ''],
    interface: ['interface Action { label: String }', 'implements Action'],
  }[kind];
  const sdl = `${LINK}
    type Query { root${own}: Container }
    type Container @key(fields: "id") { id: ID! actions: [Action!]! @shareable }
    ${types[0]}
    type Common ${types[1]} @shareable { label: String }
    ${members.map((one) => `type Only${one} ${types[1]} @shareable { label: String ${one.toLowerCase()}: String }`).join('\n')}`;
  const actions = [
    { __typename: 'Common', label: 'common' },
    { __typename: `Only${own}`, label: own, [own.toLowerCase()]: `only ${own}` },
  ];
  const container = { id: 'c', actions };
  const resolvers = {
    Query: { [`root${own}`]: () => container },
    Container: { __resolveReference: () => container },
    Action: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
  };
  return { name: own.toLowerCase(), sdl, schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]) };
}

async function answersOf(kind: 'union' | 'interface'): Promise<{ native: unknown; js: unknown }> {
  const subgraphs = [subgraphOf('A', kind), subgraphOf('B', kind)];
  const { supergraphSdl = '' } = composeServices(subgraphs.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl) })));
  const query = '{ rootA { actions { __typename ... on Common { label } ... on OnlyA { a } ... on OnlyB { b } } } }';
  const ask = async (make: typeof makeNativePlanner): Promise<unknown> => {
    const planner = await make(supergraphSdl, async (name, { document, variables, operationName }) => {
      const { schema } = subgraphs.find((one) => one.name === name.toLowerCase())!;
      const answer = await execute({ schema, document, variableValues: variables, operationName });
      return JSON.parse(JSON.stringify(answer));
    });
    const asked = { document: parse(query), variables: {}, operationName: undefined, context: {} as GatewayContext };
    const { data, errors } = await planner.execute(asked);
    expect(errors).toEqual([]);
    return (data['rootA'] as { actions: unknown }).actions;
  };
  return { native: await ask(makeNativePlanner), js: await ask(makeFallbackPlanner) };
}

const common = { __typename: 'Common', label: 'common' };

// When one of these fails, a planner has learnt it: gateway/compose/partial-types.ts may go (docs/decisions/0075).
describe('a field of several subgraphs whose type has other members in each', () => {
  it('loses fields of a union’s member with one planner, and keeps them with the other, both without an error', async () => {
    const { native, js } = await answersOf('union');
    expect(native).toEqual([common, { __typename: 'OnlyA' }]);
    expect(js).toEqual([common, { __typename: 'OnlyA', a: 'only A' }]);
  });

  it('mixes up the members of an interface, which are joined by their places in two lists', async () => {
    const { native, js } = await answersOf('interface');
    expect(native).toMatchObject([common, { __typename: 'OnlyB' }]);
    expect(js).toMatchObject([common, { __typename: 'OnlyB' }]);
  });

  it.each(['union', 'interface'] as const)('does not compose with a %s', (kind) => {
    const refused = [subgraphOf('A', kind), subgraphOf('B', kind)];
    expect(() => composeSupergraph(refused)).toThrow(
      'Container.actions is answered by several subgraphs that know different members: Action has the members Common, OnlyA in a, Action has the members Common, OnlyB in b',
    );
  });

  it.each(['union', 'interface'] as const)('composes with a %s that has the same members everywhere', (kind) => {
    const same = [subgraphOf('A', kind, ['A', 'B']), subgraphOf('B', kind, ['A', 'B'])];
    expect(composeSupergraph(same)).toContain('Container');
  });
});
