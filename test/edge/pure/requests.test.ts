import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Traffic } from '../../../schema/manifest.ts';
import { benchApp, KEY, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { release } from '../support/release.ts';

const path = '/v1/predict/fraud-decision';
const infer = '/v2/models/fraud-decision/infer';
const inputs = { user_id: 'u1', amount: 2 };
const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };
const tensor = { name: 'features', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] };
const NOW = Date.parse('2026-06-01T12:00:00Z');

let bench: BenchApp;
const open = async (options: Partial<BenchOptions> = {}): Promise<BenchApp> =>
  (bench = await benchApp({ releases: [await release()], ...options }));
afterEach(() => bench.close());

const split = ([digest]: readonly string[]): Traffic => [
  {
    kind: 'ALLOCATION',
    holder: 'tiffin:default:experiment:e1',
    holderRevision: 1,
    seed: 's',
    hashVersion: 2,
    unit: 'user_id',
    arms: [{ arm: 'a', release: digest!, ranges: [[0, 1]] }],
    endsAt: null,
  },
  { kind: 'DEFAULT', release: digest! },
];

const send = (to: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(
    bench.app.request(to, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    }),
  );
const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('what could not be recorded is refused', () => {
  it.each([
    ['2100-01-01T00:00:00.000Z', 422],
    ['1960-01-01T00:00:00.000Z', 422],
    ['1969-12-31T23:59:59.999Z', 422],
    ['1970-01-01T00:00:00Z', 200],
    ['2026-06-02T12:00:00Z', 200],
    ['2026-06-02T12:00:00.001Z', 422],
    ['2001-02-30T00:00:00Z', 422],
  ])('at: %s → %i', async (at, status) => {
    await open({ nowMs: () => NOW });
    const answer = await bench.post(path, { inputs, features, at });
    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body).toMatchObject({ code: 'INVALID_INPUT', field: 'at' });
  });

  it.each([
    ['U+0000', '\u0000'],
    ['half of a pair', '\ud800'],
    ['the other half', '\udc00'],
  ])('text with %s, by the name of its field', async (_, wrong) => {
    await open();
    for (const [change, field] of [
      [{ inputs: { ...inputs, user_id: `a${wrong}b` } }, 'user_id'],
      [{ inputs: { ...inputs, note: wrong } }, 'note'],
      [{ id: wrong }, 'id'],
    ] as const) {
      const { status, body } = await bench.post(path, { inputs, features, ...change });
      expect([status, body.code, body.field]).toEqual([422, 'INVALID_INPUT', field]);
    }
    const { status, body } = await bench.post(infer, { inputs: [tensor], parameters: { user_id: `a${wrong}` } });
    expect([status, body.error]).toEqual([
      400,
      'parameters.user_id: the text holds U+0000 or half of a surrogate pair',
    ]);
    expect(await bench.records()).toEqual([]);
  });

  it('text of whole characters is kept as it is', async () => {
    await open();
    const note = 'žluťoučký 🐎 \ufffd \u007f';
    expect((await bench.post(path, { inputs: { ...inputs, note }, features })).status).toBe(200);
    expect((await bench.records())[0].inputs.note).toBe(note);
  });

  it.each([path, infer])('a body that is not UTF-8, on %s', async (to) => {
    await open();
    const text = JSON.stringify(
      to === path ? { inputs: { ...inputs, user_id: 'René' }, features } : { id: 'René', inputs: [tensor] },
    );
    expect((await send(to, latin1(text))).status).toBe(400);
    expect((await send(to, text)).status).toBe(200);
  });

  it('a unit that is too long to be counted, and only where traffic looks at it', async () => {
    await open({ traffic: split });
    const { status, body } = await bench.post(path, { inputs: { ...inputs, user_id: 'L'.repeat(513) }, features });
    expect([status, body.field]).toEqual([422, 'user_id']);
    expect((await bench.post(path, { inputs: { ...inputs, user_id: 'L'.repeat(512) }, features })).status).toBe(200);
    expect((await bench.records()).map(({ kind }) => kind)).toEqual(['prediction', 'exposure']);
    await bench.close();
    await open();
    expect((await bench.post(path, { inputs: { ...inputs, user_id: 'L'.repeat(513) }, features })).status).toBe(200);
  });

  it('outcomes of times that could not be stored, one by one', async () => {
    await open({ nowMs: () => NOW });
    const predictionId = '0190b6b1-7b7b-7b7b-8b7b-7b7b7b7b7b7b';
    const outcome = (n: number, occurredAt: string) => ({
      id: `0190b6b1-7b7b-7b7b-8b7b-00000000000${n}`,
      predictionId,
      value: 1,
      occurredAt,
    });
    const outcomes = [
      outcome(1, '2100-01-01T00:00:00Z'),
      outcome(2, '2026-06-01T00:00:00Z'),
      outcome(3, '1960-01-01T00:00:00Z'),
    ];
    const { body } = await bench.post('/v1/outcomes', { outcomes });
    expect(body.acked).toEqual([outcomes[1]!.id]);
    expect(body.rejected.map(({ id, code }: any) => [id, code])).toEqual([
      [outcomes[0]!.id, 'OUT_OF_RANGE'],
      [outcomes[2]!.id, 'OUT_OF_RANGE'],
    ]);
  });
});

describe('ids', () => {
  it('of outcomes are taken in any case, answered as they were sent, and kept in lower case', async () => {
    await open();
    const id = '0190B6B1-7B7B-7B7B-8B7B-00000000000A';
    const predictionId = '0190B6B1-7B7B-7B7B-8B7B-7B7B7B7B7B7B';
    const outcome = { id, predictionId, value: 1, occurredAt: '2026-01-01T00:00:00Z' };
    const { body } = await bench.post('/v1/outcomes', { outcomes: [outcome] });
    expect(body).toEqual({ acked: [id], rejected: [] });
    expect(await bench.records()).toMatchObject([
      { id: id.toLowerCase(), predictionId: predictionId.toLowerCase(), value: 1 },
    ]);
  });
});

describe('traffic on /v2', () => {
  it.each([17, true, ['u1'], { a: 1 }])('refuses a unit of another type: %j', async (user_id) => {
    await open({ traffic: split });
    const { status, body } = await bench.post(infer, { inputs: [tensor], parameters: { user_id } });
    expect(status).toBe(400);
    expect(body.error).toContain('user_id is STRING');
  });

  it('takes a unit of its type, and parameters that are no inputs', async () => {
    await open({ traffic: split });
    const parameters = { user_id: 'u1', priority: 3 };
    const { status, body } = await bench.post(infer, { inputs: [tensor], parameters });
    expect([status, body.parameters.arm]).toEqual([200, 'a']);
  });
});

describe('metrics', () => {
  it('count what /v2 refuses and time what it answers', async () => {
    await open();
    for (let i = 0; i < 5; i++) await bench.post(infer, { inputs: [{ ...tensor, data: [1] }] });
    await bench.post(infer, 'no JSON');
    await bench.post('/v2/models/nothing/infer', { inputs: [tensor] });
    await bench.post(infer, { inputs: [tensor] });
    const { body } = await bench.get('/metrics');
    for (const line of [
      'model_infer_request_failure_total{model="fraud-decision",code="INVALID_INPUT"} 5',
      'model_infer_request_failure_total{model="fraud-decision",code="MALFORMED"} 1',
      'model_infer_request_failure_total{model="nothing",code="NOT_FOUND"} 1',
      'prediction_duration_seconds_count 1',
    ]) {
      expect(body).toContain(line);
    }
  });

  it('keep to the conventions of their names', async () => {
    await open();
    const { body } = await bench.get('/metrics');
    const families = [...String(body).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(
      ([, name, type]) => [name!, type!] as const,
    );
    expect(families.length).toBeGreaterThan(20);
    for (const [name, type] of families) {
      expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
      expect(body, `${name} says what it is`).toMatch(new RegExp(`^# HELP ${name} \\S.*\\.$`, 'm'));
    }
  });
});

const preflight = (from: string): Response | Promise<Response> =>
  bench.app.request(path, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });

describe('a browser', () => {
  const origin = 'https://shop.example';
  it('may ask from the origins of the settings, without a key first', async () => {
    await open({ corsOrigins: [origin, 'https://app.example'] });
    const allowed = await preflight(origin);
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,HEAD,POST',
      'access-control-allow-headers': expect.stringContaining('authorization,content-type'),
      vary: expect.stringContaining('Origin'),
    });
    const answer = await bench.post(path, { inputs, features }, { origin });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
  });

  it('sees errors as well', async () => {
    await open({ corsOrigins: [origin] });
    for (const [to, status] of [
      [path, 422],
      [infer, 400],
      ['/v1/predict/nothing', 422],
      ['/nothing', 404],
    ] as const) {
      const answer = await bench.post(to, {}, { origin });
      expect([answer.status, answer.headers.get('access-control-allow-origin')], to).toEqual([
        to.endsWith('predict/nothing') ? 404 : status,
        origin,
      ]);
    }
  });

  it('may not from another origin, nor from any where none is set', async () => {
    await open({ corsOrigins: [origin] });
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    await bench.close();
    await open();
    const answer = await preflight(origin);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  });

  it('may from anywhere where that is said', async () => {
    await open({ corsOrigins: ['*'] });
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('compression', () => {
  it('of a body is undone', async () => {
    await open();
    const body = new Uint8Array(gzipSync(JSON.stringify({ inputs, features })));
    expect((await send(path, body, { 'content-encoding': 'gzip' })).status).toBe(200);
    const refused = await send(path, body, { 'content-encoding': 'br' });
    expect([refused.status, refused.headers.get('accept-encoding')]).toEqual([415, 'identity, gzip, deflate']);
  });

  it.each([
    ['gzip', true],
    ['br, gzip;q=0.5', true],
    ['*', true],
    ['gzip;q=0', false],
    ['br', false],
    ['', false],
  ])('of a long answer is made where "%s" asks for it: %s', async (accepted, isCompressed) => {
    await open();
    const answer = await bench.app.request('/openapi.json', { headers: { 'accept-encoding': accepted } });
    expect(answer.headers.get('content-encoding')).toBe(isCompressed ? 'gzip' : null);
    expect(answer.headers.get('vary')).toContain('accept-encoding');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(JSON.parse((isCompressed ? gunzipSync(bytes) : bytes).toString()).openapi).toBe('3.1.0');
  });

  it('of a short answer is not worth it', async () => {
    await open();
    const answer = await bench.post(path, { inputs, features }, { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-encoding')).toBeNull();
  });
});

describe('the rate limit', () => {
  it('holds each key to its requests a second, says when to come back, and leaves metrics alone', async () => {
    let clock = 0;
    await open({ rateLimit: 3, monotonicMs: () => clock });
    const ask = (key = KEY) => bench.post(path, { inputs, features }, { authorization: `Bearer ${key}` });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await ask()).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const { body, headers } = await ask();
    expect(body).toMatchObject({ code: 'RATE_LIMITED', limit: 3 });
    expect(headers.get('retry-after')).toBe('1');
    expect((await bench.post(infer, { inputs: [tensor] })).body).toEqual({ error: expect.stringContaining('3 times') });
    expect((await ask('other-project')).status).toBe(404);
    expect((await bench.get('/metrics')).status).toBe(200);
    clock += 334;
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
    clock += 60_000;
    expect((await Promise.all([ask(), ask(), ask(), ask()])).map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  });

  it('is none unless it is set', async () => {
    await open();
    const many = await Promise.all(Array.from({ length: 200 }, () => bench.post(path, { inputs, features })));
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
