import { afterEach, describe, expect, it } from 'vitest';
import type { RecipeInput } from '../../../schema/recipe.ts';
import { PredictionRecord } from '../../../schema/telemetry.ts';
import { mlpModel, treeModel } from '../../support/onnx-models.ts';
import { benchApp, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { model, recipe, release, versionId, type ReleaseSpec } from '../support/release.ts';

let bench: BenchApp;
const start = async (options: BenchOptions): Promise<BenchApp> => (bench = await benchApp(options));
afterEach(() => bench?.close());

const path = '/v1/predict/fraud-decision';
const body = {
  inputs: { user_id: 'u1', amount: 2 },
  features: { user_txn__amount_24h: 3, user_txn__count_1h: 2 },
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const MARGIN = 0.125 + 0.5 * 2 - 0.25 * 3 + 1 * 2 + 2 * (2 / 4);
const columns = ['amount', 'user_txn__amount_24h', 'user_txn__count_1h', 'ratio'];

/** Three splits: by the amount, then by a feature. */
const trees = treeModel({
  features: 4,
  base: 0.25,
  trees: [
    {
      feature: 0,
      threshold: 1,
      yes: { value: -1 },
      no: { feature: 1, threshold: 2, yes: { value: 0 }, no: { value: 3 } },
    },
    { feature: 1, threshold: 10, yes: { value: 0.5 }, no: { value: -0.5 } },
  ],
}).bytes;
const net = mlpModel({
  features: 4,
  layers: [
    {
      weights: [
        [1, 0.5],
        [0, 1],
        [0.5, 0],
        [1, 1],
      ],
      bias: [0, 0.25],
      activation: 'Relu',
    },
    { weights: [[0.5], [-0.5]], bias: [0], activation: 'Sigmoid' },
  ],
}).bytes;

const serve = async (spec: ReleaseSpec = {}): Promise<BenchApp> => start({ releases: [await release(spec)] });
const logging = (more: Partial<NonNullable<RecipeInput['logging']>>): ReleaseSpec => ({
  recipe: { ...recipe, logging: { reasons: { most: 2 }, ...more } },
});
const sumOf = ({ base, top, rest, rounding, unexplained }: any): number =>
  [...top, ...unexplained].reduce((sum, { contribution }) => sum + contribution, base) + rest + rounding;

async function reasonsOf(asked: object = { ...body, reasons: 50 }): Promise<any> {
  const answer = await bench.post(path, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  expect(answer.body.fallback).toBeNull();
  return { ...answer.body.reasons, score: answer.body.score };
}

describe('reasons in the answer', () => {
  it('are given on request alone, with value, status and contribution, the greatest first', async () => {
    await serve();
    expect(await bench.post(path, body)).not.toHaveProperty('body.reasons');
    const found = await reasonsOf();
    expect(found).toMatchObject({ space: 'MARGIN', link: 'LOGISTIC', base: 0.125, rest: 0, unexplained: [] });
    expect(found.top).toEqual([
      { name: 'user_txn__count_1h', kind: 'FEATURE', value: 2, status: 'PRESENT', ageMs: null, contribution: 2 },
      { name: 'amount', kind: 'INPUT', value: 2, status: null, ageMs: null, contribution: 1 },
      { name: 'ratio', kind: 'DERIVED', value: 0.5, status: null, ageMs: null, contribution: 1 },
      { name: 'user_txn__amount_24h', kind: 'FEATURE', value: 3, status: 'PRESENT', ageMs: null, contribution: -0.75 },
    ]);
    expect(found.total).toBe(MARGIN);
    expect(sigmoid(found.total)).toBeCloseTo(found.score, 6);
    const two = await reasonsOf({ ...body, reasons: 2 });
    expect(two.top).toEqual(found.top.slice(0, 2));
    expect(two.rest).toBe(0.25);
    expect(sumOf(two)).toBe(MARGIN);
  });

  it('are the steps down each tree', async () => {
    await serve({ model: trees });
    const found = await reasonsOf();
    // Means of leaves: 2/3 and 1.5 in the first tree, 0 in the second.
    expect(found.base).toBeCloseTo(0.25 + 2 / 3, 12);
    expect(found.top.map(({ name }: any) => name)).toEqual(['user_txn__amount_24h', 'amount']);
    expect(found.top[0].contribution).toBeCloseTo(1.5 + 0.5, 12);
    expect(found.top[1].contribution).toBeCloseTo(1.5 - 2 / 3, 12);
    expect([found.total, sumOf(found)]).toEqual([3.75, 3.75]);
  });

  it('say of a neural net that it has none, with all that it contributed', async () => {
    await serve({ model: net });
    const found = await reasonsOf();
    expect(found).toMatchObject({ space: 'SCORE', base: 0, top: [], total: found.score });
    expect(found.unexplained).toMatchObject([{ model: 'model', contribution: found.score }]);
    expect(found.unexplained[0].why).toContain('another model');
  });

  it('of several models are parts of the combined score, each by its weight, beside what cannot be taken apart', async () => {
    const use = (name: string, number: string) => ({
      name,
      version: versionId(number),
      inputs: [{ tensor: 'features', columns }],
      score: { tensor: 'score' },
    });
    const weights = { linear: 0.5, forest: 0.3, net: 0.2 };
    const models = [use('linear', '1'), use('forest', '2'), use('net', '3')];
    const files = { models: { '2': trees, '3': net } };
    await serve({ ...files, recipe: { ...recipe, models, combine: { kind: 'WEIGHTED_MEAN', weights } } });
    const found = await reasonsOf();
    const atBase = [sigmoid(0.125), sigmoid(0.25 + 2 / 3)] as const;
    expect(found.base).toBeCloseTo(0.5 * atBase[0] + 0.3 * atBase[1], 6);
    expect([found.space, found.total, sumOf(found)]).toEqual(['SCORE', found.score, found.score]);
    const share = { linear: (sigmoid(MARGIN) - atBase[0]) / (MARGIN - 0.125), forest: 0 };
    share.forest = (sigmoid(3.75) - atBase[1]) / (3.75 - 0.25 - 2 / 3);
    const amount = 0.5 * share.linear * 1 + 0.3 * share.forest * (1.5 - 2 / 3);
    expect(found.top.find(({ name }: any) => name === 'amount').contribution).toBeCloseTo(amount, 6);
    expect(found.unexplained).toMatchObject([{ model: 'net' }]);
    await bench.close();
    await serve({ ...files, recipe: { ...recipe, models, combine: { kind: 'MAX' } } });
    const most = await reasonsOf();
    expect([most.total, sumOf(most)]).toEqual([most.score, most.score]);
    expect(most.base).toBeCloseTo(atBase[1], 6);
    await bench.close();
    const stacked = [
      ...models.slice(0, 2),
      { ...use('top', '4'), inputs: [{ tensor: 'features', columns: ['linear', 'forest', 'amount', 'ratio'] }] },
    ];
    const top = { models: { ...files.models, '4': model([2, -1, 0.5, 0], 0.25) } };
    await serve({ ...top, recipe: { ...recipe, models: stacked, combine: { kind: 'STACK', model: 'top' } } });
    const own = await reasonsOf();
    expect(own).toMatchObject({ space: 'MARGIN', link: 'LOGISTIC', base: 0.25, unexplained: [] });
    expect(own.top.map(({ name, kind }: any) => [name, kind])).toEqual([
      ['linear', 'MODEL'],
      ['amount', 'INPUT'],
      ['forest', 'MODEL'],
    ]);
    expect(own.top[0]).toMatchObject({ value: expect.closeTo(sigmoid(MARGIN), 6), status: null });
    expect(sumOf(own)).toBe(own.total);
    await bench.close();
    const expression = 'linear * forest * net';
    await serve({ ...files, recipe: { ...recipe, models, combine: { kind: 'EXPRESSION', expression } } });
    const none = await reasonsOf();
    expect(none).toMatchObject({ top: [], total: none.score, unexplained: [{ model: 'combine' }] });
    expect(sumOf(none)).toBe(none.score);
  });

  it('are given to each row of a batch that asks for them', async () => {
    await serve();
    const rows = [{ ...body, reasons: 1 }, body];
    const answer = await bench.post(`${path}/batch`, { rows });
    expect(answer.body.rows[0].reasons.top).toMatchObject([{ name: 'user_txn__count_1h', contribution: 2 }]);
    expect(answer.body.rows[1]).not.toHaveProperty('reasons');
  });

  it('are null where the recipe’s constant answers', async () => {
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0.1 } };
    await serve({ recipe: { ...recipe, fallback } });
    const { body: answer } = await bench.post(path, { inputs: body.inputs, reasons: 3 });
    expect(answer).toMatchObject({ reasons: null, score: 0.1, fallback: { cause: 'FEATURES_UNAVAILABLE' } });
  });

  it.each([
    [1e6, false],
    [0, true],
  ])('that take %d ms are begun where that fits what is left of the budget: %s', async (reasonsP99Ms, given) => {
    const spec = logging({ reasons: { most: 2, sampleRate: 1 } });
    await start({ releases: [await release(spec)], reasonsP99Ms });
    const { body: answer } = await bench.post(path, { ...body, reasons: 3 });
    expect(answer).toMatchObject({ fallback: null, overruns: [], score: expect.closeTo(sigmoid(MARGIN), 6) });
    const [record] = (await bench.records()).slice(-1);
    expect([answer.reasons !== null, 'reasons' in record, 'reasons' in answer.timings]).toEqual([given, given, given]);
  });

  it.each([0, 51, 1.5, '3', true])('are refused as %j', async (reasons) => {
    await serve();
    const { status, body: problem } = await bench.post(path, { ...body, reasons });
    expect([status, problem.field]).toEqual([422, 'reasons']);
    expect(problem.allowed[0]).toContain('from 1 to 50');
  });
});

describe('reasons in the log', () => {
  const logged = async (): Promise<PredictionRecord['reasons']> => {
    const [{ kind, ...record }] = (await bench.records()).slice(-1) as [any];
    expect(kind).toBe('prediction');
    return PredictionRecord.parse(record).reasons;
  };

  it('are there where the recipe wants them, without values', async () => {
    await serve();
    await bench.post(path, { ...body, reasons: 2 });
    expect(await logged()).toBeUndefined();
    await bench.close();
    await serve(logging({}));
    await bench.post(path, body);
    expect(await logged()).toEqual({
      space: 'MARGIN',
      link: 'LOGISTIC',
      base: 0.125,
      top: [
        { name: 'user_txn__count_1h', contribution: 2 },
        { name: 'amount', contribution: 1 },
      ],
      rest: 0.25,
      rounding: 0,
      total: MARGIN,
      unexplained: [],
    });
  });

  it('say nothing of what the log may not have, nor of what is derived from it', async () => {
    await serve(logging({ inputs: false, reasons: { most: 50 } }));
    await bench.post(path, body);
    expect((await logged())?.top.map(({ name }) => name)).toEqual(['user_txn__count_1h', 'user_txn__amount_24h']);
    await bench.close();
    const inputs = recipe.inputs.map((input) => ({ ...input, personal: input.name === 'amount' }));
    await serve({ recipe: { ...recipe, inputs, logging: { reasons: { most: 50 } } } });
    const { body: answer } = await bench.post(path, { ...body, reasons: 50 });
    const found = await logged();
    expect(found?.top.map(({ name }) => name)).toEqual(['user_txn__count_1h', 'user_txn__amount_24h']);
    expect(sumOf(found)).toBe(MARGIN);
    // The caller knows its own values.
    expect(answer.reasons.top).toHaveLength(4);
  });

  it('are sampled by the id alone, and counted with their size', async () => {
    await serve(logging({ reasons: { sampleRate: 0.5 } }));
    for (let i = 0; i < 60; i++) await bench.post(path, body);
    const records = (await bench.records()) as { reasons?: object }[];
    const sampled = records.filter(({ reasons }) => reasons !== undefined);
    expect(records).toHaveLength(60);
    expect(sampled.length).toBeGreaterThan(10);
    expect(sampled.length).toBeLessThan(50);
    const bytes = sampled.reduce((sum, { reasons }) => sum + JSON.stringify(reasons).length, 0);
    const metrics = String((await bench.get('/metrics')).body);
    expect(metrics).toContain(`prediction_reasons_logged_total ${sampled.length}\n`);
    expect(metrics).toContain(`prediction_reasons_logged_bytes_total ${bytes}\n`);
  });

  it('are kept at the rate of the release that was asked, of whatever model', async () => {
    await serve({ ...logging({}), model: model([0, 0, 0, 1]) });
    await bench.post(path, body);
    expect((await logged())?.top).toEqual([{ name: 'ratio', contribution: 0.5 }]);
  });
});
