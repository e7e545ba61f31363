import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testKeys } from '../support/keys.ts';
import { resetRegistry } from './fixture/registry.ts';
import { MODES, PLANNERS, startGraph, type TestGraph } from './fixture/graph.ts';

const id = (kind: string, name: string): string => `tiffin:default:${kind}:${name}`;
const cases = MODES.flatMap((mode) => PLANNERS.map((planner) => ({ mode, planner })));

describe.each(cases)('the graph $mode, planned by $planner', ({ mode, planner }) => {
  let graph: TestGraph;
  beforeAll(async () => {
    graph = await startGraph(mode, { TIFFIN_PLANNER: planner });
  });
  afterAll(() => graph.stop());
  beforeEach(() => {
    resetRegistry();
    graph.fetches.length = 0;
  });

  const who = async (headers: Record<string, string>): Promise<unknown> =>
    (await graph.ask('{ whoAmI }', { headers })).data.whoAmI;

  describe('what callers send', () => {
    it('null counts as not given, in variables too', async () => {
      const query = 'query ($first: Int) { modelPage(first: $first) { nodes { name } } }';
      const { data, errors } = await graph.ask(query, { variables: { first: null } });
      expect(errors).toBeUndefined();
      expect(data.modelPage.nodes).toHaveLength(3);
      expect((await graph.ask('{ modelPage(first: null) { nodes { name } } }')).data.modelPage.nodes).toHaveLength(3);
    });

    it('a text that cannot be stored is refused by name, and its neighbours are answered', async () => {
      const query =
        'query ($name: String!) { a: modelCalled(name: $name) { id } b: modelCalled(name: "churn") { name } }';
      for (const name of ['fraud\0', 'fraud\ud800']) {
        const { data, errors } = await graph.ask(query, { variables: { name } });
        expect(data).toEqual({ a: null, b: { name: 'churn' } });
        expect(errors).toMatchObject([{ path: ['a'], extensions: { code: 'INVALID_INPUT', field: 'name' } }]);
      }
      const literal = await graph.ask('{ a: modelCalled(name: "fraud\\u0000") { id } whoAmI }');
      expect(literal.data).toEqual({ a: null, whoAmI: 'user:developer' });
      expect(literal.errors).toMatchObject([{ path: ['a'], extensions: { code: 'INVALID_INPUT', field: 'name' } }]);
      const node = await graph.ask('{ node(id: "tiffin:default:model:a\\u0000") { id } }');
      expect(node.errors).toMatchObject([{ path: ['node'], extensions: { code: 'INVALID_INPUT', field: 'id' } }]);
    });

    it('what is no time is refused before anything is fetched', async () => {
      const late = await graph.ask('query ($at: DateTime!) { hourOf(at: $at) whoAmI }', { variables: { at: 'soon' } });
      expect(late).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      const literal = await graph.ask('{ hourOf(at: "soon") whoAmI }');
      expect(literal).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
      expect(graph.fetches).toEqual([]);
      const at = '2026-03-01T10:15:30+02:00';
      const read = await graph.ask('query ($at: DateTime!) { hourOf(at: $at) }', { variables: { at } });
      expect(read.data).toEqual({ hourOf: "8 o'clock" });
    });
  });

  describe('joins', () => {
    it('follows links through three subgraphs and brings what @requires asks for', async () => {
      const answer = await graph.ask(
        '{ alerts { id model { name risk service { name features { name changedAt } } } } }',
      );
      const features = ['amount', 'age'].map((name) => ({ name, changedAt: '2026-03-01T10:15:30.000Z' }));
      expect(answer).toEqual({
        status: 200,
        data: {
          alerts: [
            {
              id: id('alert', 'a1'),
              model: { name: 'fraud', risk: 2, service: { name: 'fraud', features } },
            },
            {
              id: id('alert', 'a2'),
              model: { name: 'churn', risk: 0.5, service: { name: 'churn', features } },
            },
            { id: id('alert', 'a3'), model: null },
          ],
        },
      });
      const asked = graph.fetches.map(({ subgraph }) => subgraph);
      expect(asked[0]).toBe('monitoring');
      expect(asked.toSorted()).toEqual(['feature', 'monitoring', 'monitoring', 'registry']);
    });

    it('asks for an entity once, however often it is referred to', async () => {
      const { data } = await graph.ask('{ models { services { name } } }');
      expect(data.models).toHaveLength(3);
      const [, entities] = graph.fetches;
      const representations = Object.values(entities!.variables!).find(Array.isArray);
      expect(representations?.map((one: { id: string }) => one.id).toSorted()).toEqual(
        ['churn', 'fraud', 'gone'].map((name) => id('feature-service', name)),
      );
    });

    it('keeps fields in the order asked, aliases, fragments and conditions', async () => {
      const { data, errors } = await graph.ask(
        `query Q($no: Boolean!, $yes: Boolean = true) {
           b: models { name @skip(if: $yes) title: name ...Linked }
           a: whoAmI
           c: whoAmI @include(if: $no)
         }
         fragment Linked on Model { ... @include(if: $yes) { service { ... on FeatureService { name } } } id }`,
        { variables: { no: false } },
      );
      expect(errors).toBeUndefined();
      expect(Object.keys(data)).toEqual(['b', 'a']);
      expect(Object.keys(data.b[0])).toEqual(['title', 'service', 'id']);
      expect(data.b[2]).toEqual({ title: 'lone', service: null, id: id('model', 'lone') });
    });

    it('puts a field that is written more than once together', async () => {
      const { data, errors } = await graph.ask(
        `query ($yes: Boolean = true) {
           models { name service { id } }
           models { sizeMb service { name } }
           ... on Query { models { health } }
           models @skip(if: $yes) { madeAt }
           ...M
           whoAmI
         }
         fragment M on Query { models { risk } models { services { name } services { id } } }`,
      );
      expect(errors).toBeUndefined();
      expect(data.models).toHaveLength(3);
      expect(data.models[0]).toEqual({
        name: 'fraud',
        service: { id: id('feature-service', 'fraud'), name: 'fraud' },
        sizeMb: 20,
        health: 'good',
        risk: 2,
        services: [
          { name: 'fraud', id: id('feature-service', 'fraud') },
          null,
          { name: 'churn', id: id('feature-service', 'churn') },
        ],
      });
    });

    it('answers the same document differently as its variables say', async () => {
      const query = 'query ($x: Boolean!) { models { id name @include(if: $x) } }';
      const keys = async (x: boolean): Promise<string[]> =>
        Object.keys((await graph.ask(query, { variables: { x } })).data.models[0]);
      expect([await keys(true), await keys(false), await keys(true)]).toEqual([['id', 'name'], ['id'], ['id', 'name']]);
    });

    it('tells the members of a union apart, asked for their type or not', async () => {
      const fields = '... on Model { name risk health } ... on Endpoint { path }';
      const plain = await graph.ask(`{ search { ${fields} } }`);
      expect(plain.errors).toBeUndefined();
      expect(plain.data.search[0]).toEqual({ path: '/v1/predict/decide' });
      expect(plain.data.search[1]).toEqual({ name: 'fraud', risk: 2, health: 'good' });
      const typed = await graph.ask(`{ search { kind: __typename ${fields} } }`);
      expect(typed.data.search.map((found: any) => found.kind)).toEqual(['Endpoint', 'Model', 'Model', 'Model']);
    });

    it('runs a mutation and reads its result across subgraphs', async () => {
      const answer = await graph.ask(
        'mutation ($input: RenameModelInput!) { renameModel(input: $input) { name health service { name } } }',
        { variables: { input: { id: id('model', 'fraud'), name: 'scam', at: '2026-03-01T10:15:30Z' } } },
      );
      expect(answer).toEqual({
        status: 200,
        data: { renameModel: { name: 'scam', health: 'good', service: { name: 'fraud' } } },
      });
    });

    it('says who asks', async () => {
      expect(await who({})).toBe('user:developer');
      expect(await who({ 'x-tiffin-user': 'viewer' })).toBe('user:viewer');
      const key = testKeys.with('registry:read');
      expect(await who({ authorization: `Bearer ${key}` })).toBe('key:with-registry:read');
    });

    it('passes refusals of a subgraph on: a viewer renames nothing, a key reads what its scope says', async () => {
      const query = `mutation { renameModel(input: { id: "${id('model', 'fraud')}", name: "x" }) { id } }`;
      expect(await graph.ask(query, { headers: { 'x-tiffin-user': 'viewer' } })).toMatchObject({
        data: { renameModel: null },
        errors: [{ path: ['renameModel'], extensions: { code: 'FORBIDDEN', allowed: ['role developer'] } }],
      });
      const headers = { authorization: `Bearer ${testKeys.with('registry:read')}` };
      const mixed = await graph.ask('{ models { name risk } whoAmI }', { headers });
      expect(mixed.data).toEqual({
        models: ['fraud', 'churn', 'lone'].map((name) => ({ name, risk: null })),
        whoAmI: 'key:with-registry:read',
      });
      expect(mixed.errors!.map(({ extensions }) => extensions.code)).toEqual(Array(3).fill('FORBIDDEN'));
    });
  });

  describe('nulls', () => {
    it('costs a dead reference its field, without an error, where null may be', async () => {
      expect(await graph.ask('{ models { goneService { id name } services { name } } }')).toEqual({
        status: 200,
        data: {
          models: [1, 2, 3].map(() => ({ goneService: null, services: [{ name: 'fraud' }, null, { name: 'churn' }] })),
        },
      });
    });

    it('takes along what surrounds a null that may not be, and says where', async () => {
      expect(await graph.ask('{ alerts { id strictModel { name } } }')).toEqual({
        status: 200,
        data: { alerts: null },
        errors: [
          {
            message: 'Cannot return null for non-nullable field Alert.strictModel.',
            path: ['alerts', 2, 'strictModel'],
            extensions: { code: 'NOT_FOUND' },
          },
        ],
      });
      const lists = await graph.ask('{ modelPage(first: 1) { nodes { name strictServices { name } } } }');
      expect(lists.data).toEqual({ modelPage: { nodes: [{ name: 'fraud', strictServices: null }] } });
      expect(lists.errors).toMatchObject([{ path: ['modelPage', 'nodes', 0, 'strictServices', 1] }]);
    });

    it('lets an error of a subgraph explain the null that it caused, once', async () => {
      expect(await graph.ask('{ models { name strictBroken } }')).toEqual({
        status: 200,
        data: { models: null },
        errors: [
          {
            message: 'churn is being changed',
            path: ['models', 1, 'strictBroken'],
            extensions: { code: 'CONFLICT' },
          },
        ],
      });
    });
  });

  describe('node', () => {
    it('finds what an id names, in every subgraph', async () => {
      const { data, errors } = await graph.ask(
        `{ a: node(id: "${id('feature', 'amount')}") { id ... on Feature { name } }
           b: node(id: "${id('model', 'fraud')}") { __typename ... on Model { name health risk } }
           c: node(id: "${id('alert', 'a1')}") { ... on Node { id } ... on Alert { model { name } } } }`,
      );
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        a: { id: id('feature', 'amount'), name: 'amount' },
        b: { __typename: 'Model', name: 'fraud', health: 'good', risk: 2 },
        c: { id: id('alert', 'a1'), model: { name: 'fraud' } },
      });
    });

    it.each(['id', '__typename id', '... on Model { name health }', 'id ... on Model { risk }'])(
      'is null for an id that names nothing, asked for { %s }',
      async (fields) => {
        expect(await graph.ask(`{ node(id: "${id('model', 'deleted')}") { ${fields} } }`)).toEqual({
          status: 200,
          data: { node: null },
        });
      },
    );

    it('refuses what is no id, and a kind that is no node', async () => {
      expect(await graph.ask('{ node(id: "fraud") { id } }')).toMatchObject({
        data: { node: null },
        errors: [{ path: ['node'], extensions: { code: 'INVALID_INPUT', field: 'id' } }],
      });
      const { errors } = await graph.ask(`{ node(id: "${id('column', 'x')}") { id } }`);
      expect(errors![0].message).toContain('names a column');
      expect(errors![0].extensions.allowed).toEqual(['feature', 'feature-service', 'model', 'endpoint', 'alert']);
    });

    it('does not tell those who may not read it whether something exists', async () => {
      const headers = { authorization: `Bearer ${testKeys.with('metrics:read')}` };
      const answer = await graph.ask(`{ node(id: "${id('model', 'fraud')}") { id } }`, { headers });
      expect(answer).toMatchObject({ data: { node: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    });
  });

  describe('errors', () => {
    it('masks what is our bug and keeps what helps', async () => {
      const answer = await graph.ask('{ modelPage(first: 1) { nodes { name broken refused } } }');
      expect(answer.data).toEqual({ modelPage: { nodes: [{ name: 'fraud', broken: null, refused: null }] } });
      expect(answer.errors).toEqual([
        {
          message: 'internal error',
          path: ['modelPage', 'nodes', 0, 'broken'],
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
        {
          message: 'fraud is not approved',
          path: ['modelPage', 'nodes', 0, 'refused'],
          extensions: { code: 'FAILED_PRECONDITION', field: 'model', allowed: ['approve'] },
        },
      ]);
    });

    it.each([
      ['a missing variable', 'query ($first: Int!) { modelPage(first: $first) { nodes { id } } }', {}, '$first'],
      ['one of another type', 'query ($f: Int!) { modelPage(first: $f) { nodes { id } } }', { f: 'many' }, '$f'],
      [
        'a field that an input does not have',
        'mutation ($i: RenameModelInput!) { renameModel(input: $i) { id } }',
        { i: { id: 'a', name: 'b', colour: 'red' } },
        'colour',
      ],
    ])('refuses %s before anything is fetched', async (_, query, variables, named) => {
      const answer = await graph.ask(query, { variables });
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      expect(answer.errors![0].message).toContain(named);
      expect(answer.data).toBeUndefined();
      expect(graph.fetches).toEqual([]);
    });

    it('refuses text that is no GraphQL, unknown fields and unknown operations', async () => {
      const code = async (query: string, operationName?: string): Promise<unknown> => {
        const { status, errors } = await graph.ask(query, operationName === undefined ? {} : { operationName });
        return [status, errors![0].extensions.code];
      };
      expect(await code('{ models {')).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
      expect(await code('{ modles { id } }')).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
      expect(await code('query A { whoAmI } query B { whoAmI }')).toEqual([400, 'OPERATION_RESOLUTION_FAILURE']);
      expect(await code('query A { whoAmI }', 'C')).toEqual([400, 'OPERATION_RESOLUTION_FAILURE']);
      const two = await graph.ask('query A { a: whoAmI } query B { b: whoAmI }', { operationName: 'B' });
      expect(two.data).toEqual({ b: 'user:developer' });
    });
  });

  it('answers about the schema, alone and among other fields', async () => {
    const query = `{ __schema { queryType { name } } ...Q models { __typename } t: __type(name: "Model") { name } }
      fragment Q on Query { n: __type(name: "Node") { possibleTypes { name } } search { ... on Model { name } } }`;
    const { data, errors } = await graph.ask(query);
    expect(errors).toBeUndefined();
    expect(Object.keys(data)).toEqual(['__schema', 'n', 'search', 'models', 't']);
    expect(data).toMatchObject({
      __schema: { queryType: { name: 'Query' } },
      models: [1, 2, 3].map(() => ({ __typename: 'Model' })),
      t: { name: 'Model' },
    });
    expect(data.search[1]).toEqual({ name: 'fraud' });
    expect(data.n.possibleTypes).toHaveLength(5);
    expect(await graph.ask('{ __typename }')).toEqual({ status: 200, data: { __typename: 'Query' } });
    const spread = await graph.ask('{ t: __typename ...F __typename } fragment F on Query { models { name } }');
    expect(Object.keys(spread.data)).toEqual(['t', 'models', '__typename']);
    expect(spread.data.models).toHaveLength(3);
  });
});
