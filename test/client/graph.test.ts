import { describe, expect, it } from 'vitest';
import { Client } from '../../client/client.ts';
import { ClientError } from '../../client/client-error.ts';
import { operation } from '../../client/operation.ts';
import { nodesOf, type Page } from '../../client/pages.ts';
import { freePort } from '../support/install.ts';
import { serve } from './fake-server.ts';

interface Model {
  readonly model: { readonly id: string } | null;
}
const FindModel = operation<Model, { id: string }>(
  'query',
  'FindModel',
  'query FindModel($id: ID!) { model(id: $id) { id } }',
);
const ChangeModel = operation<{ changeModel: { id: string } | null }, { id: string }>(
  'mutation',
  'ChangeModel',
  'mutation ChangeModel($id: ID!) { changeModel(id: $id) { id } }',
);
const good = { body: { data: { model: { id: 'm' } } } };
const changed = { body: { data: { changeModel: { id: 'm' } } } };
const graphqlError = (message: string, extensions: object, more: object = {}) => ({
  body: { data: null, errors: [{ message, extensions, ...more }] },
});

const failureOf = (work: Promise<unknown>): Promise<ClientError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(ClientError);
      return error as ClientError;
    },
  );

describe('one operation', () => {
  it.each(['', '/', '/graphql', '/graphql/', '/graphiql'])(
    'is sent to the graph of a URL that ends with "%s"',
    async (end) => {
      const { url, seen } = await serve([good]);
      const { graph } = new Client({ graphUrl: `${url}${end}`, identity: { user: 'viewer' } });
      expect(await graph.run(FindModel, { id: 'm' })).toEqual({ model: { id: 'm' } });
      expect(seen).toMatchObject([
        {
          method: 'POST',
          path: '/graphql',
          headers: { 'x-tiffin-user': 'viewer' },
          body: { query: FindModel.text, variables: { id: 'm' }, operationName: 'FindModel' },
        },
      ]);
    },
  );

  it('is asked by token, by key, or by somebody else', async () => {
    const { url, seen } = await serve([good]);
    const client = new Client({ graphUrl: url, key: 'a-key', identity: { token: 'a-token' } });
    for (const { graph } of [client, client.as({ user: 'approver' }), new Client({ graphUrl: url, key: 'a-key' })])
      await graph.run(FindModel, { id: 'm' });
    expect(seen.map(({ headers }) => headers.authorization ?? headers['x-tiffin-user'])).toEqual([
      'Bearer a-token',
      'approver',
      'Bearer a-key',
    ]);
  });

  it('answers with its one root field, and says when there is none', async () => {
    const { url } = await serve([good, { body: { data: { model: null } } }]);
    const { graph } = new Client({ graphUrl: url });
    expect(await graph.field(FindModel, { id: 'm' })).toEqual({ id: 'm' });
    expect(await failureOf(graph.field(FindModel, { id: 'm' }))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('what is asked again', () => {
  it('a query whose connection broke, or that met a part that is away', async () => {
    const { url, seen } = await serve([null, { status: 503, body: {} }, good]);
    expect(await new Client({ graphUrl: url }).graph.run(FindModel, { id: 'm' })).toEqual({ model: { id: 'm' } });
    expect(seen).toHaveLength(3);
  });

  it('a query that a subgraph did not answer in time', async () => {
    const { url, seen } = await serve([graphqlError('too slow', { code: 'TIMEOUT' }), good]);
    await new Client({ graphUrl: url }).graph.run(FindModel, { id: 'm' });
    expect(seen).toHaveLength(2);
  });

  it('no mutation, unless it says that it changes nothing when it is made twice', async () => {
    const { url, seen } = await serve([graphqlError('too slow', { code: 'TIMEOUT' }), changed]);
    const { graph } = new Client({ graphUrl: url });
    expect(await failureOf(graph.run(ChangeModel, { id: 'm' }))).toMatchObject({
      code: 'TIMEOUT',
      message: 'ChangeModel: too slow (TIMEOUT)',
      inDoubt: true,
      passes: true,
    });
    expect(seen).toHaveLength(1);
    const other = await serve([null, graphqlError('too slow', { code: 'TIMEOUT' }), changed]);
    await new Client({ graphUrl: other.url }).graph.run(ChangeModel, { id: 'm' }, { repeatable: true });
    expect(other.seen).toHaveLength(3);
  });

  it('nothing on a connection that was kept, which the server could close under a mutation', async () => {
    const { url, seen, connections } = await serve([good, changed]);
    const { graph } = new Client({ graphUrl: url });
    await graph.run(FindModel, { id: 'm' });
    for (let i = 0; i < 2; i++) await graph.run(ChangeModel, { id: 'm' });
    expect(seen.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close']);
    expect(connections()).toBe(3);
  });
});

describe('what goes wrong', () => {
  it('says code, field, what is allowed, and where', async () => {
    const details = { code: 'INVALID_INPUT', field: 'input.name', allowed: ['a', 'b'], holder: 'x' };
    const { url } = await serve([graphqlError('name: must be a or b', details, { path: ['model', 'name'] })]);
    expect(await failureOf(new Client({ graphUrl: url }).graph.run(FindModel, { id: 'm' }))).toMatchObject({
      message: 'model.name: name: must be a or b (INVALID_INPUT)',
      code: 'INVALID_INPUT',
      field: 'input.name',
      allowed: ['a', 'b'],
      path: ['model', 'name'],
      details: { holder: 'x' },
      inDoubt: false,
      passes: false,
    });
  });

  it.each([
    [
      'a problem of the gateway',
      401,
      { title: 'no key', code: 'UNAUTHENTICATED' },
      'FindModel: no key (401 UNAUTHENTICATED)',
    ],
    ['a page that is no graph', 200, '<html></html>', 'FindModel: <html></html> (200 MALFORMED)'],
    ['nothing at all', 500, '', 'FindModel: no word of why (500 INTERNAL_SERVER_ERROR)'],
    ['null', 200, 'null', 'FindModel: null (200 MALFORMED)'],
  ])('is said in words for %s', async (_, status, body, message) => {
    const { url } = await serve([{ status, body }]);
    expect(await failureOf(new Client({ graphUrl: url }).graph.run(FindModel, { id: 'm' }))).toMatchObject({
      message,
      status,
    });
  });

  it('is no doubt where nobody listens, and one where the connection broke', async () => {
    const { url } = await serve([null]);
    const broke = await failureOf(new Client({ graphUrl: url }).graph.run(ChangeModel, { id: 'm' }));
    expect(broke).toMatchObject({ code: 'UNAVAILABLE', inDoubt: true, status: undefined });
    const graphUrl = `http://127.0.0.1:${await freePort()}`;
    const nobody = await failureOf(new Client({ graphUrl }).graph.run(ChangeModel, { id: 'm' }));
    expect(nobody.inDoubt).toBe(false);
    expect(nobody.message).toMatch(/^http:\/\/127.0.0.1:\d+ does not answer \(.+\)$/);
  });

  it('gives up after its time, and when it is told to', async () => {
    const slow = await serve(['never']);
    const late = new Client({ graphUrl: slow.url, timeoutMs: 50 });
    expect(await failureOf(late.graph.run(ChangeModel, { id: 'm' }))).toMatchObject({ code: 'UNAVAILABLE' });
    const signal = AbortSignal.abort();
    const given = new Client({ graphUrl: slow.url }).graph.run(FindModel, { id: 'm' }, { signal });
    expect(await failureOf(given)).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('a list', () => {
  const ListModels = operation<{ models: Page<{ id: string }> | null }, { first: number; after?: string | null }>(
    'query',
    'ListModels',
    'query ListModels { models }',
  );
  const page = (ids: readonly string[], endCursor: string | null) => ({
    body: {
      data: {
        models: {
          edges: ids.map((id) => ({ node: { id } })),
          pageInfo: { hasNextPage: endCursor !== null, endCursor },
        },
      },
    },
  });

  it('is read page by page, each behind the one before', async () => {
    const { url, seen } = await serve([page(['a', 'b'], 'two'), page([], 'three'), page(['c'], null)]);
    const found: string[] = [];
    const { graph } = new Client({ graphUrl: url });
    for await (const { id } of nodesOf(graph, ListModels, { first: 2 }, ({ models }) => models)) found.push(id);
    expect(found).toEqual(['a', 'b', 'c']);
    expect(seen.map(({ body }) => body.variables)).toEqual([
      { first: 2, after: null },
      { first: 2, after: 'two' },
      { first: 2, after: 'three' },
    ]);
  });

  it('asks for no page that nobody reads, and ends where there is none', async () => {
    const { url, seen } = await serve([page(['a'], 'two'), { body: { data: { models: null } } }]);
    const { graph } = new Client({ graphUrl: url });
    for await (const _ of nodesOf(graph, ListModels, { first: 1 }, ({ models }) => models)) break;
    expect(seen).toHaveLength(1);
    for await (const _ of nodesOf(graph, ListModels, { first: 1 }, ({ models }) => models))
      throw new Error('a node of nothing');
  });
});
