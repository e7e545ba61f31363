import { rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { readConfig } from '../../edge/adapters/node/config.ts';
import { startEdge, type RunningEdge } from '../../edge/adapters/node/main.ts';
import { TestControlPlane } from './support/control-plane.ts';
import {
  CLIENT_KEY,
  edgeHere,
  edgePlace,
  edgeProcess,
  get,
  post,
  until,
  type EdgePlace,
} from './support/edge-process.ts';
import { recipe, release, slowModel } from './support/release.ts';

const path = '/v1/predict/fraud-decision';
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

let control: TestControlPlane;
let place: EdgePlace;
let edge: RunningEdge | undefined;

beforeEach(async () => {
  control = await TestControlPlane.start();
  place = edgePlace(control);
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await control.down();
  place.remove();
});

async function start(): Promise<void> {
  await control.publish([await release()]);
  edge = await edgeHere(place);
  await until('it serves', async () => (await post(edge!.url, path, body)).status === 200);
}

describe('a batch', () => {
  it('reads the features of all its rows at once', async () => {
    await start();
    for (const user of ['u1', 'u2', 'u3']) control.features.set(user, { amount_24h: 1, count_1h: 2, ageMs: 10 });
    const reads = (): number => control.requests.filter((one) => one.includes('/v1/features/read')).length;
    const before = reads();
    const rows = ['u1', 'u2', 'u3', 'unknown'].map((user_id) => ({ inputs: { user_id, amount: 1 } }));
    const { body: answer } = await post(edge!.url, `${path}/batch`, { rows });
    expect(reads() - before).toBe(1);
    expect(answer.rows.map((row: any) => row.features?.user_txn__amount_24h.value ?? row.error.cause)).toEqual([
      1,
      1,
      1,
      'FEATURES_MISSING',
    ]);
    await until('each answer is stored', () => answer.rows.slice(0, 3).every(({ id }: any) => control.stored.has(id)));
  });
});

interface Chunked {
  readonly status: number;
  readonly text: string;
  readonly connection: string | undefined;
}

/** A body piece by piece, without saying how long it will be. */
function chunked(pieces: readonly string[]): Promise<Chunked> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' };
    const sent = request(edge!.url + path, { method: 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, connection: answer.headers.connection }));
    });
    sent.on('error', reject);
    for (const piece of pieces) sent.write(piece);
    sent.end();
  });
}

describe('a body over HTTP', () => {
  beforeEach(start);

  it('may come in pieces, cut anywhere', async () => {
    const text = JSON.stringify({ ...body, inputs: { ...body.inputs, note: 'žluťoučký' } });
    const bytes = [...Buffer.from(text)];
    const answer = await chunked([text.slice(0, 7), text.slice(7)]);
    expect([answer.status, bytes.length > 20]).toEqual([200, true]);
  });

  it.each([
    ['announced', () => post(edge!.url, path, { ...body, id: 'x'.repeat(1_100_000) })],
    ['in pieces', () => chunked([' '.repeat(600_000), ' '.repeat(600_000)])],
  ])('is refused beyond 1 MiB: %s', async (_, send) => {
    expect((await send()).status).toBe(413);
    expect((await post(edge!.url, path, body)).status).toBe(200);
  });

  it('that is too large in pieces ends its connection, and says so', async () => {
    expect(await chunked([' '.repeat(600_000), ' '.repeat(600_000)])).toMatchObject({
      status: 413,
      connection: 'close',
    });
  });

  it.each(['announced', 'in pieces'])('that the caller breaks off is the caller’s, not ours: %s', async (how) => {
    await edge!.stop();
    const lines: string[] = [];
    edge = await startEdge(readConfig(place.env), {
      log: pino({ level: 'error' }, { write: (line) => lines.push(line) }),
    });
    const headers = {
      authorization: `Bearer ${CLIENT_KEY}`,
      'content-type': 'application/json',
      ...(how === 'announced' && { 'content-length': '500' }),
    };
    const hanging = request(edge.url + path, { method: 'POST', headers });
    hanging.on('error', () => {});
    hanging.write('{"inputs"');
    await sleep(100);
    hanging.destroy();
    await until('it is counted as the caller’s', async () =>
      (await get(edge!.url, '/metrics')).body.includes('failure_total{model="fraud-decision",code="MALFORMED"} 1'),
    );
    expect(lines).toEqual([]);
  });

  it('that never ends holds up nobody else', async () => {
    const headers = {
      authorization: `Bearer ${CLIENT_KEY}`,
      'content-type': 'application/json',
      'content-length': '500',
    };
    const hanging = request(edge!.url + path, { method: 'POST', headers });
    hanging.on('error', () => {});
    hanging.write('{"inputs"');
    await sleep(30);
    expect((await post(edge!.url, path, body)).status).toBe(200);
    hanging.destroy();
  });
});

it('each answer bears its id, which is that of the request where it has one', async () => {
  await start();
  const asked: readonly [string, { method?: string; body?: string; headers?: Record<string, string> }, number][] = [
    [path, { method: 'POST', body: JSON.stringify(body) }, 200],
    [path, { method: 'HEAD' }, 405],
    [path, { method: 'POST', body: '{' }, 400],
    [path, { method: 'POST', body: '{}', headers: { authorization: 'Bearer no' } }, 401],
    ['/nowhere', {}, 404],
    ['/livez', {}, 200],
    ['/metrics', { headers: { 'accept-encoding': 'gzip' } }, 200],
    ['/v2/models/fraud-decision', {}, 200],
  ];
  for (const [to, { headers, ...init }, status] of asked) {
    const own = { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json', ...headers };
    const named = await fetch(edge!.url + to, { ...init, headers: { ...own, 'x-request-id': 'r-1' } });
    expect([to, named.status, named.headers.get('x-request-id')]).toEqual([to, status, 'r-1']);
    const unnamed = await fetch(edge!.url + to, { ...init, headers: own });
    expect(unnamed.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    await Promise.all([named.text(), unnamed.text()]);
  }
});

it('keeps a connection for longer than the proxies before it', async () => {
  await start();
  const { headers } = await fetch(`${edge!.url}/livez`);
  expect([headers.get('connection'), headers.get('keep-alive')]).toEqual(['keep-alive', 'timeout=75']);
});

describe('starting', () => {
  it('says which port is taken', async () => {
    await start();
    const port = new URL(edge!.url).port;
    const second = edgePlace(control, { TIFFIN_EDGE_PORT: port });
    await expect(edgeHere(second)).rejects.toThrow(`port ${port} on 127.0.0.1 is taken`);
    second.remove();
  });

  it.each<[string, string, string | null, string]>([
    ['a missing keys file', 'TIFFIN_KEYS_FILE', null, 'a list of keys cannot be read'],
    ['a broken keys file', 'TIFFIN_KEYS_FILE', '[{"id":1}]', 'does not hold a list of keys as JSON'],
    [
      'a keys file with keys in clear',
      'TIFFIN_KEYS_FILE',
      '[{"id":"a","sha256":"secret","scopes":[]}]',
      'does not hold a list',
    ],
    [
      'a trusted key that is none',
      'TIFFIN_TRUSTED_KEYS_FILE',
      '{"k":"AAAA"}',
      'the trusted key "k" is not 32 bytes of Ed25519',
    ],
    ['no trusted keys file', 'TIFFIN_TRUSTED_KEYS_FILE', null, 'cannot be read'],
  ])('refuses %s and says what should be in it', async (_, name, content, message) => {
    const file = place.env[name]!;
    if (content === null) rmSync(file);
    else writeFileSync(file, content);
    await expect(edgeHere(place)).rejects.toThrow(message);
  });

  it('in a process of its own says on one line why it cannot', async () => {
    place = edgePlace(control, { TIFFIN_EDGE_PORT: 'x', TIFFIN_CONTROL_URL: '' });
    const failed = edgeProcess(place);
    await expect(failed).rejects.toThrow('the edge could not start: the settings are not right');
    await expect(failed).rejects.toThrow(
      /TIFFIN_EDGE_PORT[^]*TIFFIN_CONTROL_URL|TIFFIN_CONTROL_URL[^]*TIFFIN_EDGE_PORT/,
    );
  });
});

it('health does not wait for predictions', async () => {
  const one = await release({
    model: slowModel(),
    recipe: { ...recipe, budgets: { featuresMs: 5_000, totalMs: 10_000 } },
  });
  await control.publish([one]);
  edge = await edgeHere(place);
  await until('it serves', async () => (await post(edge!.url, path, body)).status === 200);
  control.faults.features = 'SLOW';
  const waiting = Array.from({ length: 50 }, () => post(edge!.url, path, { inputs: body.inputs }));
  const before = performance.now();
  for (const health of ['/livez', '/readyz', '/v2/health/live', '/v2/health/ready']) {
    expect((await fetch(edge.url + health)).status).toBe(200);
  }
  expect(performance.now() - before).toBeLessThan(1_500);
  control.faults.features = 'FAIL';
  await Promise.all(waiting);
});
