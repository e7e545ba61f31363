import { afterEach, describe, expect, it } from 'vitest';
import { PredictionRecord } from '../../../schema/telemetry.ts';
import type { Combine, RecipeInput } from '../../../schema/recipe.ts';
import { identityModel } from '../support/dtype-model.ts';
import { benchApp, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { model, recipe, release, versionId, type TestRelease } from '../support/release.ts';

let bench: BenchApp;
const start = async (options: BenchOptions): Promise<BenchApp> => (bench = await benchApp(options));
afterEach(() => bench?.close());

const path = '/v1/predict/fraud-decision';
const body = {
  inputs: { user_id: 'u1', amount: 2 },
  features: { user_txn__amount_24h: 3, user_txn__count_1h: 2 },
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const FIRST = sigmoid(0.125 + 0.5 * 2 - 0.25 * 3 + 1 * 2 + 2 * (2 / 4));
const SECOND = sigmoid(-1 + 1 * 2 - 1 * 3 + 0.5 * 2 - 1 * (2 / 4));

const columns = ['amount', 'user_txn__amount_24h', 'user_txn__count_1h', 'ratio'];
const use = (name: string, number: string) => ({
  name,
  version: versionId(number),
  inputs: [{ tensor: 'features', columns }],
  score: { tensor: 'score' },
});

/** Two models under one rule. */
const several = (combine: Combine, more: Partial<RecipeInput> = {}): Promise<TestRelease> =>
  release({
    recipe: { ...recipe, models: [use('first', '1'), use('second', '2')], combine, ...more },
    models: { '2': model([1, -1, 0.5, -1], -1) },
  });

describe('a release of several models', () => {
  it.each<[string, Combine, number]>([
    [
      'the weighted mean',
      { kind: 'WEIGHTED_MEAN', weights: { first: 0.75, second: 0.25 } },
      0.75 * FIRST + 0.25 * SECOND,
    ],
    ['the greatest', { kind: 'MAX' }, Math.max(FIRST, SECOND)],
    ['what an expression says', { kind: 'EXPRESSION', expression: 'first * second + 0.25' }, FIRST * SECOND + 0.25],
  ])('answers with %s of their scores, and says what each of them said', async (_, combine, score) => {
    const one = await several(combine);
    await start({ releases: [one] });
    const answer = await bench.post(path, body);
    expect(answer.status).toBe(200);
    const models = [
      { version: versionId('1'), score: expect.closeTo(FIRST, 6), engine: 'ort' },
      { version: versionId('2'), score: expect.closeTo(SECOND, 6) },
    ];
    expect(answer.body).toMatchObject({ release: one.digest, models, score: expect.closeTo(score, 6) });
    expect(answer.body.decision).toBe(score >= 0.5 ? 'REVIEW' : 'PASS');
    const [{ kind, ...record }] = await bench.records();
    expect(kind).toBe('prediction');
    expect(PredictionRecord.parse(record)).toMatchObject({
      release: one.digest,
      models: answer.body.models,
      score: answer.body.score,
    });
    const metrics = (await bench.get('/metrics')).body;
    for (const number of ['1', '2']) {
      const labels = `model="${versionId(number)}",version="${number}"`;
      expect(metrics).toContain(`model_infer_request_success_total{${labels}} 1`);
      expect(metrics).toContain(`model_infer_duration_seconds_count{${labels}} 1`);
    }
  });

  it('is admitted by the sum of what its models take', async () => {
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0.1 } };
    const one = await several({ kind: 'MAX' }, { fallback, budgets: { featuresMs: 100, totalMs: 1_000 } });
    await start({ releases: [one], p99Ms: 600 });
    const { body: answer } = await bench.post(path, body);
    expect(answer).toMatchObject({ score: 0.1, fallback: { cause: 'ADMISSION_REFUSED' } });
    expect(answer.fallback.detail).toContain('the 2 models take 1200.00 ms at p99');
    expect(answer.models).toEqual([
      { version: versionId('1'), score: null, failure: 'ADMISSION_REFUSED', engine: 'ort' },
      { version: versionId('2'), score: null, engine: 'ort' },
    ]);
    await bench.close();
    await start({ releases: [one], p99Ms: 300 });
    expect((await bench.post(path, body)).body.fallback).toBeNull();
  });

  it('falls back when one of them fails, with the scores that there were until then', async () => {
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0.1 } };
    const broken = identityModel(['float64']);
    const one = await release({
      recipe: {
        ...recipe,
        models: [
          use('first', '1'),
          {
            name: 'second',
            version: versionId('2'),
            inputs: ['x', 'float64'].map((tensor) => ({ tensor, columns: ['beyond', 'beyond'] })),
            score: { tensor: 'score' },
          },
        ],
        derive: [
          ...recipe.derive!,
          { name: 'beyond', dtype: 'FLOAT64', expression: 'amount > 1.0 ? 1e308 * amount * 10.0 : 1.0' },
        ],
        combine: { kind: 'MAX' },
        fallback,
      },
      models: { '2': broken },
      golden: [],
    });
    await start({ releases: [one], p99Ms: 0 });
    const { body: answer } = await bench.post(path, body);
    expect(answer).toMatchObject({
      score: 0.1,
      fallback: { cause: 'ENGINE_ERROR' },
      models: [
        { version: versionId('1'), score: expect.closeTo(FIRST, 6), engine: 'ort' },
        { version: versionId('2'), score: null, engine: 'ort' },
      ],
    });
    expect((await bench.post(path, { ...body, inputs: { user_id: 'u', amount: 1 } })).body.fallback).toBeNull();
  });

  it('answers by the model that is stacked upon the others', async () => {
    const stacked = { ...use('meta', '3'), inputs: [{ tensor: 'features', columns: ['first', 'second', 'amount'] }] };
    const one = await release({
      recipe: {
        ...recipe,
        models: [use('first', '1'), use('second', '2'), stacked],
        combine: { kind: 'STACK', model: 'meta' },
      },
      models: { '2': model([1, -1, 0.5, -1], -1), '3': model([3, -2, 0.25], 0.5) },
    });
    await start({ releases: [one] });
    const { body: answer } = await bench.post(path, body);
    const score = sigmoid(0.5 + 3 * FIRST - 2 * SECOND + 0.25 * 2);
    expect(answer).toMatchObject({ fallback: null, score: expect.closeTo(score, 6) });
    expect(answer.models.map((said: any) => said.score)).toEqual(
      [FIRST, SECOND, score].map((each) => expect.closeTo(each, 6)),
    );
  });

  /** The second model fails where the amount is above 1. */
  const failing = async (combine: Combine, more: object, recipeToo: Partial<RecipeInput> = {}): Promise<TestRelease> =>
    release({
      recipe: {
        ...recipe,
        models: [
          use('first', '1'),
          {
            name: 'second',
            version: versionId('2'),
            inputs: ['x', 'float64'].map((tensor) => ({ tensor, columns: ['beyond', 'beyond'] })),
            score: { tensor: 'score' },
            ...more,
          },
          ...(combine.kind === 'STACK'
            ? [{ ...use('meta', '3'), inputs: [{ tensor: 'features', columns: ['first', 'second', 'amount'] }] }]
            : []),
        ],
        derive: [
          ...recipe.derive!,
          { name: 'beyond', dtype: 'FLOAT64', expression: 'amount > 1.0 ? 1e308 * amount * 10.0 : 1.0' },
        ],
        combine,
        ...recipeToo,
      },
      models: { '2': identityModel(['float64']), ...(combine.kind === 'STACK' && { '3': model([3, -2, 0.25], 0.5) }) },
      golden: [],
    });
  const skip = { onError: 'SKIP' as const };
  const product: Combine = { kind: 'EXPRESSION', expression: 'first * second' };
  const mean: Combine = { kind: 'WEIGHTED_MEAN', weights: { first: 0.6, second: 0.4 } };

  it.each<[string, Combine, object, number]>([
    ['scales the weights of the others', mean, skip, FIRST],
    ['counts what stands in for it', mean, { ...skip, standIn: 0.5 }, 0.6 * FIRST + 0.4 * 0.5],
    ['takes the greatest of the others', { kind: 'MAX' }, skip, FIRST],
    ['puts what stands in into the expression', product, { ...skip, standIn: 0.5 }, FIRST * 0.5],
    [
      'feeds what stands in to the model upon it',
      { kind: 'STACK', model: 'meta' },
      { ...skip, standIn: 0.5 },
      sigmoid(0.5 + 3 * FIRST - 2 * 0.5 + 0.25 * 2),
    ],
  ])('goes on without a member that fails: %s', async (_, combine, more, score) => {
    await start({ releases: [await failing(combine, more)], p99Ms: 0 });
    const { body: answer } = await bench.post(path, body);
    expect(answer).toMatchObject({ fallback: null, score: expect.closeTo(score, 6) });
    expect(answer.models.slice(0, 2)).toEqual([
      { version: versionId('1'), score: expect.closeTo(FIRST, 6), engine: 'ort' },
      { version: versionId('2'), score: null, failure: 'ENGINE_ERROR', engine: 'ort' },
    ]);
    const [{ kind, ...record }] = await bench.records();
    expect(kind).toBe('prediction');
    expect(PredictionRecord.parse(record)).toMatchObject({ models: answer.models, fallback: null });
    const labels = `model="${versionId('2')}",version="2"`;
    const metrics = (await bench.get('/metrics')).body;
    expect(metrics).toContain(`model_failed_total{${labels},cause="ENGINE_ERROR"} 1`);
    expect(metrics).not.toContain(`model_infer_request_success_total{${labels}}`);
  });

  it('leaves a member out whose p99 does not fit, as long as one that must run does', async () => {
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0.1 } };
    const more = { fallback, budgets: { featuresMs: 100, totalMs: 1_000 } };
    const one = await failing(mean, skip, more);
    await start({ releases: [one], p99Ms: 1_000 });
    // Not even the first fits into what is left.
    const { body: none } = await bench.post(path, body);
    expect(none).toMatchObject({ score: 0.1, fallback: { cause: 'ADMISSION_REFUSED' } });
    expect(none.models).toEqual([
      { version: versionId('1'), score: null, failure: 'ADMISSION_REFUSED', engine: 'ort' },
      { version: versionId('2'), score: null, engine: 'ort' },
    ]);
    await bench.close();
    let nowMs = 0;
    // Each look at the clock takes 60 ms: the first of 600 ms still fits, the second does not.
    await start({ releases: [one], p99Ms: 600, monotonicMs: () => (nowMs += 60) });
    const { body: answer } = await bench.post(path, body);
    expect(answer).toMatchObject({ fallback: null, score: expect.closeTo(FIRST, 6) });
    expect(answer.models[1]).toEqual({
      version: versionId('2'),
      score: null,
      failure: 'ADMISSION_REFUSED',
      engine: 'ort',
    });
  });

  it('falls back where none of them answers', async () => {
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0.1 } };
    const one = await failing(mean, skip, { fallback });
    const both = one.document.recipe.models;
    const beyond = { ...both[1]!, version: versionId('1'), name: 'first' };
    await start({
      releases: [
        await release({
          model: identityModel(['float64']),
          models: { '2': identityModel(['float64']) },
          golden: [],
          recipe: { ...one.document.recipe, models: [beyond, both[1]!] },
        }),
      ],
      p99Ms: 0,
    });
    const { body: answer } = await bench.post(path, body);
    expect(answer).toMatchObject({
      score: 0.1,
      fallback: { cause: 'ENGINE_ERROR', detail: expect.stringMatching(/^none of the models answered: /) },
      models: ['1', '2'].map((number) => ({
        version: versionId(number),
        score: null,
        failure: 'ENGINE_ERROR',
        engine: 'ort',
      })),
    });
  });

  it('lets rules know that a member said nothing', async () => {
    const because = { confidence: 1, reason: 'as it says' };
    const rules = [
      { name: 'second_high', when: 'second > 0.5', action: 'DECLINE', ...because },
      { name: 'rest', when: 'true', action: 'APPROVE', ...because },
    ];
    await start({ releases: [await failing(mean, { ...skip, standIn: 0.9 }, { rules, output: {} })], p99Ms: 0 });
    expect((await bench.post(path, body)).body).toMatchObject({
      decision: 'APPROVE',
      rules: [
        { name: 'second_high', outcome: 'FAILED', error: 'MISSING' },
        { name: 'rest', outcome: 'DECIDED' },
      ],
    });
  });

  it('takes named fields only: tensors go to one model', async () => {
    await start({ releases: [await several({ kind: 'MAX' })] });
    const infer = await bench.post('/v2/models/fraud-decision/infer', {
      inputs: [{ name: 'features', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] }],
    });
    expect(infer.status).toBe(400);
    expect(infer.body.error).toContain('its release runs 2 models, and tensors go to one: send named fields');
    expect((await bench.get('/v2/models/fraud-decision')).status).toBe(400);
  });
});
