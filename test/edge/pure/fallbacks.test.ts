import { afterEach, describe, expect, it } from 'vitest';
import { PredictionRecord } from '../../../schema/telemetry.ts';
import type { RecipeInput } from '../../../schema/recipe.ts';
import type { FeatureReader, StoredFeature } from '../../../edge/features/feature-reader.ts';
import { benchApp, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { recipe, release, type TestRelease } from '../support/release.ts';

let bench: BenchApp;
const start = async (options: BenchOptions): Promise<BenchApp> => (bench = await benchApp(options));
afterEach(() => bench?.close());

const path = '/v1/predict/fraud-decision';
const inputs = { user_id: 'u1', amount: 2 };
const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };

type Fallback = NonNullable<RecipeInput['fallback']>;
const because = { confidence: 0.6, reason: 'as it says' };
const rules: NonNullable<RecipeInput['rules']> = [
  { name: 'high', when: 'score > 0.9', action: 'DECLINE', ...because, onError: 'FALLBACK' },
  { name: 'ratio', when: 'ratio > 100.0', action: 'DECLINE', ...because },
  { name: 'many', when: 'has(features.user_txn__count_1h) && user_txn__count_1h > 5', action: 'REVIEW', ...because },
  { name: 'large', when: 'amount > 1.0', action: 'REVIEW', ...because },
  { name: 'rest', when: 'amount < 0.5', action: 'APPROVE', ...because },
];
const ruled = (fallback: Fallback, more: Partial<RecipeInput> = {}): Promise<TestRelease> =>
  release({ recipe: { ...recipe, output: {}, rules, fallback, ...more } });

const storeOf = (amount: StoredFeature, count: StoredFeature): FeatureReader => ({
  read: () =>
    Promise.resolve({
      source: 'STORE',
      features: new Map([
        ['user_txn__amount_24h', amount],
        ['user_txn__count_1h', count],
      ]),
    }),
});
const present = (value: number, ageMs = 5): StoredFeature => ({ value, status: 'PRESENT', ageMs });
const absent: StoredFeature = { value: null, status: 'NOT_FOUND', ageMs: null };
const old: StoredFeature = { value: 3, status: 'PRESENT', ageMs: 9e9 };

const RULES_ONLY = { kind: 'RULES_ONLY' as const };
const CONSTANT = { kind: 'CONSTANT' as const, score: 0.5, decision: 'REVIEW' };
const REFUSE = { kind: 'REFUSE' as const };

describe('rules only', () => {
  it.each([
    ['FEATURES_UNAVAILABLE', undefined],
    ['FEATURES_MISSING', storeOf(absent, absent)],
    ['FEATURES_STALE', storeOf(old, present(2))],
  ])('decide where the features cannot be had: %s', async (cause, reader) => {
    const own = { features: { service: recipe.features!.service, defaults: {} } };
    const one = await ruled({ default: REFUSE, causes: { [cause]: RULES_ONLY } }, own);
    await start({ releases: [one], ...(reader && { reader }) });
    const { status, body } = await bench.post(path, { inputs });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      score: null,
      decision: 'REVIEW',
      confidence: 0.6,
      fallback: { cause, action: 'RULES_ONLY', detail: expect.any(String) },
      models: [{ score: null }],
    });
    // What only the score was missing for is no failure; that a derived field has no value is one.
    expect(body.rules.map(({ name, outcome }: any) => [name, outcome])).toEqual([
      ['ratio', 'FAILED'],
      ['large', 'DECIDED'],
    ]);
    const [{ kind, ...record }] = await bench.records();
    expect(kind).toBe('prediction');
    expect(PredictionRecord.parse(record)).toMatchObject({
      score: null,
      decision: 'REVIEW',
      fallback: cause,
      fallbackAction: 'RULES_ONLY',
      rules: body.rules,
    });
  });

  it('use the features that there are, where the model is refused or fails', async () => {
    const fallback = { default: REFUSE, causes: { ADMISSION_REFUSED: RULES_ONLY, ENGINE_ERROR: RULES_ONLY } };
    const one = await ruled(fallback, { budgets: { featuresMs: 5, totalMs: 1_000 } });
    await start({ releases: [one], p99Ms: 2_000, reader: storeOf(present(0), present(7)) });
    const answer = (await bench.post(path, { inputs: { ...inputs, amount: 200 } })).body;
    expect(answer).toMatchObject({ decision: 'DECLINE', fallback: { cause: 'ADMISSION_REFUSED' } });
    expect(answer.rules.map(({ name, outcome }: any) => [name, outcome])).toEqual([
      ['ratio', 'DECIDED'],
      ['many', 'MATCHED'],
      ['large', 'MATCHED'],
    ]);
  });

  it('are asked about the features too where the deployment is stopped', async () => {
    const one = await ruled({ default: REFUSE, causes: { KILLED: RULES_ONLY } });
    const traffic: BenchOptions['traffic'] = ([digest]) => [
      { kind: 'KILL', reason: 'bad data since noon' },
      { kind: 'DEFAULT', release: digest! },
    ];
    await start({ releases: [one], traffic, reader: storeOf(present(1), present(7)) });
    expect((await bench.post(path, { inputs })).body).toMatchObject({
      decision: 'REVIEW',
      fallback: { cause: 'KILLED', action: 'RULES_ONLY', detail: 'bad data since noon' },
      rules: [{ name: 'many', outcome: 'DECIDED' }, { name: 'large' }],
    });
  });

  it('refuse where none of them decides', async () => {
    await start({ releases: [await ruled({ default: RULES_ONLY })] });
    const refused = await bench.post(path, { inputs: { ...inputs, amount: 0.7 } });
    expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', cause: 'FEATURES_UNAVAILABLE' } });
    expect(refused.body.title).toContain('no rule decides without a score');
    expect(bench.log.account().answered).toBe(0);
  });
});

describe('each cause', () => {
  it('of features is told apart: a value that is too old is missing unless the recipe says something else', async () => {
    const one = (fallback: Fallback) => ruled(fallback, { features: { service: recipe.features!.service } });
    const asked = async (fallback: Fallback, reader: FeatureReader): Promise<any> => {
      await start({ releases: [await one(fallback)], reader });
      const { body } = await bench.post(path, { inputs });
      await bench.close();
      return { cause: body.fallback?.cause ?? body.cause, score: body.score };
    };
    const causes = { FEATURES_MISSING: { ...CONSTANT, score: 0.1 }, FEATURES_STALE: { ...CONSTANT, score: 0.2 } };
    const both = { default: REFUSE, causes };
    expect(await asked(both, storeOf(old, present(2)))).toEqual({ cause: 'FEATURES_STALE', score: 0.2 });
    expect(await asked(both, storeOf(old, absent))).toEqual({ cause: 'FEATURES_MISSING', score: 0.1 });
    const { FEATURES_MISSING } = causes;
    const missing = { default: REFUSE, causes: { FEATURES_MISSING } };
    expect(await asked(missing, storeOf(old, present(2)))).toEqual({ cause: 'FEATURES_STALE', score: 0.1 });
    expect(await asked({ default: REFUSE }, storeOf(old, present(2)))).toEqual({ cause: 'FEATURES_STALE' });
    await start({ releases: [await one(both)] });
  });

  it('says that the previous release answered, or its constant', async () => {
    const now = await release({ number: 2, recipe: { ...recipe, fallback: { default: { kind: 'PREVIOUS' } } } });
    const constant = { default: { kind: 'CONSTANT' as const, score: 0.7 } };
    const defaults = { user_txn__amount_24h: 1, user_txn__count_1h: 0 };
    const before = await release({
      number: 1,
      recipe: { ...recipe, fallback: constant, features: { ...recipe.features!, defaults } },
    });
    await start({ releases: [now, before], previous: 1 });
    const { body } = await bench.post(path, { inputs });
    expect(body).toMatchObject({
      release: before.digest,
      fallback: { cause: 'FEATURES_UNAVAILABLE', action: 'PREVIOUS' },
      models: [{ score: expect.closeTo(body.score, 6) }],
    });
    await bench.close();
    const plain = await release({ number: 1, recipe: { ...recipe, fallback: constant } });
    await start({ releases: [now, plain], previous: 1 });
    expect((await bench.post(path, { inputs })).body).toMatchObject({
      score: 0.7,
      release: plain.digest,
      fallback: { cause: 'FEATURES_UNAVAILABLE', action: 'CONSTANT' },
    });
    expect((await bench.records())[0]).toMatchObject({ fallbackAction: 'CONSTANT', release: plain.digest });
  });
});

describe('budgets of stages', () => {
  /** A clock of which each look takes so long. */
  const ticking = (ms: number): (() => number) => {
    let nowMs = 0;
    return () => (nowMs += ms);
  };

  it('refuse a model that would take more than what models may take', async () => {
    const fallback = { default: REFUSE, causes: { ADMISSION_REFUSED: CONSTANT } };
    const of = (modelsMs: number) => ruled(fallback, { budgets: { featuresMs: 100, modelsMs, totalMs: 10_000 } });
    await start({ releases: [await of(500)], p99Ms: 600 });
    expect((await bench.post(path, { inputs, features })).body.fallback).toMatchObject({
      cause: 'ADMISSION_REFUSED',
      detail: expect.stringMatching(/^the model takes 600.00 ms at p99 and (500.00|49\d\.\d\d) ms are left$/),
    });
    await bench.close();
    await start({ releases: [await of(5_000)], p99Ms: 600 });
    expect((await bench.post(path, { inputs, features })).body.fallback).toBeNull();
  });

  it('mark and count each stage that took longer, and say them all in Server-Timing', async () => {
    const budgets = { featuresMs: 100, modelsMs: 15, rulesMs: 5, logMs: 5, totalMs: 1_000 };
    await start({ releases: [await ruled({ default: REFUSE }, { budgets })], p99Ms: 0, monotonicMs: ticking(10) });
    const { body, headers } = await bench.post(path, { inputs, features });
    expect(body).toMatchObject({ overrun: false, overruns: ['model', 'rules', 'log'], fallback: null });
    expect((await bench.records())[0].timings).not.toHaveProperty('overrun');
    expect(headers.get('server-timing')).toMatch(
      /^parse;dur=\d+, features;dur=\d+, derive;dur=\d+, model;dur=\d+, rules;dur=\d+, log;dur=\d+, total;dur=\d+$/,
    );
    const metrics = (await bench.get('/metrics')).body;
    for (const stage of ['model', 'rules', 'log']) {
      expect(metrics).toContain(`prediction_stage_overrun_total{stage="${stage}"} 1`);
    }
    for (const stage of ['parse', 'features', 'derive', 'model', 'rules', 'log']) {
      expect(metrics).toContain(`prediction_stage_duration_seconds_count{stage="${stage}"} 1`);
    }
    expect(metrics).not.toContain('prediction_overrun_total 1');
  });

  it.each<[string, RecipeInput['budgets'], string]>([
    ['in all', { featuresMs: 20, totalMs: 80 }, 'total'],
    ['for its models', { featuresMs: 20, modelsMs: 15, totalMs: 10_000 }, 'model'],
  ])(
    'answer by the fallback for OVERRUN, where one is declared, when it took too long %s',
    async (_, budgets, stage) => {
      const declared = { default: REFUSE, causes: { OVERRUN: CONSTANT } };
      await start({ releases: [await ruled(declared, { budgets })], p99Ms: 0, monotonicMs: ticking(10) });
      const { body } = await bench.post(path, { inputs, features });
      expect(body).toMatchObject({
        score: 0.5,
        decision: 'REVIEW',
        overruns: expect.arrayContaining([stage]),
        fallback: { cause: 'OVERRUN', action: 'CONSTANT', detail: expect.stringMatching(`^${stage} took `) },
        // What the model said, too late.
        models: [{ score: expect.any(Number) }],
      });
      expect((await bench.records())[0]).toMatchObject({ fallback: 'OVERRUN', fallbackAction: 'CONSTANT' });
      await bench.close();
      await start({ releases: [await ruled({ default: REFUSE }, { budgets })], p99Ms: 0, monotonicMs: ticking(10) });
      const late = await bench.post(path, { inputs, features });
      expect(late.body).toMatchObject({ fallback: null, overruns: expect.arrayContaining([stage]) });
    },
  );
});
