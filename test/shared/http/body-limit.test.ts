import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticator } from '../../../subgraphs/shared/auth/authenticator.ts';
import { DataPlane, jsonBody, type DataPlaneEnv } from '../../../subgraphs/shared/http/data-plane.ts';
import { listen, type Listening } from '../../../subgraphs/shared/http/listen.ts';
import { problemHandler } from '../../../subgraphs/shared/http/problem-response.ts';
import { requestLog } from '../../../subgraphs/shared/http/request-log.ts';
import { testKeys } from '../../support/keys.ts';

const MEGABYTE = 1024 * 1024;
const log = pino({ level: 'silent' });
let server: Listening;
beforeAll(async () => {
  const app = new Hono<DataPlaneEnv>();
  app.use(requestLog(log));
  app.onError(problemHandler(log));
  const plane = new DataPlane(app, authenticator(testKeys.ring, new Uint8Array(32)));
  plane.route({ method: 'POST', path: '/echo', scope: 'none' }, async (c) => c.json({ got: await jsonBody(c) }));
  server = await listen(app, { host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close(0));

const send = (body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    ...({ duplex: 'half' } as object),
  });
const tooLarge = { status: 413, code: 'TOO_LARGE', maxBytes: MEGABYTE };

/** Sends everything, slowly if wanted, and reads nothing before: as most libraries for HTTP do. */
async function sendFirst(head: readonly string[], body: Buffer, pieces = 1): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  const received: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
  socket.pause();
  const write = (data: Buffer | string): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.write(data, (error) => (error ? reject(error) : resolve()));
    });
  const failed = ended.then(() => Promise.reject(new Error('the connection was cut')));
  failed.catch(() => undefined);
  const sending = async (): Promise<void> => {
    await write(`POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${head.join('\r\n')}\r\n\r\n`);
    const size = Math.ceil(body.length / pieces);
    for (let at = 0; at < body.length; at += size) {
      await write(body.subarray(at, at + size));
      if (pieces > 1) await sleep(100);
    }
  };
  await Promise.race([sending(), failed]);
  socket.on('data', (data) => received.push(data));
  socket.resume();
  for (const until = Date.now() + 20_000; received.length === 0 && Date.now() < until;) await sleep(20);
  socket.destroy();
  await ended.catch(() => undefined);
  return Buffer.concat(received).toString();
}

describe('a body beyond the limit', () => {
  it.each([2, 8, 30])('of %s MiB is refused each time, by a client that reads while it sends', async (megabytes) => {
    const body = JSON.stringify({ padding: 'x'.repeat(megabytes * MEGABYTE) });
    for (let times = 0; times < 3; times += 1) {
      const answer = await send(body);
      expect([answer.status, await answer.json()]).toMatchObject([413, tooLarge]);
    }
  });

  it('is refused in words to a client that reads only when it has sent everything', async () => {
    const body = Buffer.alloc(8 * MEGABYTE, 'x');
    for (let times = 0; times < 3; times += 1) {
      const answer = await sendFirst([`content-length: ${body.length}`], body);
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
      expect(answer).toContain('"code":"TOO_LARGE"');
    }
  });

  it('is refused in words to a slow one', async () => {
    const body = Buffer.alloc(3 * MEGABYTE, 'x');
    expect(await sendFirst([`content-length: ${body.length}`], body, 15)).toContain('"code":"TOO_LARGE"');
  });

  it('is refused where its length is not announced, and the connection goes on', async () => {
    const answer = await send(new Blob([new Uint8Array(3 * MEGABYTE).fill(120)]).stream() as never);
    expect([answer.status, await answer.json()]).toMatchObject([413, tooLarge]);
    expect(answer.headers.get('connection')).not.toBe('close');
  });

  it('that is far beyond everything is refused at once, and the connection ends', async () => {
    const answer = await sendFirst(['content-length: 5000000000'], Buffer.alloc(1_000, 'x'));
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
  });
});

it('keeps a connection for longer than the proxies before it', async () => {
  const { headers } = await send('{}');
  expect([headers.get('connection'), headers.get('keep-alive')]).toEqual(['keep-alive', 'timeout=75']);
});

describe('a body within the limit', () => {
  it('arrives whole, announced or in chunks', async () => {
    const text = JSON.stringify({ name: 'é'.repeat(100_000) });
    for (const body of [text, new Blob([text]).stream() as never]) {
      expect(await (await send(body)).json()).toEqual({ got: JSON.parse(text) });
    }
  });

  it('is refused where it is not UTF-8, however that is said', async () => {
    const latin1 = Buffer.from('{"name": "Müller"}', 'latin1');
    const answer = await send(latin1);
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { code: 'MALFORMED', title: 'body: is not UTF-8 text' },
    ]);
    const announced = await send(latin1, { 'content-type': 'application/json; charset=iso-8859-1' });
    expect([announced.status, await announced.json()]).toMatchObject([415, { code: 'UNSUPPORTED_MEDIA_TYPE' }]);
    const zipped = await send('{}', { 'content-encoding': 'gzip' });
    expect([zipped.status, await zipped.json()]).toMatchObject([415, { field: 'content-encoding' }]);
    const utf8 = await send('{"name": "Müller"}', { 'content-type': 'application/json; charset=UTF-8' });
    expect(await utf8.json()).toEqual({ got: { name: 'Müller' } });
  });
});
