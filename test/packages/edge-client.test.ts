import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createClient, EdgeProblem, type EdgeClient, type EdgeClientOptions } from '../../packages/edge/client.ts';
import { atEnd } from '../support/at-end.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const ANSWER = { id: '0190b6b1-7b7b-7b7b-8b7b-7b7b7b7b7b7b', score: 0.5 };

const say =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
const good = say(200, ANSWER);
const busy = (headers = {}): Answer => say(503, { title: 'busy', code: 'UNAVAILABLE', status: 503 }, headers);
const cut: Answer = (request) => void request.socket.destroy();
const hang: Answer = () => undefined;

/** A server that answers so, one request after the other, the last answer again and again; and a client of it. */
async function serving(
  answers: readonly Answer[],
  options: Partial<EdgeClientOptions> = {},
): Promise<{ client: EdgeClient; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? hang;
    asked.push(request.headers.authorization ?? '');
    request.resume();
    request.on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { client: createClient({ url: `http://127.0.0.1:${port}/`, key: 'k', ...options }), asked };
}

const problemOf = (asking: Promise<unknown>): Promise<any> =>
  asking.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );

describe('a remote client', () => {
  it('asks with its key, and says who answered', async () => {
    const { client, asked } = await serving([good]);
    expect(await client.predict('a/b', { inputs: {} })).toEqual({ ...ANSWER, source: 'remote' });
    expect(asked).toEqual(['Bearer k']);
    expect(await client.status()).toBeNull();
    expect(await client.whyRemote()).toContain('mode is remote');
  });

  it.each([
    ['a cut connection', cut],
    ['a busy edge', busy()],
    ['too many requests', say(429, { title: 'slow down', code: 'RESOURCE_EXHAUSTED' }, { 'retry-after': '0' })],
    ['a gateway that reached nobody', say(502, {})],
  ])('tries again after %s', async (_, trouble) => {
    const { client, asked } = await serving([trouble, trouble, good]);
    expect(await client.predict('e', { inputs: {} })).toMatchObject({ score: 0.5 });
    expect(asked.length).toBe(3);
  });

  it('gives up after so many tries, with the problem of the last', async () => {
    const { client, asked } = await serving([busy()], { retries: 1 });
    const problem = await problemOf(client.predict('e', { inputs: {} }));
    expect(problem).toBeInstanceOf(EdgeProblem);
    expect(problem).toMatchObject({ code: 'UNAVAILABLE', status: 503, message: 'busy', passes: true });
    expect(asked.length).toBe(2);
  });

  it('does not wait for a time that is beyond its own limit', async () => {
    const { client, asked } = await serving([busy({ 'retry-after': '3600' })], { timeoutMs: 20_000 });
    expect(await problemOf(client.predict('e', { inputs: {} }))).toMatchObject({ retryAfterMs: 3_600_000 });
    expect(asked.length).toBe(1);
  });

  it('tells what is wrong with a request at once, with its field', async () => {
    const wrong = {
      title: 'distance is missing',
      code: 'INVALID_INPUT',
      status: 422,
      field: 'distance',
      allowed: ['FLOAT64'],
    };
    const { client, asked } = await serving([say(422, wrong, { 'x-request-id': 'r1' })]);
    expect(await problemOf(client.predict('e', { inputs: {} }))).toMatchObject({
      message: 'distance is missing',
      code: 'INVALID_INPUT',
      field: 'distance',
      allowed: ['FLOAT64'],
      requestId: 'r1',
      passes: false,
    });
    expect(asked.length).toBe(1);
  });

  it('ends when its time is over, and when whoever asks gives up', async () => {
    const { client } = await serving([hang]);
    const late = await problemOf(client.predict('e', { inputs: {} }, { timeoutMs: 50 }));
    expect(late).toMatchObject({ name: 'EdgeProblem', code: 'TIMEOUT' });
    const giveUp = new AbortController();
    const asking = client.predict('e', { inputs: {} }, { signal: giveUp.signal });
    giveUp.abort();
    expect(await problemOf(asking)).toMatchObject({ name: 'AbortError' });
    expect(await problemOf(client.predict('e', { inputs: {} }, { signal: giveUp.signal }))).toMatchObject({
      name: 'AbortError',
    });
  });

  it('gives each row of many its answer, or its problem', async () => {
    const error = { type: 'x', title: 'distance: is text', status: 422, code: 'INVALID_INPUT', field: 'distance' };
    const { client } = await serving([say(200, { answered: 1, failed: 1, rows: [ANSWER, { error }], timings: {} })]);
    const [first, second] = await client.predictMany('e', [{ inputs: {} }, { inputs: {} }]);
    expect(first).toEqual({ ...ANSWER, source: 'remote' });
    expect(second).toBeInstanceOf(EdgeProblem);
    expect(second).toMatchObject({ message: 'distance: is text', field: 'distance' });
  });

  it('says why an outcome was not taken', async () => {
    const rejected = [{ id: 'o', code: 'INVALID_INPUT', message: 'value: is text' }];
    const { client } = await serving([say(200, { acked: [], rejected })]);
    const outcome = { id: 'o', predictionId: ANSWER.id, value: 1, occurredAt: '2026-01-01T00:00:00Z' };
    expect(await problemOf(client.outcome(outcome))).toMatchObject({
      code: 'INVALID_INPUT',
      message: 'value: is text',
    });
  });

  it('is told where there is no edge at all', () => {
    expect(() => createClient({})).toThrow('url: say where the edge is');
  });

  it('has no local model outside of a browser, and asks the server without waiting', async () => {
    const { client } = await serving([good], { mode: 'localModel' });
    expect(await client.predict('e', { inputs: {} })).toMatchObject({ source: 'remote' });
    expect(await client.whyRemote()).toContain('no service workers');
    client.close();
  });
});
