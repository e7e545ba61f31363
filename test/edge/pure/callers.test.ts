import { afterEach, describe, expect, it } from 'vitest';
import { SCOPES } from '../../../core/scopes.ts';
import type { FeatureReader } from '../../../edge/features/feature-reader.ts';
import { ExposureRecord, OutcomeRecord, PredictionRecord } from '../../../schema/telemetry.ts';
import { benchApp, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { recipe, release, sha256 } from '../support/release.ts';

let bench: BenchApp;
const keyOf = (id: string, more: object) => ({
  id,
  sha256: sha256(id),
  scopes: SCOPES,
  project: 'default',
  trust: 'server' as const,
  ...more,
});
const keys = [
  keyOf('phone', { trust: 'device' }),
  keyOf('app', { trust: 'device', ratePerSecond: 2 }),
  keyOf('unlimited', { trust: 'device', ratePerSecond: 0 }),
  keyOf('own', { endpoints: ['fraud-decision'] }),
  keyOf('foreign', { endpoints: ['flight-delay'] }),
];
const start = async (options: Partial<BenchOptions> = {}): Promise<BenchApp> =>
  (bench = await benchApp({ releases: [await release()], keys, ...options }));
afterEach(() => bench?.close());

const as = (key: string) => ({ authorization: `Bearer ${key}` });
const path = '/v1/predict/fraud-decision';
const body = (user = 'u1') => ({
  inputs: { user_id: user, amount: 2 },
  features: { user_txn__amount_24h: 3, user_txn__count_1h: 2 },
});
const split = ([first, second]: readonly string[]) => [
  {
    kind: 'ALLOCATION' as const,
    holder: 'tiffin:default:experiment:e',
    holderRevision: 1,
    unit: 'user_id',
    seed: 's',
    hashVersion: 2 as const,
    arms: [
      { arm: 'control', release: first!, ranges: [[0, 0.5]] as [number, number][] },
      { arm: 'candidate', release: second!, ranges: [[0.5, 1]] as [number, number][] },
    ],
    endsAt: null,
  },
  { kind: 'DEFAULT' as const, release: first! },
];

describe('a key with a list of endpoints', () => {
  const tensor = { name: 'features', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] };

  it.each([
    ['/v1/predict', path, body(), 'FORBIDDEN'],
    ['a batch', `${path}/batch`, { rows: [body()] }, 'FORBIDDEN'],
    ['MLflow', '/endpoints/fraud-decision/invocations', { instances: [[1, 2, 3, 4]] }, 'PERMISSION_DENIED'],
    ['/v2', '/v2/models/fraud-decision/infer', { inputs: [tensor] }, undefined],
  ])('asks these and no others by %s', async (_, route, sent, code) => {
    await start();
    expect((await bench.post(route, sent, as('own'))).status).toBe(200);
    const refused = await bench.post(route, sent, as('foreign'));
    expect(refused.status).toBe(403);
    expect(refused.body.code ?? refused.body.error_code).toBe(code);
    expect(JSON.stringify(refused.body)).toContain('this key may not ask fraud-decision, only flight-delay');
  });

  it('sees no others', async () => {
    await start();
    expect((await bench.post('/v2/repository/index', {}, as('own'))).body).toHaveLength(1);
    expect((await bench.post('/v2/repository/index', {}, as('foreign'))).body).toEqual([]);
    const model = await bench.app.request('/v2/models/fraud-decision', { headers: as('foreign') });
    expect(model.status).toBe(403);
    const invocation = await bench.post('/invocations', { instances: [[1, 2, 3, 4]] }, as('foreign'));
    expect([invocation.status, invocation.body.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  });
});

describe('the rate of a key', () => {
  const asked = async (key: string, times: number): Promise<number[]> => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i++) statuses.push((await bench.post(path, body(), as(key))).status);
    return statuses;
  };

  it('is its own where it says one, else that of its trust', async () => {
    await start({ rateLimit: 5, deviceRateLimit: 3, monotonicMs: () => 0 });
    expect(await asked('app', 3)).toEqual([200, 200, 429]);
    expect(await asked('phone', 4)).toEqual([200, 200, 200, 429]);
    expect(await asked('own', 6)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(new Set(await asked('unlimited', 10))).toEqual(new Set([200]));
  });
});

describe('a deadline', () => {
  const until = (ms: unknown) => ({ 'x-tiffin-deadline-ms': String(ms) });

  it.each(['0', '-1', '1.5', 'soon', '600001', '99999999'])('is no %s', async (ms) => {
    await start();
    const answer = await bench.post(path, body(), until(ms));
    expect(answer).toMatchObject({
      status: 422,
      body: { field: 'x-tiffin-deadline-ms', allowed: ['whole milliseconds from 1 to 600000'] },
    });
  });

  it('that is far leaves an answer as it is', async () => {
    await start();
    const { status, body: answer } = await bench.post(path, body(), until(600_000));
    expect([status, answer.fallback]).toEqual([200, null]);
  });

  it('leaves out a model that would end after it: the fallback of the recipe answers', async () => {
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0.5 } };
    await start({ releases: [await release({ recipe: { ...recipe, fallback } })], p99Ms: 5_000 });
    expect((await bench.post(path, body())).body.fallback).toBeNull();
    const { status, body: answer } = await bench.post(path, body(), until(4_000));
    expect([status, answer.fallback.cause]).toEqual([200, 'ADMISSION_REFUSED']);
  });

  it('cuts off the wait for features', async () => {
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0.5 } };
    const reader: FeatureReader = { read: () => new Promise(() => {}) };
    await start({ releases: [await release({ recipe: { ...recipe, fallback } })], reader, monotonicMs: () => 0 });
    const { status, body: answer } = await bench.post(path, { inputs: body().inputs }, until(50));
    expect([status, answer.fallback.cause]).toEqual([200, 'FEATURES_UNAVAILABLE']);
  });

  it.each([
    ['/v1/predict', path, body(), 'TIMEOUT'],
    ['MLflow', '/invocations', { dataframe_records: [{ ...body().inputs, ...body().features }] }, 'DEADLINE_EXCEEDED'],
    ['MLflow with tensors', '/invocations', { instances: [[1, 2, 3, 4]] }, 'DEADLINE_EXCEEDED'],
    [
      '/v2',
      '/v2/models/fraud-decision/infer',
      { inputs: [{ name: 'features', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] }] },
      undefined,
    ],
  ])('that has passed is answered 504 by %s, and nothing is recorded', async (_, route, sent, code) => {
    let now = 0;
    await start({ monotonicMs: () => (now += 10) });
    const { status, body: answer } = await bench.post(route, sent, until(1));
    expect([status, answer.code ?? answer.error_code]).toEqual([504, code]);
    expect(JSON.stringify(answer)).toContain('the deadline of the request has passed');
    expect(bench.log.account().answered).toBe(0);
  });

  it('costs a batch the rows that came too late, each by itself', async () => {
    let now = 0;
    await start({ monotonicMs: () => (now += 10) });
    const { status, body: answer } = await bench.post(`${path}/batch`, { rows: [body(), body()] }, until(1));
    expect([status, answer.failed]).toEqual([200, 2]);
    expect(answer.rows[1].error).toMatchObject({ code: 'TIMEOUT', status: 504 });
  });
});

describe('a public key', () => {
  it('leaves its mark on all that is recorded, and a server none', async () => {
    const releases = [await release(), await release({ number: 2 })];
    await start({ releases, traffic: split });
    await bench.post(path, body('a'), as('phone'));
    await bench.post(path, body('b'));
    const outcome = {
      id: '0190b6b1-7b7b-7b7b-8b7b-000000000001',
      predictionId: '0190b6b1-7b7b-7b7b-8b7b-7b7b7b7b7b7b',
      value: 1,
      occurredAt: '2026-01-01T00:00:00Z',
    };
    await bench.post('/v1/outcomes', { outcomes: [outcome] }, as('phone'));
    await bench.post('/v1/outcomes', { outcomes: [{ ...outcome, id: outcome.id.replace(/1$/, '2') }] });
    const tensor = { name: 'features', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] };
    await bench.post('/v2/models/fraud-decision/infer', { inputs: [tensor] }, as('phone'));
    await bench.post('/invocations', { dataframe_records: [{ ...body().inputs, ...body().features }] }, as('phone'));
    const kept = (await bench.records()).map(({ kind, trust }) => `${kind} ${trust ?? 'server'}`);
    expect(kept.toSorted()).toEqual([
      'exposure device',
      'exposure device',
      'exposure server',
      'outcome device',
      'outcome server',
      'prediction device',
      'prediction device',
      'prediction device',
      'prediction server',
    ]);
    const schemas = { prediction: PredictionRecord, exposure: ExposureRecord, outcome: OutcomeRecord };
    for (const { kind, ...record } of await bench.records()) {
      expect(schemas[kind as keyof typeof schemas].safeParse(record).success, kind).toBe(true);
    }
  });

  it('cannot say that it is a server', async () => {
    await start();
    const outcome = { id: sha256('x').slice(0, 8), predictionId: 'x', value: 1, occurredAt: 'x', trust: 'server' };
    const { body: answer } = await bench.post('/v1/outcomes', { outcomes: [outcome] }, as('phone'));
    expect(answer).toMatchObject({ acked: [], rejected: [{ code: 'INVALID_INPUT' }] });
  });

  it('does not use up the first exposure of a unit, which a server reports', async () => {
    const releases = [await release(), await release({ number: 2 })];
    await start({ releases, traffic: split });
    await bench.post(path, body('u'), as('phone'));
    await bench.post(path, body('u'));
    await bench.post(path, body('u'));
    const exposures = (await bench.records()).filter(({ kind }) => kind === 'exposure');
    expect(exposures.map(({ unit, trust }) => [unit, trust])).toEqual([
      ['u', 'device'],
      ['u', undefined],
    ]);
  });

  it('has no shadow run', async () => {
    const releases = [await release(), await release({ number: 2 })];
    const traffic = ([first, second]: readonly string[]) => [
      { kind: 'DEFAULT' as const, release: first! },
      {
        kind: 'SHADOW' as const,
        holder: 'tiffin:default:shadow:s',
        holderRevision: 1,
        seed: 's',
        hashVersion: 2 as const,
        unit: 'user_id',
        share: 1,
        release: second!,
        endsAt: null,
      },
    ];
    await start({ releases, traffic: traffic });
    await bench.post(path, body(), as('phone'));
    expect(bench.shadows.counts().map(({ chosen }) => chosen)).toEqual([]);
    await bench.post(path, body());
    expect(bench.shadows.counts().map(({ chosen }) => chosen)).toEqual([1]);
  });
});
