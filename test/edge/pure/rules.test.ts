import { afterEach, describe, expect, it } from 'vitest';
import { PredictionRecord, ShadowRecord } from '../../../schema/telemetry.ts';
import type { RecipeInput } from '../../../schema/recipe.ts';
import { benchApp, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { model, recipe, release, versionId, type TestRelease } from '../support/release.ts';

let bench: BenchApp;
const start = async (options: BenchOptions): Promise<BenchApp> => (bench = await benchApp(options));
afterEach(() => bench?.close());

const path = '/v1/predict/fraud-decision';
const ask = async (inputs: object, features: object = {}): Promise<any> =>
  (
    await bench.post(path, {
      inputs: { user_id: 'u1', items: 2, ...inputs },
      features: { user_txn__amount_24h: 3, user_txn__count_1h: 2, ...features },
    })
  ).body;

type Rule = NonNullable<RecipeInput['rules']>[number];
const rule = (name: string, when: string, action: string, more: Partial<Rule> = {}): Rule => ({
  name,
  when,
  action,
  confidence: 0.8,
  reason: `because of ${name}`,
  ...more,
});

/** The score is the sigmoid of the amount alone. */
const amountAlone = model([1, 0, 0, 0], 0);
const AT_TWO = 1 / (1 + Math.exp(-2));
const ruled = (rules: readonly Rule[], more: Partial<RecipeInput> = {}, number = 1): Promise<TestRelease> =>
  release({
    number,
    model: amountAlone,
    recipe: {
      ...recipe,
      inputs: [...recipe.inputs, { name: 'items', dtype: 'INT64' }],
      output: {},
      rules: [...rules],
      ...more,
    },
  });

const source = [
  rule('high', 'score > 0.9', 'DECLINE', { confidence: 0.95 }),
  rule('large', 'score > 0.7 && amount > 50000.0', 'REVIEW'),
  rule('medium', 'score > 0.7', 'DECLINE', { confidence: 0.85 }),
  rule('many', 'user_txn__count_1h >= 5 || items > 10', 'REVIEW', { confidence: 0.6 }),
  rule('fine', 'true', 'APPROVE'),
];

describe('ordered rules', () => {
  it('decide by the first that matches, with its confidence and reason, and say all that matched', async () => {
    const one = await ruled(source);
    await start({ releases: [one] });
    const answer = await ask({ amount: 2 }, { user_txn__count_1h: 7 });
    expect(answer).toMatchObject({
      score: expect.closeTo(AT_TWO, 6),
      decision: 'DECLINE',
      confidence: 0.85,
      reason: 'because of medium',
      fallback: null,
      rules: [
        { name: 'medium', outcome: 'DECIDED', action: 'DECLINE', confidence: 0.85, reason: 'because of medium' },
        { name: 'many', outcome: 'MATCHED', action: 'REVIEW' },
        { name: 'fine', outcome: 'MATCHED', action: 'APPROVE' },
      ],
    });
    expect(Object.keys(answer.timings)).toEqual(['parse', 'features', 'derive', 'model', 'rules', 'log', 'total']);
    const [{ kind, ...record }] = await bench.records();
    expect(kind).toBe('prediction');
    expect(PredictionRecord.parse(record)).toMatchObject({ decision: 'DECLINE', rules: answer.rules });
    const metrics = (await bench.get('/metrics')).body;
    for (const [name, outcome] of [
      ['medium', 'DECIDED'],
      ['many', 'MATCHED'],
    ]) {
      expect(metrics).toContain(
        `prediction_rule_total{deployment="fraud-decision@production",rule="${name}",outcome="${outcome}"} 1`,
      );
    }
  });

  it.each([
    [{ amount: 3 }, {}, 'high', 'DECLINE'],
    [{ amount: 1 }, {}, 'medium', 'DECLINE'],
    [{ amount: 0.5 }, { user_txn__count_1h: 5 }, 'many', 'REVIEW'],
    [{ amount: 0.5, items: 11 }, {}, 'many', 'REVIEW'],
    [{ amount: 0.5 }, {}, 'fine', 'APPROVE'],
  ])('%j %j is decided by %s', async (inputs, features, name, decision) => {
    await start({ releases: [await ruled(source)] });
    const answer = await ask(inputs, features);
    expect(answer.decision).toBe(decision);
    expect(answer.rules[0]).toMatchObject({ name, outcome: 'DECIDED' });
  });

  it('leave it to the threshold where none matches, and to nobody without one', async () => {
    const rules = [rule('never_here', 'amount > 1000.0', 'DECLINE')];
    const decision = { threshold: 0.5, above: 'REVIEW', below: 'APPROVE' };
    await start({ releases: [await ruled(rules, { output: { decision } })] });
    expect(await ask({ amount: 2 })).toMatchObject({ decision: 'REVIEW', confidence: null, reason: null, rules: [] });
    expect((await bench.records())[0]).not.toHaveProperty('rules');
    await bench.close();
    await start({ releases: [await ruled(rules)] });
    expect(await ask({ amount: 2 })).toMatchObject({ decision: null, score: expect.closeTo(AT_TWO, 6) });
  });

  it('decide by actions of the recipe’s own', async () => {
    const output = { actions: ['LET_THROUGH', 'BLOCK'] };
    await start({ releases: [await ruled([rule('all', 'true', 'BLOCK')], { output })] });
    expect((await ask({ amount: 2 })).decision).toBe('BLOCK');
  });

  it('read derived fields, what each model says, and whether something is there at all', async () => {
    const use = (name: string, number: string) => ({ ...recipe.models[0]!, name, version: versionId(number) });
    const rules = [
      rule('apart', 'first - second > 0.5 && ratio > 0.1', 'REVIEW'),
      rule('noted', 'has(inputs.note) && inputs.note == "gift"', 'APPROVE'),
      rule('unknown', '!has(features.user_txn__count_1h)', 'DECLINE'),
    ];
    const one = await release({
      model: amountAlone,
      models: { '2': model([-1, 0, 0, 0], 0) },
      recipe: {
        ...recipe,
        features: { service: recipe.features!.service, defaults: {} },
        inputs: [...recipe.inputs, { name: 'items', dtype: 'INT64' }],
        models: [use('first', '1'), use('second', '2')],
        combine: { kind: 'MAX' },
        output: {},
        rules,
      },
    });
    await start({ releases: [one] });
    expect((await ask({ amount: 2 })).rules).toMatchObject([{ name: 'apart', outcome: 'DECIDED' }]);
    expect((await ask({ amount: 0, note: 'gift' })).rules).toMatchObject([{ name: 'noted', outcome: 'DECIDED' }]);
  });

  const failing = (onError: 'SKIP' | 'FALLBACK', before: readonly Rule[] = []): readonly Rule[] => [
    ...before,
    rule('per_item', '100 / items > 30', 'DECLINE', { onError }),
    rule('product', 'items * 9223372036854775807 > 0', 'REVIEW'),
    rule('unsaid', 'note == "gift"', 'REVIEW'),
    rule('rest', 'true', 'APPROVE'),
  ];

  it.each([
    [
      'a division by zero',
      0,
      [
        ['per_item', 'DIVISION_BY_ZERO'],
        ['unsaid', 'MISSING'],
      ],
    ],
    [
      'an overflow',
      4,
      [
        ['product', 'OVERFLOW'],
        ['unsaid', 'MISSING'],
      ],
    ],
  ])('pass over a rule without a value: %s', async (_, items, failed) => {
    await start({ releases: [await ruled(failing('SKIP'))] });
    const answer = await ask({ amount: 2, items });
    expect(answer).toMatchObject({ decision: 'APPROVE', fallback: null });
    expect(answer.rules).toEqual([
      ...failed.map(([name, error]) => expect.objectContaining({ name, outcome: 'FAILED', error })),
      expect.objectContaining({ name: 'rest', outcome: 'DECIDED' }),
    ]);
    expect((await bench.records())[0].rules).toEqual(answer.rules);
    expect(bench.faults).toEqual([]);
  });

  it('answer by the fallback for RULE_ERROR where a rule asks for it and none before it matched', async () => {
    const fallback = {
      default: { kind: 'REFUSE' as const },
      causes: { RULE_ERROR: { kind: 'CONSTANT' as const, score: 0.6, decision: 'REVIEW' } },
    };
    await start({ releases: [await ruled(failing('FALLBACK'), { fallback })] });
    const answer = await ask({ amount: 2, items: 0 });
    expect(answer).toMatchObject({
      score: 0.6,
      decision: 'REVIEW',
      confidence: null,
      fallback: { cause: 'RULE_ERROR', detail: 'the rule "per_item" has no value: DIVISION_BY_ZERO' },
      models: [{ score: expect.closeTo(AT_TWO, 6) }],
    });
    // What matches afterwards does not decide any more.
    expect(answer.rules.map(({ name, outcome }: any) => [name, outcome])).toEqual([
      ['per_item', 'FAILED'],
      ['unsaid', 'FAILED'],
      ['rest', 'MATCHED'],
    ]);
    expect((await bench.records())[0]).toMatchObject({ fallback: 'RULE_ERROR', rules: answer.rules });
    expect((await bench.get('/metrics')).body).toContain('prediction_fallback_total{cause="RULE_ERROR"} 1');
    await bench.close();

    const before = [rule('first', 'amount > 1.0', 'DECLINE')];
    await start({ releases: [await ruled(failing('FALLBACK', before), { fallback })] });
    expect(await ask({ amount: 2, items: 0 })).toMatchObject({ decision: 'DECLINE', fallback: null });
    await bench.close();
    await start({ releases: [await ruled(failing('FALLBACK'))] });
    const refused = await bench.post(path, {
      inputs: { user_id: 'u1', items: 0, amount: 2 },
      features: { user_txn__amount_24h: 3 },
    });
    expect(refused).toMatchObject({ status: 503, body: { cause: 'RULE_ERROR' } });
  });

  it('are asked of a shadow too, and not of tensors, which have no names', async () => {
    const live = await ruled([rule('all', 'true', 'APPROVE')]);
    const shadow = await ruled(failing('FALLBACK', [rule('first', 'amount > 3.0 && score > 0.5', 'DECLINE')]), {}, 2);
    await start({
      releases: [live, shadow],
      traffic: ([first, second]) => [
        {
          kind: 'SHADOW',
          holder: 'tiffin:default:shadow:s',
          holderRevision: 1,
          seed: 's',
          hashVersion: 2,
          unit: 'user_id',
          share: 1,
          release: second!,
          endsAt: null,
        },
        { kind: 'DEFAULT', release: first! },
      ],
    });
    await ask({ amount: 4, items: 1 });
    await ask({ amount: 2, items: 0 });
    await ask({ amount: 2, items: 5 });
    await bench.shadows.stop(10_000);
    const records = (await bench.records()).filter((one) => one.kind === 'shadow');
    expect(records.map(({ kind, ...one }) => (kind === 'shadow' ? ShadowRecord.parse(one) : null))).toMatchObject([
      { decision: 'DECLINE', failure: null, primary: { decision: 'APPROVE' } },
      { decision: null, failure: 'RULE_ERROR', score: null },
      { decision: 'APPROVE', failure: null },
    ]);
    await bench.close();

    await start({ releases: [live] });
    const tensor = { name: 'features', shape: [1, 4], datatype: 'FP32', data: [2, 3, 2, 0.5] };
    expect((await bench.post('/v2/models/fraud-decision/infer', { inputs: [tensor] })).status).toBe(200);
    expect((await bench.records())[0]).toMatchObject({ decision: null, score: expect.closeTo(AT_TWO, 6) });
  });
});
