import { afterEach, describe, expect, it } from 'vitest';
import { PredictionRecord } from '../../../schema/telemetry.ts';
import type { FeatureReader } from '../../../edge/features/feature-reader.ts';
import { SCOPES } from '../../../core/scopes.ts';
import { LastMinute } from '../../../edge/telemetry/last-minute.ts';
import { benchApp, KEY, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { recipe, release, sha256 } from '../support/release.ts';

let bench: BenchApp;
const start = async (options: BenchOptions): Promise<BenchApp> => (bench = await benchApp(options));
afterEach(() => bench?.close());

const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };
const body = { inputs: { user_id: 'u1', amount: 2 }, features };
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const expected = sigmoid(0.125 + 0.5 * 2 - 0.25 * 3 + 1 * 2 + 2 * (2 / 4));
const path = '/v1/predict/fraud-decision';

const readerOf = (row: Record<string, [value: any, status: string, ageMs: number | null]>): FeatureReader => ({
  read: () =>
    Promise.resolve({
      source: 'STORE',
      features: new Map(
        Object.entries(row).map(([name, [value, status, ageMs]]) => [name, { value, status: status as any, ageMs }]),
      ),
    }),
});

describe('POST /v1/predict/{endpoint}', () => {
  it('answers with the score, the decision and where they come from', async () => {
    const one = await release();
    await start({ releases: [one] });
    const answer = await bench.post(path, { ...body, id: 'order-7' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      requestId: 'order-7',
      endpoint: 'fraud-decision',
      environment: 'production',
      decision: 'REVIEW',
      release: one.digest,
      models: [{ version: 'tiffin:default:model-version:fraud@1', score: expect.closeTo(expected, 6) }],
      arm: null,
      bucket: null,
      stale: false,
      fallback: null,
      overrun: false,
      features: {
        user_txn__amount_24h: { value: 3, status: 'PRESENT', ageMs: null, source: 'REQUEST' },
        user_txn__count_1h: { value: 2, status: 'PRESENT', ageMs: null, source: 'REQUEST' },
      },
    });
    expect(answer.body.score).toBeCloseTo(expected, 6);
    expect(answer.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
    expect(Object.keys(answer.body.timings)).toEqual(['parse', 'features', 'derive', 'model', 'log', 'total']);
    expect(answer.headers.get('server-timing')).toMatch(/model;dur=[\d.]+, log;dur=[\d.]+, total;dur=/);
  });

  it('keeps a record that the contract takes before it answers', async () => {
    await start({ releases: [await release()] });
    const { body: answer } = await bench.post(path, body);
    const records = await bench.records();
    expect(records).toHaveLength(1);
    const { kind, ...record } = records[0];
    expect(kind).toBe('prediction');
    expect(PredictionRecord.parse(record)).toMatchObject({
      id: answer.id,
      seq: 0,
      epoch: bench.log.epoch,
      score: answer.score,
      inputs: { user_id: 'u1', amount: 2, note: null },
      features: { user_txn__amount_24h: { value: 3, status: 'PRESENT', ageMs: null } },
    });
    expect(bench.log.account()).toMatchObject({ answered: 1, queued: 1, acked: 0, sampledOut: 0, dropped: {} });
  });

  it('gives a replay the time that it asks for', async () => {
    await start({ releases: [await release()] });
    await bench.post(path, { ...body, at: '2001-02-12T10:00:00Z' });
    expect((await bench.records())[0].occurredAt).toBe('2001-02-12T10:00:00.000Z');
  });

  it('reads what the request does not bring, and says how old it is', async () => {
    const reader = readerOf({ user_txn__amount_24h: [3, 'PRESENT', 1_500], user_txn__count_1h: [2, 'PRESENT', 60] });
    await start({ releases: [await release()], reader });
    const answer = await bench.post(path, { inputs: body.inputs });
    expect(answer.body.score).toBeCloseTo(expected, 6);
    expect(answer.body.features.user_txn__amount_24h).toEqual({
      value: 3,
      status: 'PRESENT',
      ageMs: 1_500,
      source: 'STORE',
    });
  });

  it.each([
    ['an unknown endpoint', '/v1/predict/nothing', body, 404, 'NOT_FOUND', 'endpoint'],
    ['another environment', '/v1/predict/fraud-decision@staging', body, 404, 'NOT_FOUND', 'endpoint'],
    ['no inputs', path, {}, 422, 'INVALID_INPUT', 'inputs'],
    ['a list for inputs', path, { inputs: [] }, 422, 'INVALID_INPUT', 'inputs'],
    ['a missing field', path, { inputs: { user_id: 'u1' }, features }, 422, 'INVALID_INPUT', 'amount'],
    ['a null field', path, { inputs: { user_id: 'u1', amount: null } }, 422, 'INVALID_INPUT', 'amount'],
    ['a number as text', path, { inputs: { user_id: 'u1', amount: '2' } }, 422, 'INVALID_INPUT', 'amount'],
    ['"NaN"', path, { inputs: { user_id: 'u1', amount: 'NaN' } }, 422, 'INVALID_INPUT', 'amount'],
    ['an unknown input', path, { inputs: { ...body.inputs, amout: 1 } }, 422, 'INVALID_INPUT', 'amout'],
    ['an unknown feature', path, { ...body, features: { x: 1 } }, 422, 'INVALID_INPUT', 'x'],
    [
      'a mistyped feature',
      path,
      { ...body, features: { user_txn__count_1h: 1.5 } },
      422,
      'INVALID_INPUT',
      'user_txn__count_1h',
    ],
    ['an unknown field', path, { ...body, debug: true }, 422, 'INVALID_INPUT', 'debug'],
    ['a time that is none', path, { ...body, at: 'yesterday' }, 422, 'INVALID_INPUT', 'at'],
    ['bad JSON', path, '{"inputs": NaN}', 400, 'MALFORMED', undefined],
    ['JSON that is no object', path, '[]', 400, 'MALFORMED', undefined],
  ])('refuses %s and names it', async (_, to, what, status, code, field) => {
    await start({ releases: [await release()] });
    const answer = await bench.post(to, what);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, code, ...(field && { field, allowed: expect.anything() }) });
    expect(answer.status).toBe(status);
    expect(bench.log.account().answered).toBe(0);
    expect(bench.faults).toEqual([]);
  });

  it('refuses another type of content and a body that is too large', async () => {
    await start({ releases: [await release()] });
    expect((await bench.post(path, body, { 'content-type': 'text/plain' })).body.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    const large = JSON.stringify({ inputs: { note: 'x'.repeat(1_100_000) } });
    expect(await bench.post(path, large)).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } });
  });

  it('does not show one project to the key of another', async () => {
    await start({ releases: [await release()] });
    const answer = await bench.post(path, body, { authorization: 'Bearer other-project' });
    expect(answer).toMatchObject({ status: 404, body: { allowed: [] } });
  });
});

const constant = (score: number) => ({ kind: 'CONSTANT' as const, score });

describe('fallbacks', () => {
  it('answers by cause: the constant, with its decision, and says so', async () => {
    const fallback = { default: { kind: 'REFUSE' as const }, causes: { FEATURES_UNAVAILABLE: constant(0.9) } };
    await start({ releases: [await release({ recipe: { ...recipe, fallback } })] });
    const answer = await bench.post(path, { inputs: body.inputs });
    expect(answer.body).toMatchObject({
      score: 0.9,
      decision: 'REVIEW',
      fallback: { cause: 'FEATURES_UNAVAILABLE', detail: 'no feature server in this test' },
    });
    expect((await bench.records())[0]).toMatchObject({ fallback: 'FEATURES_UNAVAILABLE', score: 0.9 });
    expect((await bench.get('/metrics')).body).toContain('prediction_fallback_total{cause="FEATURES_UNAVAILABLE"} 1');
  });

  it('refuses with the cause where the recipe does not guess, and counts no answer', async () => {
    await start({ releases: [await release()] });
    const answer = await bench.post(path, { inputs: body.inputs });
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', cause: 'FEATURES_UNAVAILABLE' } });
    expect(bench.log.account().answered).toBe(0);
  });

  it.each([
    ['NULL_VALUE', null, 5, 'FEATURES_MISSING'],
    ['NOT_FOUND', null, null, 'FEATURES_MISSING'],
    ['OUTSIDE_MAX_AGE', null, 9e9, 'FEATURES_STALE'],
  ])(
    'takes %s for missing where no default is declared, and the default where one is',
    async (status, value, ageMs, cause) => {
      const fallback = { default: constant(0.1) };
      const reader = readerOf({
        user_txn__amount_24h: [value, status, ageMs],
        user_txn__count_1h: [null, 'NOT_FOUND', null],
      });
      await start({ releases: [await release({ recipe: { ...recipe, fallback } })], reader });
      const answer = await bench.post(path, { inputs: body.inputs });
      expect(answer.body.fallback).toMatchObject({ cause, action: 'CONSTANT' });
      expect(answer.body.features).toMatchObject({
        user_txn__amount_24h: { value: null, status },
        user_txn__count_1h: { value: 0, status: 'DEFAULTED', source: 'DEFAULT', insteadOf: 'NOT_FOUND' },
      });
    },
  );

  it('says of a default that the store was away, and of one for a value that is null', async () => {
    const defaults = { user_txn__amount_24h: 1, user_txn__count_1h: 0 };
    const releases = [await release({ recipe: { ...recipe, features: { ...recipe.features!, defaults } } })];
    await start({ releases, reader: { read: () => Promise.reject(new Error('away')) } });
    const away = { status: 'DEFAULTED', source: 'DEFAULT', insteadOf: 'UNAVAILABLE' };
    expect((await bench.post(path, { inputs: body.inputs })).body).toMatchObject({
      fallback: null,
      features: { user_txn__amount_24h: away, user_txn__count_1h: away },
    });
    const given = { inputs: body.inputs, features: { user_txn__amount_24h: null } };
    expect((await bench.post(path, given)).body.features).toMatchObject({
      user_txn__amount_24h: { insteadOf: 'NULL_VALUE' },
      user_txn__count_1h: { insteadOf: 'UNAVAILABLE' },
    });
  });

  it.each([
    ['its TTL', {}, 3_600_000],
    ['the narrower age of the recipe', { maxAgeMs: { user_txn: 1_000 } }, 1_000],
  ])('a value is too old beyond %s, and not at it', async (_, change, limit) => {
    const changed = { ...recipe, features: { ...recipe.features!, ...change }, fallback: { default: constant(0.1) } };
    let ageMs = limit;
    const reader: FeatureReader = {
      read: () =>
        readerOf({ user_txn__amount_24h: [3, 'PRESENT', ageMs], user_txn__count_1h: [2, 'PRESENT', 0] }).read(
          {} as any,
        ),
    };
    await start({ releases: [await release({ recipe: changed })], reader });
    expect((await bench.post(path, { inputs: body.inputs })).body.fallback).toBeNull();
    ageMs = limit + 1;
    expect((await bench.post(path, { inputs: body.inputs })).body).toMatchObject({
      fallback: { cause: 'FEATURES_STALE' },
      features: { user_txn__amount_24h: { status: 'OUTSIDE_MAX_AGE', value: null, ageMs: limit + 1 } },
    });
  });

  it('cuts off a wait for features at its budget', async () => {
    const changed = { ...recipe, budgets: { featuresMs: 30, totalMs: 500 }, fallback: { default: constant(0.1) } };
    await start({
      releases: [await release({ recipe: changed })],
      reader: { read: () => new Promise(() => {}) },
    });
    const { body: answer } = await bench.post(path, { inputs: body.inputs });
    expect(answer.fallback).toMatchObject({ cause: 'FEATURES_UNAVAILABLE', detail: expect.stringContaining('30 ms') });
    expect(answer.timings.features).toBeGreaterThanOrEqual(25);
    expect(answer.timings.features).toBeLessThan(250);
  });

  it('runs a model only if its warm p99 fits into what is left', async () => {
    const changed = { ...recipe, budgets: { featuresMs: 5, totalMs: 20 }, fallback: { default: constant(0.1) } };
    const one = await release({ recipe: changed });
    await start({ releases: [one], p99Ms: 30 });
    expect((await bench.post(path, body)).body.fallback.cause).toBe('ADMISSION_REFUSED');
    await bench.close();
    await start({ releases: [one], p99Ms: 1 });
    expect((await bench.post(path, body)).body.fallback).toBeNull();
  });

  it('marks and counts an answer that took longer than its budget', async () => {
    const changed = { ...recipe, budgets: { featuresMs: 5, totalMs: 5 }, fallback: { default: constant(0.1) } };
    const slow: FeatureReader = { read: () => new Promise((_, reject) => setTimeout(reject, 60)) };
    // Nothing is awaited any longer than the total, so only work that blocks can overrun: parse a large body.
    await start({ releases: [await release({ recipe: changed })], reader: slow });
    let nowMs = 0;
    const { app } = (await import('../../../edge/app.ts')).createApp({
      ...bench.deps,
      monotonicMs: () => (nowMs += 4),
    });
    const answer = await app.request(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    });
    const shown: any = await answer.json();
    expect(shown.overrun).toBe(true);
    expect((await bench.records()).at(-1).timings.overrun).toBeGreaterThan(0);
    expect((await bench.get('/metrics')).body).toContain('prediction_overrun_total 1');
  });

  it('counts what a release leaves unanswered where a server asks, for as long as a minute', async () => {
    const refusing = await release({ recipe: { ...recipe, fallback: { default: { kind: 'REFUSE' as const } } } });
    const phone = {
      id: 'phone',
      sha256: sha256('phone'),
      scopes: SCOPES,
      project: 'default',
      trust: 'device',
    } as const;
    await start({ releases: [refusing], keys: [phone] });
    const asked = { inputs: body.inputs };
    for (const status of [503, 503]) expect((await bench.post(path, asked)).status).toBe(status);
    expect((await bench.post(path, { inputs: {} })).status).toBe(422);
    const headers = { authorization: 'Bearer phone' };
    expect((await bench.post(path, asked, headers)).status).toBe(503);
    expect(bench.deps.unanswered.count(refusing.digest)).toBe(2);

    let nowMs = 0;
    const counted = new LastMinute(() => nowMs);
    for (const second of [0, 0, 30, 59]) {
      nowMs = second * 1_000;
      counted.add('one');
    }
    expect(counted.count('one')).toBe(4);
    expect(counted.count('two')).toBe(0);
    for (const [second, left] of [
      [60, 2],
      [90, 1],
      [119, 0],
    ] as const) {
      nowMs = second * 1_000;
      expect(counted.count('one')).toBe(left);
    }
  });

  it('answers by the previous release, once', async () => {
    const fallback = { default: { kind: 'PREVIOUS' as const } };
    const now = await release({ number: 2, version: '2', recipe: { ...recipe, fallback } });
    const before = await release({ number: 1, recipe: { ...recipe, fallback: { default: constant(0.7) } } });
    await start({ releases: [now, before], previous: 1 });
    expect((await bench.post(path, { inputs: body.inputs })).body).toMatchObject({
      score: 0.7,
      release: before.digest,
      fallback: { cause: 'FEATURES_UNAVAILABLE' },
    });
    await bench.close();
    await start({ releases: [now, { ...now }], previous: 1 });
    expect((await bench.post(path, { inputs: body.inputs })).status).toBe(503);
    await bench.close();
    await start({ releases: [now] });
    expect((await bench.post(path, { inputs: body.inputs })).body.title).toContain('no previous release');
  });

  it('answers a killed deployment by the fallback for KILLED', async () => {
    const fallback = { default: { kind: 'REFUSE' as const }, causes: { KILLED: constant(0.2) } };
    await start({
      releases: [await release({ recipe: { ...recipe, fallback } })],
      traffic: ([digest]) => [
        { kind: 'KILL', reason: 'bad data since noon' },
        { kind: 'DEFAULT', release: digest! },
      ],
    });
    expect((await bench.post(path, body)).body).toMatchObject({
      score: 0.2,
      decision: 'PASS',
      fallback: { cause: 'KILLED', detail: 'bad data since noon' },
    });
  });

  it('falls back for ENGINE_ERROR where a derived field has no value', async () => {
    const derive = [
      { name: 'ratio', dtype: 'INT64' as const, expression: 'user_txn__count_1h / (user_txn__count_1h - 2)' },
    ];
    await start({ releases: [await release({ recipe: { ...recipe, derive, fallback: { default: constant(0.3) } } })] });
    expect((await bench.post(path, body)).body).toMatchObject({ score: 0.3, fallback: { cause: 'ENGINE_ERROR' } });
    const fine = { ...body, features: { ...features, user_txn__count_1h: 4 } };
    expect((await bench.post(path, fine)).body.fallback).toBeNull();
  });
});

describe('what is logged', () => {
  it('tokenises personal inputs and a personal unit, the same for the same value', async () => {
    const inputs = recipe.inputs.map((input) => ({ ...input, personal: input.name === 'user_id' }));
    const one = await release({ recipe: { ...recipe, inputs } });
    await start({
      releases: [one],
      traffic: ([digest]) => [
        {
          kind: 'ALLOCATION',
          holder: 'tiffin:default:experiment:e1',
          holderRevision: 1,
          seed: 's',
          hashVersion: 2,
          unit: 'user_id',
          arms: [
            { arm: 'a', release: digest!, ranges: [[0, 0.5]] },
            { arm: 'b', release: digest!, ranges: [[0.5, 1]] },
          ],
          endsAt: null,
        },
        { kind: 'DEFAULT', release: digest! },
      ],
    });
    await bench.post(path, body);
    await bench.post(path, body);
    await bench.post(path, { ...body, inputs: { user_id: 'u2', amount: 2 } });
    const records = await bench.records();
    expect(JSON.stringify(records)).not.toContain('u1');
    const predictions = records.filter(({ kind }) => kind === 'prediction');
    expect(predictions[0].inputs.user_id).toMatch(/^tok_[0-9a-f]{32}$/);
    expect(predictions[0].unit).toBe(predictions[0].inputs.user_id);
    expect(predictions[1].unit).toBe(predictions[0].unit);
    expect(predictions[2].unit).not.toBe(predictions[0].unit);
    const exposures = records.filter(({ kind }) => kind === 'exposure');
    expect(exposures.map(({ unit, predictionId }) => [unit, predictionId])).toEqual([
      [predictions[0].unit, predictions[0].id],
      [predictions[2].unit, predictions[2].id],
    ]);
    expect(bench.log.account()).toMatchObject({ answered: 3, queued: 3 });
  });

  it('says which layer decided, for which segment, and on which side of the holdout a unit is', async () => {
    await start({
      releases: [await release()],
      traffic: ([digest]) => [
        { kind: 'HOLDOUT', seed: 's', unit: 'user_id', share: 0.5, release: digest! },
        { kind: 'VARIANT', field: 'amount', releases: { '3': digest! } },
        {
          kind: 'ALLOCATION',
          holder: 'tiffin:default:experiment:e1',
          holderRevision: 1,
          seed: 's2',
          hashVersion: 2,
          unit: 'amount',
          arms: [
            { arm: 'a', release: digest!, ranges: [[0, 0.5]] },
            { arm: 'b', release: digest!, ranges: [] },
          ],
          endsAt: null,
        },
        { kind: 'DEFAULT', release: digest! },
      ],
    });
    for (let i = 0; i < 40; i++) {
      await bench.post(path, { ...body, inputs: { user_id: `u${i}`, amount: 1 + (i % 4) } });
    }
    const records = (await bench.records()).filter(({ kind }) => kind === 'prediction');
    const held = records.filter(({ layer }) => layer === 'HOLDOUT');
    expect(held.length).toBeGreaterThan(5);
    expect(held.length).toBeLessThan(35);
    for (const { inputs, holdout, unit, bucket, arm } of held) {
      expect({ holdout, unit, arm }).toEqual({
        holdout: { unit: inputs.user_id, share: 0.5 },
        unit: inputs.user_id,
        arm: null,
      });
      expect(bucket).toBeLessThan(0.5);
    }
    const rest = records.filter(({ layer }) => layer !== 'HOLDOUT');
    expect(new Set(rest.map(({ layer }) => layer))).toEqual(new Set(['VARIANT', 'ALLOCATION', 'DEFAULT']));
    for (const { layer, inputs, holdout, variant, unit, arm } of rest) {
      // Its own unit is that of the split; the holdout's stands beside it.
      expect(holdout).toEqual({ unit: inputs.user_id, share: 0.5 });
      expect([layer === 'VARIANT', variant]).toEqual(inputs.amount === 3 ? [true, 'amount=3'] : [false, undefined]);
      expect(unit).toBe(layer === 'VARIANT' ? null : String(inputs.amount));
      expect(arm).toBe(layer === 'ALLOCATION' ? 'a' : null);
    }
  });

  it('tokenises the unit of a holdout and the segment of a variant where they are personal', async () => {
    const inputs = recipe.inputs.map((input) => ({ ...input, personal: true }));
    await start({
      releases: [await release({ recipe: { ...recipe, inputs } })],
      traffic: ([digest]) => [
        { kind: 'HOLDOUT', seed: 's', unit: 'user_id', share: 0.000001, release: digest! },
        { kind: 'VARIANT', field: 'user_id', releases: { u1: digest! } },
        { kind: 'DEFAULT', release: digest! },
      ],
    });
    await bench.post(path, body);
    const [record] = await bench.records();
    expect(JSON.stringify(record)).not.toContain('u1');
    expect(record).toMatchObject({
      layer: 'VARIANT',
      variant: expect.stringMatching(/^user_id=tok_[0-9a-f]{32}$/),
      holdout: { unit: expect.stringMatching(/^tok_[0-9a-f]{32}$/), share: 0.000001 },
    });
  });

  it('leaves inputs and features out where the recipe says so', async () => {
    const logging = { inputs: false, features: false };
    await start({ releases: [await release({ recipe: { ...recipe, logging } })] });
    await bench.post(path, body);
    expect((await bench.records())[0]).toMatchObject({ inputs: null, features: null });
  });

  it('samples by the id alone, and counts what it leaves out', async () => {
    await start({ releases: [await release({ recipe: { ...recipe, logging: { sampleRate: 0.3 } } })] });
    const { isSampled } = await import('../../../edge/telemetry/sampling.ts');
    const ids: string[] = [];
    for (let i = 0; i < 60; i++) ids.push((await bench.post(path, body)).body.id);
    const stored = (await bench.records()).map(({ id }) => id);
    expect(stored).toEqual(ids.filter((id) => isSampled(id, 0.3)));
    expect(stored.length).toBeGreaterThan(2);
    expect(stored.length).toBeLessThan(45);
    const { answered, queued, sampledOut } = bench.log.account();
    expect([answered, queued + sampledOut, queued]).toEqual([60, 60, stored.length]);
  });

  it.each([
    ['DROP', 200, { answered: 3, queued: 2, dropped: { QUEUE_FULL: 1 } }],
    ['REFUSE', 507, { answered: 2, queued: 2, dropped: {} }],
  ] as const)('a full queue: %s', async (whenFull, status, account) => {
    const one = await release({ recipe: { ...recipe, logging: { whenFull } } });
    await start({ releases: [one], log: { maxRecords: 2 } });
    await bench.post(path, body);
    await bench.post(path, body);
    const third = await bench.post(path, body);
    expect(third.status).toBe(status);
    if (whenFull === 'REFUSE') expect(third.body.code).toBe('STORAGE_FULL');
    expect(bench.log.account()).toMatchObject(account);
  });
});

it('refuses an entry that is older than its deployment allows', async () => {
  let ageMs = 1_000;
  await start({
    releases: [await release()],
    refuseAfterMs: 1_000,
    freshness: () => ({ revision: 1, ageMs, stale: true }),
  });
  expect((await bench.post(path, body)).body).toMatchObject({ stale: true });
  ageMs = 1_001;
  expect(await bench.post(path, body)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
});
