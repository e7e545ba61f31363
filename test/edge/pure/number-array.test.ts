import { afterEach, describe, expect, it } from 'vitest';
import { writeModel } from '../../../core/onnx/write-model.ts';
import type { RecipeInput } from '../../../schema/recipe.ts';
import { compilePlan } from '../../../edge/recipe/plan.ts';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { recipe, release, type TestRelease } from '../support/release.ts';

let bench: BenchApp | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

const path = '/v1/predict/fraud-decision';
const ROWS = 50;
const VALUES = 60;

/** The mean of an array of 50 moments with 60 values each, times the amount. */
const windowModel = (shape: readonly number[]): Uint8Array =>
  writeModel({
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['window'],
        outputs: ['mean'],
        attributes: { axes: { ints: shape.slice(1).map((_, i) => i + 1) }, keepdims: { int: 0 } },
      },
      { op: 'Reshape', inputs: ['mean', 'column'], outputs: ['score_of_window'] },
      { op: 'Mul', inputs: ['score_of_window', 'amount'], outputs: ['score'] },
    ],
    initializers: [{ name: 'column', dtype: 'int64', shape: [2], data: [-1, 1] }],
    inputs: [
      { name: 'window', dtype: 'float32', shape },
      { name: 'amount', dtype: 'float32', shape: [-1, 1] },
    ],
    outputs: [{ name: 'score', dtype: 'float32', shape: [-1, 1] }],
  });

const input = { name: 'recent', dtype: 'FLOAT64' as const, shape: [ROWS, VALUES] };
const plain: RecipeInput = {
  ...recipe,
  features: undefined as never,
  entities: [],
  derive: [],
  inputs: [input, { name: 'amount', dtype: 'FLOAT64' }],
  models: [
    {
      version: 'tiffin:default:model-version:x@1',
      inputs: [
        { tensor: 'window', columns: ['recent'] },
        { tensor: 'amount', columns: ['amount'] },
      ],
      score: { tensor: 'score' },
    },
  ],
};
const windowed = (more: object = {}, shape: readonly number[] = [-1, ROWS, VALUES]): Promise<TestRelease> =>
  release({ model: windowModel(shape), golden: [], layout: null, recipe: { ...plain, ...more } as RecipeInput });

const flat = Array.from({ length: ROWS * VALUES }, (_, i) => i / 100);
const nested = Array.from({ length: ROWS }, (_, row) => flat.slice(row * VALUES, (row + 1) * VALUES));
const MEAN = flat.reduce((sum, value) => sum + value, 0) / flat.length;

describe('an array of 50 × 60 numbers', () => {
  it.each<[string, unknown, readonly number[]]>([
    ['nested', nested, [-1, ROWS, VALUES]],
    ['flat', flat, [-1, ROWS, VALUES]],
    ['nested, for a tensor of one flat row', nested, [-1, ROWS * VALUES]],
    ['nested, for a tensor whose sizes are free', nested, [-1, -1, -1]],
  ])('goes %s as one input into one tensor', async (_, recent, shape) => {
    bench = await benchApp({ releases: [await windowed({}, shape)] });
    const { status, body } = await bench.post(path, { inputs: { recent, amount: 2 } });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ fallback: null, score: expect.closeTo(2 * MEAN, 3) });
  });

  it('is not kept in the record of the prediction', async () => {
    bench = await benchApp({ releases: [await windowed()] });
    await bench.post(path, { inputs: { recent: flat, amount: 2 } });
    const [{ inputs }] = await bench.records();
    expect(inputs).toEqual({ amount: 2 });
  });

  it.each<[string, unknown, string]>([
    ['is missing', undefined, 'recent: it is missing; send 3000 numbers, nested as 50 × 60 or flat'],
    ['is one number', 1, 'recent: it is no list'],
    ['has too few numbers', flat.slice(1), 'recent: it has 2999 numbers'],
    ['has a short row', [...nested.slice(1), [1]], 'recent: one of its lists has 1 entries and not 60'],
    ['holds a text', [...flat.slice(1), 'x'], 'recent: [2999] is "x"'],
    ['holds what the tensor cannot', [1e39, ...flat.slice(1)], 'recent: [0] is 1e+39, beyond what float32 holds'],
  ])('that %s is refused by its name', async (_, recent, message) => {
    bench = await benchApp({ releases: [await windowed()] });
    const answer = await bench.post(path, { inputs: { recent, amount: 2 } });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ field: 'recent', title: expect.stringContaining(message) });
  });
});

describe('a recipe with an array', () => {
  const problem = async (more: object, shape?: readonly number[]): Promise<string> => {
    const one = await windowed(more, shape);
    try {
      compilePlan(one.digest, one.document);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  const inputs = (change: object): object => ({ inputs: [{ ...input, ...change }, plain.inputs[1]] });
  const fed = (columns: readonly string[]): object => ({
    models: [
      {
        ...plain.models[0]!,
        inputs: [
          { tensor: 'window', columns },
          { tensor: 'amount', columns: ['amount'] },
        ],
      },
    ],
  });

  it.each<[string, object, RegExp]>([
    ['of another type', inputs({ dtype: 'INT64' }), /inputs\.0\.dtype: an array holds FLOAT64, not INT64/],
    ['that may be left out', inputs({ required: false }), /inputs\.0\.required: an array cannot be left out/],
    ['that is personal', inputs({ personal: true }), /inputs\.0\.personal/],
    [
      'of another shape than its tensor',
      inputs({ shape: [60, 50] }),
      /"recent" is 60 × 50 and does not fill one row of "window" \[-1, 50, 60\]/,
    ],
    ['beside another column', fed(['recent', 'amount']), /an array is the only column of its tensor/],
    ['as a join key', { entities: [{ joinKey: 'user', input: 'recent' }] }, /no view has the join key|is an array/],
    ['whose name is taken', { inputs: [input, input, plain.inputs[1]] }, /"recent" already stands for something/],
  ])('%s is refused', async (_, more, message) => {
    expect(await problem(more)).toMatch(message);
  });
});
