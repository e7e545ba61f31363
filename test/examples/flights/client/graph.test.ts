import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DEV_CONNECTION, type Connection } from '../../../../examples/flights/client/connection.ts';
import { download, isServed } from '../../../../examples/flights/client/files.ts';
import { Graph, nodesOf } from '../../../../examples/flights/client/graph.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface Door {
  readonly connection: Connection;
  readonly seen: { readonly headers: IncomingMessage['headers']; readonly body: any }[];
}

/** A server that gives these answers in turn, then the last again; `null` cuts the connection. */
async function open(
  answers: readonly ({ readonly status?: number; readonly body: unknown } | null)[],
  changes: Partial<Connection> = {},
): Promise<Door> {
  const seen: { headers: IncomingMessage['headers']; body: any }[] = [];
  const server = createServer((request, response) => void answerOne(request, response));
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    seen.push({ headers: request.headers, body: text === '' ? undefined : JSON.parse(text) });
    if (!answer) request.socket.destroy();
    response.statusCode = answer?.status ?? 200;
    response.end(typeof answer?.body === 'string' ? answer.body : JSON.stringify(answer?.body));
  };
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { connection: { ...DEV_CONNECTION, graphUrl: url, edgeUrl: url, ...changes }, seen };
}

const QUERY = 'query ($id: ID!) { model(id: $id) { id } }';
const Model = z.object({ id: z.string() });
const good = { body: { data: { model: { id: 'm' }, changeIt: { id: 'm' } } } };

describe('the graph, as the example asks it', () => {
  it('answers the root field, asked as a person', async () => {
    const { connection, seen } = await open([good]);
    expect(await new Graph(connection).ask(Model, QUERY, { id: 'm' })).toEqual({ id: 'm' });
    expect(seen[0]).toMatchObject({
      headers: { 'x-tiffin-user': 'developer' },
      body: { query: QUERY, variables: { id: 'm' } },
    });
  });

  it('sends a mutation with its input as the person who makes it, by token where there is one', async () => {
    const { connection, seen } = await open([good], { tokens: { approver: 'secret' } });
    await new Graph(connection).change(z.unknown(), 'approveModelVersion', { id: 'm' }, '{ id }', 'approver');
    await new Graph(connection).change(z.unknown(), 'submitModelVersion', { id: 'm' }, '{ id }');
    expect(seen[0]!.headers.authorization).toBe('Bearer secret');
    expect(seen[0]!.headers['x-tiffin-user']).toBeUndefined();
    expect(seen.map(({ body }) => body.query)).toEqual([
      'mutation ($input: ApproveModelVersionInput!) { approveModelVersion(input: $input) { id } }',
      'mutation ($input: ModelVersionStepInput!) { submitModelVersion(input: $input) { id } }',
    ]);
  });

  it('repeats a query, and a mutation that changes nothing twice, when the connection breaks', async () => {
    const { connection, seen } = await open([null, { status: 503, body: {} }, good]);
    expect(await new Graph(connection).ask(Model, QUERY)).toEqual({ id: 'm' });
    expect(seen).toHaveLength(3);
    const again = await open([null, good]);
    expect(await new Graph(again.connection).define(Model, 'defineIt', {}, '{ id }')).toEqual({ id: 'm' });
  });

  it('makes any other mutation once, and says what to do when nobody answers', async () => {
    const { connection, seen } = await open([null, good]);
    await expect(new Graph(connection).change(Model, 'changeIt', {}, '{ id }')).rejects.toThrow(
      /does not answer \(.+\)\. Do the servers run\? "npm start" starts them/,
    );
    expect(seen).toHaveLength(1);
  });

  it.each([
    [
      'an error of the graph',
      200,
      { errors: [{ message: 'no such name', extensions: { code: 'NOT_FOUND' } }] },
      'model: no such name (NOT_FOUND)',
    ],
    ['a problem of the gateway', 401, { title: 'no key', detail: 'send a token' }, 'model: 401 send a token'],
    ['a page that is no graph', 200, '<html></html>', 'model: 200 <html></html>'],
    ['nothing at all', 500, '', 'model: 500 is not the answer of a graph'],
    ['another shape than it must have', 200, { data: { model: { id: 5 } } }, /expected string/],
  ])('throws for %s', async (_, status, body, message) => {
    const { connection } = await open([{ status, body }]);
    await expect(new Graph(connection).ask(Model, QUERY)).rejects.toThrow(message);
  });

  it('reads the nodes of a connection', () => {
    expect(nodesOf(Model).parse({ edges: [{ node: { id: 'a' } }, { node: { id: 'b' } }] })).toEqual([
      { id: 'a' },
      { id: 'b' },
    ]);
  });
});

describe('files of the data plane', () => {
  it('says why one cannot be downloaded', async () => {
    const { connection, seen } = await open([{ status: 404, body: { title: 'there is no such training set' } }]);
    await expect(download(connection, '/v1/nothing', '/nowhere')).rejects.toThrow(
      'download of /v1/nothing: 404 there is no such training set',
    );
    expect(seen[0]!.headers.authorization).toBe('Bearer tiffin-dev');
  });

  it('tells whether the edge serves an endpoint', async () => {
    const { connection } = await open([{ status: 503, body: {} }, { body: {} }]);
    expect(await isServed(connection, 'flight-delay')).toBe(false);
    expect(await isServed(connection, 'flight-delay')).toBe(true);
  });
});
