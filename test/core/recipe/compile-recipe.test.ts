import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../../edge/recipe/plan.ts';
import { compileRecipe } from '../../../core/recipe/compile-recipe.ts';
import { frozenExpressions } from '../../../core/recipe/derived.ts';
import { trafficInputs } from '../../../core/recipe/traffic-inputs.ts';
import { converted } from '../../../core/recipe/value.ts';
import { DomainError } from '../../../core/errors.ts';
import type { ReleaseDocument } from '../../../schema/release.ts';
import { checkRecipe } from '../../../subgraphs/registry/domain/serving/recipe.ts';
import { release } from '../../edge/support/release.ts';

const { document, digest } = await release();
const changed = (change: (copy: ReleaseDocument) => unknown): ReleaseDocument => {
  const copy = structuredClone(document);
  change(copy);
  return copy;
};
const refusalOf = (run: () => unknown): DomainError => {
  try {
    run();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

/** The same document at both: as the registry checks it, and as a node compiles it. */
const atRegistry = ({ recipe, layout, models }: ReleaseDocument): DomainError =>
  refusalOf(() => checkRecipe(recipe, { layout, contractOf: () => models[0]?.contract }));
const atEdge = (given: ReleaseDocument): DomainError => refusalOf(() => compilePlan(digest, given));

const six = changed((copy) => {
  copy.models[0]!.contract.inputs[0]!.shape = [-1, 3];
  copy.recipe.models[0]!.inputs[0]!.columns = ['amount', 'amount', 'amount', 'ratio', 'ratio', 'ratio'];
});

describe('a recipe', () => {
  it('is checked whole: the registry says everything that is wrong, the edge the first thing', () => {
    const wrong = changed((copy) => {
      copy.recipe.inputs.push({ name: 'amount', dtype: 'INT64', required: true, personal: false });
      copy.recipe.entities = [];
      copy.recipe.features!.defaults['user_txn__count_1h'] = 'many';
      copy.recipe.models[0]!.score.tensor = 'x';
      copy.recipe.models[0]!.inputs[0]!.columns[0] = 'nobody';
      copy.recipe.budgets = { featuresMs: 2, totalMs: 1 };
    });
    const { message, details } = atRegistry(wrong);
    expect(message).toBe('recipe.inputs.3.name: "amount" already stands for something');
    expect(details['problems']).toEqual([
      { field: 'recipe.inputs.3.name', message: '"amount" already stands for something' },
      { field: 'recipe.entities', message: 'no input is mapped to the join key "user"', allowed: ['user'] },
      { field: 'recipe.features.defaults.user_txn__count_1h', message: 'must be INT64, not "many"' },
      expect.objectContaining({ field: 'recipe.derive.0.expression' }), // amount is an INT64 now
      { field: 'recipe.models.0.score.tensor', message: 'the model has no output "x"', allowed: ['score'] },
      {
        field: 'recipe.models.0.inputs.0.columns.0',
        message: '"nobody" is no input, feature or derived field',
        allowed: ['user_id', 'amount', 'note', 'user_txn__amount_24h', 'user_txn__count_1h', 'ratio'],
      },
      { field: 'recipe.budgets.featuresMs', message: 'must fit into totalMs, which is 1' },
    ]);
    expect(atEdge(wrong).message).toBe('inputs.3.name: "amount" already stands for something');
  });

  // One prediction is one row: the edge used to bind two rows of three where the registry refused.
  it('feeds one row: six columns do not go into a tensor [-1, 3], at the registry as at the edge', () => {
    const why = 'models.0.inputs.0.columns: 6 columns do not fill one row of "features" [-1, 3]';
    expect(atRegistry(six).message).toBe(`recipe.${why}`);
    expect(atEdge(six).message).toBe(why);
  });

  it.each<[string, (copy: ReleaseDocument) => unknown]>([
    ['a join key of another type', (copy) => (copy.recipe.entities[0]!.input = 'amount')],
    ['a join key that no view has', (copy) => copy.recipe.entities.push({ joinKey: 'card', input: 'user_id' })],
    ['a join key twice', (copy) => copy.recipe.entities.push({ joinKey: 'user', input: 'user_id' })],
    [
      'an input that is not fed',
      (copy) => copy.models[0]!.contract.inputs.push({ name: 'more', dtype: 'float32', shape: [-1, 1] }),
    ],
    ['a tensor that is fed twice', (copy) => copy.recipe.models[0]!.inputs.push(copy.recipe.models[0]!.inputs[0]!)],
    ['a tensor that cannot be fed', (copy) => (copy.models[0]!.contract.inputs[0]!.dtype = 'bfloat16')],
    ['a score that is text', (copy) => (copy.models[0]!.contract.outputs[0]!.dtype = 'string')],
    ['a score past the end', (copy) => (copy.recipe.models[0]!.score.index = 1)],
    ['a budget that does not fit', (copy) => (copy.recipe.budgets.featuresMs = 20_000)],
    [
      'a default past 64 bits',
      (copy) => (copy.recipe.features!.defaults['user_txn__count_1h'] = '9223372036854775808'),
    ],
    [
      'an entity and no features',
      (copy) => {
        copy.layout = null;
        delete copy.recipe.features;
      },
    ],
  ])('is refused with %s by both, in the same words', (_, change) => {
    const wrong = changed(change);
    expect(atRegistry(wrong).message).toBe(`recipe.${atEdge(wrong).message}`);
  });

  it('has detectors that can trip, and says what answers then', () => {
    const withDetectors = (detectors: ReleaseDocument['recipe']['detectors']): ReleaseDocument =>
      changed((copy) => {
        copy.recipe.detectors = detectors;
      });
    const of = (watch: NonNullable<ReleaseDocument['recipe']['detectors']>[number]['watch']) =>
      ({ name: 'd', watch, answers: 10, action: 'REPORT', restMs: 60_000 }) as const;
    const numbers = ['score', 'amount', 'user_txn__amount_24h', 'user_txn__count_1h', 'ratio'];
    const wrong = withDetectors([
      { ...of({ kind: 'ERRORS', share: 0.1 }), action: 'FALL_BACK' },
      of({ kind: 'RANGE', field: 'note', share: 0.1 }),
      of({ kind: 'DRIFT', field: 'score', edges: [2, 1], shares: [0.5, 0.6], psi: 0.2 }),
      { ...of({ kind: 'RANGE', field: 'score', min: 2, max: 1, share: 0.1 }), name: 'e' },
    ]);
    expect(atRegistry(wrong).details['problems']).toEqual([
      {
        field: 'recipe.detectors.0.action',
        message: 'the recipe does not say what answers then: declare fallback.causes.DETECTED',
        allowed: ['REPORT'],
      },
      { field: 'recipe.detectors.1.name', message: 'there is a detector "d" before it' },
      { field: 'recipe.detectors.1.watch.field', message: '"note" is no number of the recipe', allowed: numbers },
      { field: 'recipe.detectors.1.watch.min', message: 'a range has a "min", a "max" or both' },
      { field: 'recipe.detectors.2.name', message: 'there is a detector "d" before it' },
      { field: 'recipe.detectors.2.watch.edges.1', message: 'edges must ascend' },
      {
        field: 'recipe.detectors.2.watch.shares',
        message: '2 edges make 3 bins, and there are 2 shares',
      },
      { field: 'recipe.detectors.2.watch.shares', message: 'sum to 1.1; allowed: a sum of 1' },
      { field: 'recipe.detectors.3.watch.max', message: 'is 1; allowed: at least min, 2' },
    ]);
    const right = withDetectors([of({ kind: 'DRIFT', field: 'score', edges: [0.5], shares: [0.4, 0.6], psi: 0.2 })]);
    expect(compilePlan(digest, right).recipe.detectors).toHaveLength(1);
  });

  it('compiles without a problem where both accept it', () => {
    const { recipe, layout, models, derived, combined, rules, segments } = document;
    const { problems } = compileRecipe(recipe, {
      layout,
      contractOf: () => models[0]!.contract,
      expressions: frozenExpressions({ derived, combined, rules, segments }),
    });
    expect(problems).toEqual([]);
    expect(checkRecipe(recipe, { layout, contractOf: () => models[0]!.contract })).toEqual({
      derived,
      combined,
      rules,
      segments,
    });
  });
});

describe('a value', () => {
  it.each([
    ['FLOAT64', 1.5, 1.5],
    ['FLOAT64', '1.5', undefined],
    ['FLOAT64', Infinity, undefined],
    ['INT64', 3, 3],
    ['INT64', 1.5, undefined],
    ['INT64', '9223372036854775807', 9_223_372_036_854_775_807n],
    ['INT64', '9223372036854775808', undefined],
    ['BOOL', 1, undefined],
    ['STRING', 'x'.repeat(10_001), undefined],
    ['TIMESTAMP', '1970-01-01T00:00:01Z', 1_000],
    ['TIMESTAMP', 1_000, 1_000],
    ['TIMESTAMP', '2026-13-01T00:00:00Z', undefined],
    ['TIMESTAMP', 'yesterday', undefined],
  ] as const)('of %s: %s is %s', (dtype, given, value) => expect(converted(dtype, given)).toBe(value));

  it('is looked at by traffic as text, where it is of its type', () => {
    const inputs = new Map(
      (
        [
          ['n', 'INT64'],
          ['b', 'BOOL'],
          ['t', 'TIMESTAMP'],
        ] as const
      ).map(([name, dtype]) => [name, { name, dtype, required: true, personal: false }]),
    );
    const given = { n: String(2n ** 60n), b: false, t: '1970-01-01T00:00:01Z', constructor: 1 };
    const { unitOf } = trafficInputs({ inputs, segments: [] }, given, 0);
    expect(['n', 'b', 't', 'constructor', 'x'].map(unitOf)).toEqual([String(2n ** 60n), 'false', '1000', null, null]);
    expect(trafficInputs({ inputs, segments: [] }, { n: 0 }, 0).unitOf('n')).toBe('0');
    expect(trafficInputs({ inputs, segments: [] }, { n: 'no' }, 0).unitOf('n')).toBeNull();
  });
});
