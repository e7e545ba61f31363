import { beforeAll, describe, expect, it } from 'vitest';
import type { RecipeInput } from '../../../schema/recipe.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import {
  approvedVersion,
  featureOutbox,
  person,
  REGISTER,
  startTestRegistry,
  type TestRegistry,
} from '../../support/registry.ts';
import { fraudModel, fraudRecipe, serviceEvent } from '../../support/serving.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const developer = person('developer');
const DRY_RUN = `query ($input: DryRunRecipeInput!) { dryRunRecipe(input: $input) {
  requires problems { field message allowed }
  answers {
    problem { field message allowed } features { name value status } derived { name value }
    models { name version score problem } score decision confidence reason
    rules { name outcome action error } fallback { cause action detail } timings { stage ms }
  } } }`;

let registry: TestRegistry;
let draft: string;
let second: string;
let upon: string;
let cursor: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  cursor = await outbox.tell(serviceEvent());
  // A version that nobody has approved: trying needs no approval.
  const artifact = await registry.upload(developer, fraudModel().bytes);
  const { registerModelVersion } = await registry.ask(developer, REGISTER, { input: { artifact, model: 'draft' } });
  draft = registerModelVersion.modelVersion.id;
  second = await approvedVersion(registry, fraudModel(-2), { model: 'second' });
  upon = await approvedVersion(registry, logisticModel({ features: 2, weights: [1, 1], bias: 0 }), { model: 'upon' });
});

const dryRun = async (recipe: object, ...requests: object[]): Promise<any> =>
  (await registry.ask(developer, DRY_RUN, { input: { recipe, requests, after: cursor } })).dryRunRecipe;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** fraudModel on amount, amount_24h and their ratio. */
const scoreOf = (amount: number, sum: number, bias = 0.25): number =>
  sigmoid(1.5 * amount - 0.5 * sum + 0.25 * (amount / (sum + 1)) + bias);

const because = { confidence: 0.8, reason: 'as it says' };
const rules: NonNullable<RecipeInput['rules']> = [
  { name: 'per_item', when: '10 / user_txn__count_24h > 100', action: 'REVIEW', ...because },
  { name: 'high', when: 'score > 0.9', action: 'DECLINE', ...because },
  { name: 'abroad', when: 'country == "DE"', action: 'REVIEW', ...because },
  { name: 'rest', when: 'true', action: 'APPROVE', ...because },
];
const ruled = (more: Partial<RecipeInput> = {}): RecipeInput => fraudRecipe(draft, { output: {}, rules, ...more });
const sample = (amount: number, more: object = {}) => ({
  inputs: { user: 'u1', amount, country: 'IN' },
  features: { user_txn__amount_24h: 2 },
  ...more,
});

describe('a dry run', () => {
  it('says of each sample what every stage gives, and freezes nothing', async () => {
    const found = await dryRun(ruled(), sample(3), sample(0.1));
    expect(found.problems).toEqual([]);
    expect(found.requires).toContain('rules:1');
    expect(found.requires).not.toContain('detectors:1');
    const watched = ruled({ detectors: [{ name: 'failing', watch: { kind: 'ERRORS', share: 0.2 }, answers: 100 }] });
    expect((await dryRun(watched, sample(3))).requires).toContain('detectors:1');
    const [high, low] = found.answers;
    expect(high).toMatchObject({
      problem: null,
      features: [
        { name: 'user_txn__amount_24h', value: 2, status: 'PRESENT' },
        { name: 'user_txn__count_24h', value: 0, status: 'DEFAULTED' },
      ],
      derived: [{ name: 'ratio', value: 1 }],
      models: [{ name: 'model', version: draft, score: expect.closeTo(scoreOf(3, 2), 5), problem: null }],
      score: expect.closeTo(scoreOf(3, 2), 5),
      decision: 'DECLINE',
      confidence: 0.8,
      reason: 'as it says',
      fallback: null,
    });
    expect(high.rules).toEqual([
      { name: 'per_item', outcome: 'FAILED', action: 'REVIEW', error: 'DIVISION_BY_ZERO' },
      { name: 'high', outcome: 'DECIDED', action: 'DECLINE', error: null },
      { name: 'rest', outcome: 'MATCHED', action: 'APPROVE', error: null },
    ]);
    expect(high.timings.map(({ stage }: any) => stage)).toEqual(['derive', 'model', 'rules', 'total']);
    expect(high.timings.every(({ ms }: any) => ms >= 0)).toBe(true);
    expect(low).toMatchObject({ decision: 'APPROVE', score: expect.closeTo(scoreOf(0.1, 2), 5) });
    const { releases } = await registry.ask(developer, '{ releases { edges { node { id } } } }');
    expect(releases.edges).toEqual([]);
  });

  it('refuses a bad sample alone, by its place', async () => {
    const { problems, answers } = await dryRun(
      ruled(),
      sample(3, { inputs: { user: 'u1' } }),
      sample(3, { features: { nope: 1 } }),
      sample(3),
    );
    expect(problems).toEqual([]);
    expect(answers.map(({ problem }: any) => problem?.field ?? null)).toEqual([
      'requests.0.amount',
      'requests.1.nope',
      null,
    ]);
    expect(answers[0]).toMatchObject({ problem: { allowed: ['FLOAT64'] }, models: [], decision: null });
    expect(answers[2].decision).toBe('DECLINE');
  });

  it.each<[string, () => object, string, RegExp]>([
    [
      'a rule',
      () => ruled({ rules: [{ ...rules[0]!, when: 'amount > 3.0 &&\n countr == "DE"' }] }),
      'recipe.rules.0.when',
      /^Line 2, column 2 of the expression: Unknown variable: countr/,
    ],
    ['a field that is none', () => ({ ...ruled(), budget: {} }), 'recipe.body', /budget/],
    ['a version that is not there', () => fraudRecipe('nobody@1'), 'recipe.models.0.version', /nobody/],
    [
      'features that no subgraph has announced',
      () => fraudRecipe(draft, { features: { service: 'never@1' } }),
      'recipe.features.service',
      /has not been heard of/,
    ],
  ])('says what is wrong with the recipe, with its place: %s', async (_, recipe, field, message) => {
    const { problems, answers, requires } = await dryRun(recipe(), sample(3));
    expect([answers, requires]).toEqual([[], []]);
    expect(problems[0]).toMatchObject({ field, message: expect.stringMatching(message) });
  });

  it('shows what a fallback would answer, and why', async () => {
    const causes: NonNullable<RecipeInput['fallback']>['causes'] = { FEATURES_MISSING: { kind: 'RULES_ONLY' } };
    const more = { fallback: { default: { kind: 'REFUSE' as const }, causes } };
    const missing = sample(3, { features: { user_txn__count_24h: 1 } });
    const { answers } = await dryRun(ruled(more), missing);
    expect(answers).toMatchObject([
      {
        score: null,
        decision: 'APPROVE',
        fallback: { cause: 'FEATURES_MISSING', action: 'RULES_ONLY', detail: 'no value for user_txn__amount_24h' },
        rules: [{ name: 'rest', outcome: 'DECIDED' }],
        models: [{ score: null, problem: null }],
      },
    ]);
    const constant = { default: { kind: 'CONSTANT' as const, score: 0.5, decision: 'REVIEW' } };
    expect((await dryRun(ruled({ fallback: constant }), missing)).answers).toMatchObject([
      { score: 0.5, decision: 'REVIEW', fallback: { action: 'CONSTANT' } },
    ]);
    const stops = [{ ...rules[0]!, onError: 'FALLBACK' as const }, ...rules.slice(1)];
    expect((await dryRun(ruled({ rules: stops }), sample(3))).answers).toMatchObject([
      { decision: null, score: null, fallback: { cause: 'RULE_ERROR', action: 'REFUSE' } },
    ]);
    const divided = [{ name: 'ratio', dtype: 'FLOAT64' as const, expression: 'double(10 / user_txn__count_24h)' }];
    expect((await dryRun(ruled({ derive: divided }), sample(3))).answers).toMatchObject([
      { derived: [], fallback: { cause: 'ENGINE_ERROR', detail: expect.stringContaining('divided by zero') } },
    ]);
  });

  it('runs several models, and one upon the others', async () => {
    const fed = [{ tensor: 'features', columns: ['amount', 'user_txn__amount_24h', 'ratio'] }];
    const score = { tensor: 'score' };
    const models = [
      { name: 'first', version: draft, inputs: fed, score },
      { name: 'second', version: second, inputs: fed, score },
      { name: 'upon', version: upon, inputs: [{ tensor: 'features', columns: ['first', 'second'] }], score },
    ];
    const { answers } = await dryRun(ruled({ models, combine: { kind: 'STACK', model: 'upon' } }), sample(1));
    const [first, other] = [scoreOf(1, 2), scoreOf(1, 2, -2)];
    expect(answers[0].models.map(({ score: said }: any) => said)).toEqual(
      [first, other, sigmoid(first + other)].map((one) => expect.closeTo(one, 5)),
    );
    expect(answers[0].score).toBeCloseTo(sigmoid(first + other), 5);
  });

  it('takes 1 to 20 samples, from people who may write', async () => {
    const refusal = (actor: ReturnType<typeof person>, requests: object[]) =>
      registry.refusals(actor, DRY_RUN, { input: { recipe: ruled(), requests } });
    expect(await refusal(developer, [])).toMatchObject([{ code: 'INVALID_INPUT', field: 'requests' }]);
    expect(
      await refusal(
        developer,
        Array.from({ length: 21 }, () => sample(1)),
      ),
    ).toMatchObject([{ field: 'requests' }]);
    expect(await refusal(developer, [{ inputs: 3 }])).toMatchObject([{ field: 'requests.0.inputs' }]);
    expect(await refusal(person('viewer'), [sample(1)])).toMatchObject([{ code: 'FORBIDDEN' }]);
    const late = { input: { recipe: ruled(), requests: [sample(1)], after: 'feature:99999999999-0' } };
    expect(await registry.refusals(developer, DRY_RUN, late)).toMatchObject([{ code: 'UNAVAILABLE', field: 'after' }]);
  });
});
