import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../../edge/recipe/plan.ts';
import type { ReleaseDocument } from '../../../schema/release.ts';
import { release } from '../support/release.ts';

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
      models: [{ name: 'model', number: '1', bindings: [{ tensor: 'features', dtype: 'float32', shape: [1, 4] }] }],
      service: 'tiffin:default:feature-service:fraud@1',
      features: [
        { name: 'user_txn__amount_24h', maxAgeMs: 3_600_000, fallback: undefined },
        { name: 'user_txn__count_1h', maxAgeMs: 3_600_000, fallback: 0 },
      ],
    });
  });

  it('takes the narrower of TTL and maximum age; 0 means that nothing expires', () => {
    expect(ageOf(100, { user_txn: 50 })).toBe(50);
    expect(ageOf(100, { user_txn: 500 })).toBe(100);
    expect(ageOf(0, { user_txn: 500 })).toBe(500);
    expect(ageOf(0, {})).toBeNull();
  });

  it.each<[string, (copy: ReleaseDocument) => void, string]>([
    ['no model', (copy) => (copy.models = []), 'models.0.version: tiffin:default:model-version:fraud@1 is not there'],
    ['no layout', (copy) => (copy.layout = null), 'the layout of its features is missing'],
    ['the layout of another service', (copy) => (copy.layout!.service += '9'), 'the layout is of'],
    ['a join key without an input', (copy) => (copy.recipe.entities = []), 'no input is mapped to the join key "user"'],
    ['an entity from nowhere', (copy) => (copy.recipe.entities[0]!.input = 'x'), 'there is no input "x"'],
    [
      'a default of no feature',
      (copy) => (copy.recipe.features!.defaults['x'] = 1),
      'features.defaults.x: the service has no such feature',
    ],
    [
      'a default of another type',
      (copy) => (copy.recipe.features!.defaults['user_txn__count_1h'] = 'no'),
      'must be INT64, not "no"',
    ],
    [
      'a maximum age of no view',
      (copy) => (copy.recipe.features!.maxAgeMs['x'] = 1),
      'features.maxAgeMs.x: the service has no such view; allowed: user_txn',
    ],
    [
      'a name that stands for two things',
      (copy) => (copy.recipe.inputs[1]!.name = 'ratio'),
      '"ratio" already stands for something',
    ],
    ['an expression less', (copy) => (copy.derived = []), 'the checked expression of "ratio" is missing'],
    [
      'expressions in another order',
      (copy) => (copy.derived[0]!.name = 'x'),
      'the checked expression of "ratio" is missing',
    ],
    ['an expression of another format', (copy) => (copy.derived[0]!.ast = { format: 9 }), 'is written in format 9'],
    ['no expression', (copy) => (copy.derived[0]!.ast = null), 'is written in format undefined'],
    ['an output of no tensor', (copy) => (copy.recipe.models[0]!.score.tensor = 'y'), 'no output "y"; allowed: score'],
    [
      'an input of no tensor',
      (copy) => (copy.recipe.models[0]!.inputs[0]!.tensor = 'x'),
      'no input "x"; allowed: features',
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
    ['too few columns', (copy) => copy.recipe.models[0]!.inputs[0]!.columns.pop(), '3 columns do not fill one row'],
  ])('refuses %s', (_, change, message) => {
    expect(() => compilePlan(digest, changed(change))).toThrow(message);
  });
});
