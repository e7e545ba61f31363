import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { localPeer, remotePeer, serviceActor } from '../../subgraphs/shared/peer.ts';
import type { Subgraph } from '../../subgraphs/shared/subgraph.ts';

const secret = new Uint8Array(32).fill(3);
const actor = serviceActor('experiment', ['registry:read']);
const document = parse('mutation { moveTraffic }');

const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering =
  (status: number, body: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body);

describe('a peer', () => {
  it.each([
    ['a page', 200, '"It works"'],
    ['a list', 200, '[]'],
    ['data that is no object', 200, '{"data": 3}'],
    ['errors that are no list', 200, '{"data": null, "errors": "no"}'],
    ['a problem of its own', 500, '{"title": "internal error", "code": "INTERNAL"}'],
  ])('that answers %s is not available', async (_, status, body) => {
    const peer = remotePeer('registry', await serving(answering(status, body)), secret);
    await expect(peer.graphql(document, {}, actor)).rejects.toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      details: { subgraph: 'registry' },
    });
  });

  it('that refuses our token says which secret to look at', async () => {
    const url = await serving(answering(401, '{"title": "not valid", "code": "UNAUTHENTICATED"}'));
    const peer = remotePeer('registry', url, secret);
    await expect(peer.graphql(document, {}, actor)).rejects.toThrow('TIFFIN_INTERNAL_SECRET');
    await expect(peer.get('/internal/events', actor)).rejects.toThrow('TIFFIN_INTERNAL_SECRET');
  });

  it('hands on data and errors as they came', async () => {
    const refusal = { message: 'held', extensions: { code: 'CONFLICT', holder: 'x' } };
    const body = { data: { moveTraffic: null }, errors: [refusal] };
    const peer = remotePeer('registry', await serving(answering(200, JSON.stringify(body))), secret);
    expect(await peer.graphql(document, {}, actor)).toEqual(body);
  });

  it('that says nothing costs its time and no more, over HTTP', async () => {
    const peer = remotePeer('registry', await serving(() => undefined), secret, 200);
    const timeout = { code: 'TIMEOUT', details: { subgraph: 'registry', timeoutMs: 200 } };
    await expect(peer.graphql(document, {}, actor)).rejects.toMatchObject(timeout);
    await expect(peer.get('/internal/events', actor)).rejects.toMatchObject(timeout);
  });

  it('that says nothing costs its time and no more, in this process', async () => {
    const silent = { execute: () => new Promise(() => undefined) } as unknown as Subgraph;
    const peer = localPeer('registry', () => silent, secret, 200);
    await expect(peer.graphql(document, {}, actor)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('that has not started is not available', async () => {
    const peer = localPeer('registry', () => undefined, secret);
    await expect(peer.graphql(document, {}, actor)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    await expect(peer.get('/internal/events', actor)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  it('gives up a long read when its caller does', async () => {
    const peer = remotePeer('registry', await serving(() => undefined), secret);
    await expect(peer.get('/internal/events', actor, AbortSignal.timeout(100))).rejects.toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
    });
  });
});
