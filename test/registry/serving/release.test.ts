import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateExpression } from '../../../core/expression/evaluate.ts';
import type { RecipeInput } from '../../../schema/recipe.ts';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import { PLAN_VERSION, readPlan } from '../../../core/tabular/plan-blob.ts';
import { blobsOfModel, ReleaseDocument } from '../../../schema/release.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import {
  approvedVersion,
  featureOutbox,
  person,
  REGISTER,
  startTestRegistry,
  type TestRegistry,
} from '../../support/registry.ts';
import { testKeys } from '../../support/keys.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import {
  changeTraffic,
  CREATE_RELEASE,
  released,
  deployed,
  fraudModel,
  fraudRecipe,
  SERVICE,
  serviceEvent,
  trafficMutation,
  type Deployed,
} from '../../support/serving.ts';

const developer = person('developer');
const FED = [{ tensor: 'features', columns: ['amount', 'user_txn__amount_24h', 'ratio'] }];
let clock = new Date('2026-03-01T10:00:00.000Z');
let registry: TestRegistry;
let outbox: Awaited<ReturnType<typeof featureOutbox>>;
let fraud: Deployed;
let version: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => clock });
  await outbox.tell(serviceEvent());
  fraud = await deployed(registry, 'fraud', { releases: 1 });
  version = fraud.versions[0]!;
});

const rule = (when: string) => ({ name: 'first', when, action: 'DECLINE', confidence: 0.95, reason: 'high score' });
const ruled = (...rules: NonNullable<RecipeInput['rules']>): Partial<RecipeInput> => ({ output: {}, rules });
const blobPath = (digest: string): string => join(registry.folder, 'blobs', 'blobs', digest.slice(0, 2), digest);
const create = (recipe: unknown, more: object = {}) =>
  registry.ask(developer, CREATE_RELEASE, { input: { deployment: fraud.deployment, recipe, ...more } });
const refused = (recipe: unknown, more: object = {}) =>
  registry.refusals(developer, CREATE_RELEASE, { input: { deployment: fraud.deployment, recipe, ...more } });

describe('a release', () => {
  it('is a document that holds everything a node needs, addressed by its digest', async () => {
    const { digest } = fraud.releases[0]!;
    const document = ReleaseDocument.parse(JSON.parse(readFileSync(blobPath(digest), 'utf8')));
    expect(document).toMatchObject({
      format: 2,
      release: 'tiffin:default:release:fraud@production/1',
      deployment: 'tiffin:default:deployment:fraud@production',
      number: 1,
      recipe: { models: [{ score: { tensor: 'score', index: 0 } }], budgets: { featuresMs: 50, totalMs: 200 } },
      layout: { service: SERVICE, views: [{ name: 'user_txn', ttlMs: 86_400_000, features: [{}, {}] }] },
      models: [
        {
          version,
          proofs: { ort: 'EXACT', tabular: 'EXACT' },
          p99Ms: { ort: expect.any(Number), tabular: expect.any(Number) },
          plan: { version: PLAN_VERSION, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
          trainingSet: null,
        },
      ],
    });
    expect(document.models[0]!.golden).toHaveLength(fraudModel().golden.length);
    const { digest: file, plan } = document.models[0]!;
    const brought = readFileSync(blobPath(plan!.digest));
    expect(brought.length).toBe(plan!.sizeBytes);
    expect({ plan: readPlan(brought) }).toStrictEqual(compileModel(readFileSync(blobPath(file))));
    const ratio = evaluateExpression(document.derived[0]!.ast as never, { amount: 10, user_txn__amount_24h: 4 });
    expect(ratio).toBe(2);
    expect(fraud.releases[0]).toMatchObject({ requires: ['features:http', 'recipe:2'] });
  });

  it('takes short ids in its recipe, and keeps whole ones', async () => {
    const recipe = fraudRecipe(version.replace('tiffin:default:model-version:', ''), {
      features: { service: 'fraud@1', defaults: { user_txn__count_24h: 0 } },
    });
    const { digest } = (await create(recipe)).createRelease.release;
    const document = ReleaseDocument.parse(JSON.parse(readFileSync(blobPath(digest), 'utf8')));
    expect(document).toMatchObject({
      recipe: { features: { service: SERVICE }, models: [{ version }] },
      layout: { service: SERVICE },
      models: [{ version }],
    });
    expect(await refused(fraudRecipe('fraud-model@1.2.0.0'))).toMatchObject([
      {
        code: 'INVALID_INPUT',
        field: 'recipe.models.0.version',
        allowed: ['tiffin:<project>:model-version:<model>@<number>', '<model>@<number>'],
      },
    ]);
    expect(await refused(fraudRecipe(version, { features: { service: 'fraud' } }))).toMatchObject([
      { code: 'INVALID_INPUT', field: 'recipe.features.service' },
    ]);
  });

  it('waits for the features that it builds on', async () => {
    const later = 'tiffin:default:feature-service:later@1';
    const slow = new Promise((resolve) => setTimeout(resolve, 200)).then(() => outbox.tell(serviceEvent(later)));
    const cursor = await slow;
    const recipe = fraudRecipe(version, { features: { service: later } });
    expect((await create(recipe, { after: cursor })).createRelease.release.number).toBeGreaterThan(1);
  });

  it('says that the features have not arrived when they do not', async () => {
    const recipe = fraudRecipe(version, { features: { service: 'tiffin:default:feature-service:never@1' } });
    expect(await refused(recipe)).toMatchObject([{ code: 'NOT_FOUND', field: 'recipe.features.service' }]);
    expect(await refused(recipe, { after: 'feature:99999999999-0' })).toMatchObject([
      { code: 'UNAVAILABLE', field: 'after' },
    ]);
  });

  it('asks nodes to know reasons where the log is to have them', async () => {
    const recipe = fraudRecipe(version, { logging: { reasons: { sampleRate: 0.1 } } });
    const { digest, requires } = (await create(recipe)).createRelease.release;
    expect(requires).toEqual(['features:http', 'reasons:1', 'recipe:2']);
    const document = ReleaseDocument.parse(JSON.parse(readFileSync(blobPath(digest), 'utf8')));
    expect(document.recipe.logging.reasons).toEqual({ sampleRate: 0.1, most: 5 });
    const errors = await refused(fraudRecipe(version, { logging: { reasons: { most: 51 } } }));
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', field: 'recipe.logging.reasons.most' }]);
  });

  it('freezes the checked conditions of its rules, and asks nodes to know rules', async () => {
    const rules = [rule('score > 0.9'), { ...rule('true'), name: 'rest', action: 'APPROVE' }];
    const output = { decision: { threshold: 0.5, above: 'REVIEW', below: 'APPROVE' } };
    const { digest, requires } = (await create(fraudRecipe(version, { rules, output }))).createRelease.release;
    expect(requires).toEqual(['features:http', 'recipe:2', 'rules:1']);
    const document = ReleaseDocument.parse(JSON.parse(readFileSync(blobPath(digest), 'utf8')));
    expect(document.rules.map(({ name }) => name)).toEqual(['first', 'rest']);
    expect([0.9, 0.95].map((score) => evaluateExpression(document.rules[0]!.ast as never, { score }))).toEqual([
      false,
      true,
    ]);
  });

  const wrong: readonly (readonly [string, Partial<RecipeInput>, string, RegExp])[] = [
    [
      'an unknown column',
      {
        models: [
          {
            version: 'V',
            inputs: [{ tensor: 'features', columns: ['amount', 'nope', 'ratio'] }],
            score: { tensor: 'score' },
          },
        ],
      },
      'recipe.models.0.inputs.0.columns.1',
      /"nope" is no input/,
    ],
    [
      'text in a number',
      {
        models: [
          {
            version: 'V',
            inputs: [{ tensor: 'features', columns: ['amount', 'user', 'ratio'] }],
            score: { tensor: 'score' },
          },
        ],
      },
      'recipe.models.0.inputs.0.columns.1',
      /"user" is STRING/,
    ],
    [
      'too few columns',
      {
        models: [
          { version: 'V', inputs: [{ tensor: 'features', columns: ['amount', 'ratio'] }], score: { tensor: 'score' } },
        ],
      },
      'recipe.models.0.inputs.0.columns',
      /2 columns do not fill one row/,
    ],
    [
      'twice as many columns',
      {
        models: [
          {
            version: 'V',
            inputs: [{ tensor: 'features', columns: ['amount', 'amount', 'amount', 'ratio', 'ratio', 'ratio'] }],
            score: { tensor: 'score' },
          },
        ],
      },
      'recipe.models.0.inputs.0.columns',
      /6 columns do not fill one row/,
    ],
    [
      'an unknown tensor',
      { models: [{ version: 'V', inputs: [{ tensor: 'x', columns: ['amount'] }], score: { tensor: 'score' } }] },
      'recipe.models.0.inputs.0.tensor',
      /no input "x"/,
    ],
    [
      'an output that is not there',
      { models: [{ version: 'V', inputs: FED, score: { tensor: 'probability' } }] },
      'recipe.models.0.score.tensor',
      /no output "probability"/,
    ],
    [
      'a value past the end of the output',
      { models: [{ version: 'V', inputs: FED, score: { tensor: 'score', index: 1 } }] },
      'recipe.models.0.score.index',
      /1 values a row/,
    ],
    ['a join key without an input', { entities: [] }, 'recipe.entities', /join key "user_id"/],
    [
      'a join key of another type',
      { entities: [{ joinKey: 'user_id', input: 'amount' }] },
      'recipe.entities.0.input',
      /is STRING, "amount" is FLOAT64/,
    ],
    [
      'an unknown join key',
      { entities: [{ joinKey: 'card', input: 'user' }] },
      'recipe.entities.0.joinKey',
      /no view has/,
    ],
    [
      'a default for no feature',
      { features: { service: SERVICE, defaults: { nothing: 1 } } },
      'recipe.features.defaults.nothing',
      /no such feature/,
    ],
    [
      'a default of another type',
      { features: { service: SERVICE, defaults: { user_txn__count_24h: 1.5 } } },
      'recipe.features.defaults.user_txn__count_24h',
      /must be INT64/,
    ],
    [
      'a max age for no view',
      { features: { service: SERVICE, maxAgeMs: { other: 5 } } },
      'recipe.features.maxAgeMs.other',
      /no such view/,
    ],
    [
      'an expression of another type',
      { derive: [{ name: 'ratio', dtype: 'FLOAT64', expression: 'user' }] },
      'recipe.derive.0.expression',
      /the result is string/,
    ],
    [
      'an expression over unknown names',
      { derive: [{ name: 'ratio', dtype: 'FLOAT64', expression: 'amount * nothing' }] },
      'recipe.derive.0.expression',
      /nothing/,
    ],
    [
      'one name for two things',
      { derive: [{ name: 'amount', dtype: 'FLOAT64', expression: '1.0' }] },
      'recipe.derive.0.name',
      /already stands/,
    ],
    [
      'a budget that does not fit',
      { budgets: { featuresMs: 300, totalMs: 200 } },
      'recipe.budgets.featuresMs',
      /fit into totalMs/,
    ],
    ['a field that recipes do not have', { ruler: [] } as object, 'recipe.body', /ruler/],
    [
      'a rule over unknown names',
      ruled(rule('country == "IN" &&\n  amout > 3.0')),
      'recipe.rules.0.when',
      /Line 2, column 3 of the expression: Unknown variable: amout/,
    ],
    ['a rule that can never fire', ruled(rule('score > 0.9 && score < 0.3')), 'recipe.rules.0.when', /never true/],
    [
      'a rule behind one that always matches',
      ruled(rule('true'), { ...rule('score > 0.9'), name: 'second' }),
      'recipe.rules.1.when',
      /"first" \(rules.0\) before it always matches/,
    ],
    [
      'an action that is none of its own',
      ruled({ ...rule('score > 0.9'), action: 'BLOCK' }),
      'recipe.rules.0.action',
      /no action of the recipe; allowed: APPROVE, REVIEW, DECLINE/,
    ],
    [
      'more confidence than there is',
      ruled({ ...rule('score > 0.9'), confidence: 1.5 }),
      'recipe.rules.0.confidence',
      /confidence/,
    ],
  ];
  it.each(wrong)('refuses %s', async (_, change, field, message) => {
    const recipe = JSON.parse(JSON.stringify(fraudRecipe(version, change)).replaceAll('"V"', JSON.stringify(version)));
    const [problem] = await refused(recipe);
    expect(problem).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) });
    expect(problem.problems.map((one: any) => one.field)).toContain(field);
  });

  it('names everything that is wrong at once', async () => {
    const recipe = fraudRecipe(version, {
      models: [{ version, inputs: FED, score: { tensor: 'x' } }],
      entities: [],
      budgets: { featuresMs: 300, totalMs: 200 },
    });
    const [{ problems }] = await refused(recipe);
    expect(problems.map(({ field }: any) => field)).toEqual([
      'recipe.entities',
      'recipe.models.0.score.tensor',
      'recipe.budgets.featuresMs',
    ]);
  });

  it('takes an approved version only, and says which state this one is in', async () => {
    const artifact = await registry.upload(developer, fraudModel().bytes);
    const { registerModelVersion } = await registry.ask(developer, REGISTER, { input: { artifact, model: 'draft' } });
    expect(await refused(fraudRecipe(registerModelVersion.modelVersion.id))).toMatchObject([
      { code: 'FAILED_PRECONDITION', state: 'DRAFT', allowed: ['APPROVED'], field: 'recipe.models.0.version' },
    ]);
  });

  it('keeps to the environments of the approval', async () => {
    const staging = await approvedVersion(registry, fraudModel(), {
      model: 'staging-only',
      terms: { environments: ['staging'] },
    });
    expect(await refused(fraudRecipe(staging))).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G2', allowed: ['staging'] },
    ]);
  });

  it('is refused once the approval has expired (G4)', async () => {
    const expiring = await approvedVersion(registry, fraudModel(), {
      model: 'expiring',
      terms: { expiresAt: '2026-03-01T11:00:00Z' },
    });
    expect((await create(fraudRecipe(expiring))).createRelease.release.id).toBeDefined();
    clock = new Date('2026-03-01T11:00:00.000Z');
    expect(await refused(fraudRecipe(expiring))).toMatchObject([{ code: 'FAILED_PRECONDITION', rule: 'G4' }]);
    clock = new Date('2026-03-01T10:00:00.000Z');
  });

  it('says that a deployment or a version is not there', async () => {
    const recipe = fraudRecipe(version);
    expect(await refused(recipe, { deployment: 'tiffin:default:deployment:fraud@nowhere' })).toMatchObject([
      { code: 'NOT_FOUND', field: 'deployment' },
    ]);
    expect(await refused(fraudRecipe('tiffin:default:model-version:fraud-model@99'))).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    expect(await refused(recipe, { deployment: 'tiffin:other:deployment:fraud@production' })).toMatchObject([
      { code: 'NOT_FOUND', field: 'deployment' },
    ]);
  });
});

describe('a release of several models', () => {
  const use = (name: string, of: string) => ({ name, version: of, inputs: FED, score: { tensor: 'score' } });
  const weighted = (weights: Record<string, number>, ...models: object[]) =>
    ({ ...fraudRecipe(version), models, combine: { kind: 'WEIGHTED_MEAN', weights } }) as object;
  const RELEASE = `query ($id: ID!) { release(id: $id) { requires modelVersions { id roles { role release { id } } } } }`;
  let second: string;
  beforeAll(async () => {
    second = await approvedVersion(registry, fraudModel(-2), { model: 'fraud-second' });
  });

  it('may be made by a model upon the others, which reads what they say', async () => {
    const upon = await approvedVersion(registry, logisticModel({ features: 2, weights: [1, 1], bias: 0 }), {
      model: 'fraud-upon',
    });
    const stacked = (columns: readonly string[], more: object = {}): object => ({
      ...fraudRecipe(version),
      models: [
        { ...use('first', version), onError: 'SKIP', ...more },
        use('second', second),
        { name: 'upon', version: upon, inputs: [{ tensor: 'features', columns }], score: { tensor: 'score' } },
      ],
      combine: { kind: 'STACK', model: 'upon' },
    });
    const { digest } = (await create(stacked(['first', 'second'], { standIn: 0.5 }))).createRelease.release;
    const document = ReleaseDocument.parse(JSON.parse(readFileSync(blobPath(digest), 'utf8')));
    expect(document.recipe.models.map(({ onError, standIn }) => [onError, standIn])).toEqual([
      ['SKIP', 0.5],
      ['FALLBACK', undefined],
      ['FALLBACK', undefined],
    ]);
    expect(document.models.map((model) => model.version)).toEqual([version, second, upon]);
    const [{ problems }] = await refused(stacked(['first', 'third']));
    expect(problems).toMatchObject([
      { field: 'recipe.models.0.standIn', message: expect.stringContaining('STACK needs a score of each model') },
      { field: 'recipe.models.2.inputs.0.columns.1', message: expect.stringContaining('"third" is no input') },
    ]);
  });

  it('holds them all, is found from each of them, and is served with the blobs of each', async () => {
    const place = await deployed(registry, 'several', { releases: 1 });
    const recipe = weighted({ first: 0.75, second: 0.25 }, use('first', version), use('second', second));
    const { id, digest } = await released(registry, { deployment: place.deployment, recipe });
    const document = ReleaseDocument.parse(JSON.parse(readFileSync(blobPath(digest), 'utf8')));
    expect(document).toMatchObject({ format: 2, combined: null, models: [{ version }, { version: second }] });
    const { release } = await registry.ask(developer, RELEASE, { id });
    expect(release.requires).toEqual(['features:http', 'recipe:2']);
    expect(release.modelVersions.map((one: any) => one.id)).toEqual([version, second]);
    for (const { roles } of release.modelVersions) {
      expect(roles.find((role: any) => role.release.id === id)).toEqual({ role: 'STAGED', release: { id } });
    }
    await changeTraffic(registry, developer, 'promoteRelease', { deployment: place.deployment, release: id });
    const retire =
      'mutation ($input: ModelVersionStepInput!) { retireModelVersion(input: $input) { modelVersion { state } } }';
    expect(await registry.refusals(person('approver'), retire, { input: { id: second } })).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G10' },
    ]);
    const get = (path: string) =>
      registry.subgraph.app.request(path, { headers: { authorization: `Bearer ${testKeys.with('edge:deliver')}` } });
    for (const blob of document.models.flatMap(blobsOfModel)) {
      expect((await get(`/v1/blobs/${blob}`)).status).toBe(200);
    }
  });

  it('freezes a checked expression over the scores', async () => {
    const recipe = {
      ...fraudRecipe(version),
      models: [use('first', version), use('second', second)],
      combine: {
        kind: 'EXPRESSION',
        expression: 'first > 0.5 ? math.greatest(first, second) : 0.5 * (first + second)',
      },
    };
    const { digest } = (await create(recipe)).createRelease.release;
    const { combined } = ReleaseDocument.parse(JSON.parse(readFileSync(blobPath(digest), 'utf8')));
    expect(evaluateExpression(combined as never, { first: 0.6, second: 0.9 })).toBe(0.9);
    expect(evaluateExpression(combined as never, { first: 0.2, second: 0.4 })).toBeCloseTo(0.3, 12);
  });

  const both = (): object[] => [use('first', version), use('second', second)];
  it.each<[string, () => object, string, RegExp]>([
    [
      'weights that do not sum to 1',
      () => weighted({ first: 0.7, second: 0.2 }, ...both()),
      'combine.weights',
      /sum to 0\.8999/,
    ],
    [
      'a weight for nobody',
      () => weighted({ first: 0.5, second: 0.5, third: 0 }, ...both()),
      'combine.weights.third',
      /no model "third"/,
    ],
    ['a model without a weight', () => weighted({ first: 1 }, ...both()), 'combine.weights', /"second" has no weight/],
    ['nothing that makes one score of two', () => ({ ...fraudRecipe(version), models: both() }), 'combine', /2 models/],
    ['a rule for one model', () => weighted({ first: 1 }, use('first', version)), 'combine', /nothing to combine/],
    [
      'a name that stands for something',
      () => weighted({ amount: 0.5, second: 0.5 }, use('amount', version), use('second', second)),
      'models.0.name',
      /already stands/,
    ],
    [
      'two models of one name',
      () => weighted({ same: 1 }, use('same', version), use('same', second)),
      'models.1.name',
      /already stands/,
    ],
    [
      'an expression over something else',
      () => ({
        ...fraudRecipe(version),
        models: both(),
        combine: { kind: 'EXPRESSION', expression: 'first + amount' },
      }),
      'combine.expression',
      /amount/,
    ],
    [
      'an expression of another type',
      () => ({
        ...fraudRecipe(version),
        models: both(),
        combine: { kind: 'EXPRESSION', expression: 'first > second' },
      }),
      'combine.expression',
      /the result is bool/,
    ],
    [
      'what is no rule',
      () => ({ ...fraudRecipe(version), models: both(), combine: { kind: 'VOTE' } }),
      'combine.kind',
      /combine/,
    ],
    [
      'nine models',
      () => ({
        ...fraudRecipe(version),
        models: Array.from({ length: 9 }, (_, i) => use(`m${i}`, version)),
        combine: { kind: 'MAX' },
      }),
      'models',
      /8/,
    ],
  ])('is refused with %s', async (_, recipe, field, message) => {
    const [problem] = await refused(recipe());
    expect(problem).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) });
    expect(problem.problems.map((one: any) => one.field)).toContain(`recipe.${field}`);
  });

  it('takes rounding for what it is: thirds sum to 1', async () => {
    const thirds = { first: 1 / 3, second: 1 / 3, again: 1 / 3 };
    const recipe = weighted(thirds, ...both(), use('again', version));
    expect((await create(recipe)).createRelease.release.id).toBeDefined();
  });

  it('takes approved versions only, and names the one that is not', async () => {
    const artifact = await registry.upload(developer, fraudModel(9).bytes);
    const { registerModelVersion } = await registry.ask(developer, REGISTER, {
      input: { artifact, model: 'undecided' },
    });
    const recipe = weighted(
      { first: 0.5, second: 0.5 },
      use('first', version),
      use('second', registerModelVersion.modelVersion.id),
    );
    expect(await refused(recipe)).toMatchObject([
      { code: 'FAILED_PRECONDITION', state: 'DRAFT', field: 'recipe.models.1.version' },
    ]);
  });

  it('is no way back once one of its versions is suspended', async () => {
    const place = await deployed(registry, 'way-back', { releases: 1 });
    const third = await approvedVersion(registry, fraudModel(-3), { model: 'fraud-third' });
    const recipe = weighted({ first: 0.5, second: 0.5 }, use('first', version), use('second', third));
    const made = await released(registry, { deployment: place.deployment, recipe });
    for (const release of [made.id, place.releases[0]!.id]) {
      await changeTraffic(registry, developer, 'promoteRelease', { deployment: place.deployment, release });
    }
    const suspend =
      'mutation ($input: ReasonedStepInput!) { suspendModelVersion(input: $input) { modelVersion { state } } }';
    await registry.ask(person('approver'), suspend, { input: { id: third, reason: 'bad' } });
    const input = { deployment: place.deployment, reason: 'back' };
    expect(await registry.refusals(developer, trafficMutation('rollback'), { input })).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G7', modelVersion: third, state: 'SUSPENDED' },
    ]);
  });
});
