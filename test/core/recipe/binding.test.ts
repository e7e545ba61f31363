import { describe, expect, it } from 'vitest';
import { fill } from '../../../core/recipe/binding.ts';
import { compilePlan } from '../../../edge/recipe/plan.ts';
import { identityModel } from '../../edge/support/dtype-model.ts';
import { recipe, release } from '../../edge/support/release.ts';

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
    const models = [{ version: 'tiffin:default:model-version:x@1', inputs: bound, score: { tensor: 'score' } }];
    const one = await release({
      model: identityModel(dtypes),
      golden: [],
      layout: null,
      recipe: { ...plain, inputs, models },
    });
    const { bindings } = compilePlan(one.digest, one.document).models[0]!;
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
    const models = [{ version: 'tiffin:default:model-version:x@1', inputs: bound, score: { tensor: 'score' } }];
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
