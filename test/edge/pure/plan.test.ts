import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../../edge/recipe/plan.ts';
import { fill } from '../../../edge/recipe/binding.ts';
import type { ReleaseDocument } from '../../../schema/release.ts';
import { identityModel } from '../support/dtype-model.ts';
import { recipe, release } from '../support/release.ts';

const { document, digest } = await release();
const changed = (change: (copy: ReleaseDocument) => void): ReleaseDocument => {
  const copy = structuredClone(document);
  change(copy);
  return copy;
};

const ageOf = (ttlMs: number, maxAgeMs: Record<string, number>): unknown =>
  compilePlan(
    digest,
    changed((copy) => {
      copy.layout!.views[0]!.ttlMs = ttlMs;
      copy.recipe.features!.maxAgeMs = maxAgeMs;
    }),
  ).features[0]!.maxAgeMs;

describe('a plan', () => {
  it('holds what a request needs to know', () => {
    const plan = compilePlan(digest, document);
    expect(plan).toMatchObject({
      digest,
      modelVersion: '1.0.0.0',
      service: 'tiffin:default:feature-service:fraud@1',
      features: [
        { name: 'user_txn__amount_24h', maxAgeMs: 3_600_000, fallback: undefined },
        { name: 'user_txn__count_1h', maxAgeMs: 3_600_000, fallback: 0 },
      ],
    });
    expect(plan.bindings[0]).toMatchObject({ tensor: 'features', dtype: 'float32', shape: [1, 4] });
  });

  it('takes the narrower of TTL and maximum age; 0 means that nothing expires', () => {
    expect(ageOf(100, { user_txn: 50 })).toBe(50);
    expect(ageOf(100, { user_txn: 500 })).toBe(100);
    expect(ageOf(0, { user_txn: 500 })).toBe(500);
    expect(ageOf(0, {})).toBeNull();
  });

  it.each<[string, (copy: ReleaseDocument) => void, string]>([
    ['no model', (copy) => (copy.models = []), 'the release does not hold tiffin:default:model-version:fraud@1.0.0.0'],
    ['no layout', (copy) => (copy.layout = null), 'the layout of its features is missing'],
    ['the layout of another service', (copy) => (copy.layout!.service += '9'), 'the layout is of'],
    ['a join key without an input', (copy) => (copy.recipe.entities = []), 'the join key "user" has no input'],
    ['an entity from nowhere', (copy) => (copy.recipe.entities[0]!.input = 'x'), 'there is no input "x"'],
    ['a default of no feature', (copy) => (copy.recipe.features!.defaults['x'] = 1), 'there is no feature "x"'],
    [
      'a default of another type',
      (copy) => (copy.recipe.features!.defaults['user_txn__count_1h'] = 'no'),
      'is not INT64',
    ],
    ['a maximum age of no view', (copy) => (copy.recipe.features!.maxAgeMs['x'] = 1), 'there is no view "x"'],
    [
      'a name that stands for two things',
      (copy) => (copy.recipe.inputs[1]!.name = 'ratio'),
      '"ratio" stands for two things',
    ],
    ['an expression less', (copy) => (copy.derived = []), 'checked expressions are missing'],
    ['expressions in another order', (copy) => (copy.derived[0]!.name = 'x'), '"x" is not in the recipe\'s order'],
    ['an expression of another format', (copy) => (copy.derived[0]!.ast = { format: 9 }), 'is written in format 9'],
    ['no expression', (copy) => (copy.derived[0]!.ast = null), 'is written in format undefined'],
    ['an output of no tensor', (copy) => (copy.recipe.output.tensor = 'y'), 'no output "y", only score'],
    [
      'an input of no tensor',
      (copy) => (copy.recipe.models[0]!.inputs[0]!.tensor = 'x'),
      'no input "x", only features',
    ],
    [
      'a column of nothing',
      (copy) => (copy.recipe.models[0]!.inputs[0]!.columns[0] = 'x'),
      '"x" is no input, feature or',
    ],
    [
      'text for numbers',
      (copy) => (copy.recipe.models[0]!.inputs[0]!.columns[0] = 'user_id'),
      'is STRING and does not go into',
    ],
    ['too few columns', (copy) => copy.recipe.models[0]!.inputs[0]!.columns.pop(), 'which 3 columns do not fill'],
  ])('refuses %s', (_, change, message) => {
    expect(() => compilePlan(digest, changed(change))).toThrow(message);
  });
});

describe('a row', () => {
  const dtypes = ['int64', 'bool', 'string', 'float64'] as const;
  const plain = { ...recipe, features: undefined as never, entities: [], derive: [] };
  const inputs = [
    { name: 'n', dtype: 'INT64' as const },
    { name: 'flag', dtype: 'BOOL' as const },
    { name: 'word', dtype: 'STRING' as const },
    { name: 'when', dtype: 'TIMESTAMP' as const },
    { name: 'x', dtype: 'FLOAT64' as const, required: false },
  ];
  const columns = {
    x: ['x', 'flag'],
    int64: ['n', 'flag'],
    bool: ['flag', 'flag'],
    string: ['word', 'word'],
    float64: ['when', 'n'],
  };
  const bound = Object.entries(columns).map(([tensor, names]) => ({ tensor, columns: names }));

  it('goes into tensors of every kind, a missing number as NaN', async () => {
    const models = [{ version: 'tiffin:default:model-version:x@1', inputs: bound }];
    const one = await release({
      model: identityModel(dtypes),
      golden: [],
      layout: null,
      recipe: { ...plain, inputs, models },
    });
    const { bindings } = compilePlan(one.digest, one.document);
    const values = { n: 2n ** 60n, flag: true, word: 'ž', when: 1_700_000_000_000, x: null };
    const filled = Object.fromEntries(bindings.map((binding) => [binding.tensor, [...fill(binding, values).data]]));
    expect(filled).toEqual({
      x: [Number.NaN, 1],
      int64: [2n ** 60n, 1n],
      bool: [1, 1],
      string: ['ž', 'ž'],
      float64: [1_700_000_000_000, 2 ** 60],
    });
  });

  it('never has a hole where a tensor cannot hold one', async () => {
    const models = [{ version: 'tiffin:default:model-version:x@1', inputs: bound }];
    const optional = inputs.map((input) => ({ ...input, required: input.name !== 'n' }));
    const one = await release({
      model: identityModel(dtypes),
      golden: [],
      layout: null,
      recipe: { ...plain, inputs: optional, models },
    });
    expect(() => compilePlan(one.digest, one.document)).toThrow('"n" may be left out, and "int64"');
  });
});
