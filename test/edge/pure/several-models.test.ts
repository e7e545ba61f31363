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
      { version: versionId('1'), score: expect.closeTo(FIRST, 6) },
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
    expect(answer.models).toEqual(
      ['1', '2'].map((number) => ({ version: versionId(number), score: null, engine: 'ort' })),
    );
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
        { version: versionId('1'), score: expect.closeTo(FIRST, 6) },
        { version: versionId('2'), score: null },
      ],
    });
    expect((await bench.post(path, { ...body, inputs: { user_id: 'u', amount: 1 } })).body.fallback).toBeNull();
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
