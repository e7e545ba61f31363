import { afterEach, describe, expect, it } from 'vitest';
import { writeModel } from '../../../core/onnx/write-model.ts';
import type { TensorDtype } from '../../../core/onnx/dtype.ts';
import type { FeatureReader } from '../../../edge/features/feature-reader.ts';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { recipe, release } from '../support/release.ts';

const path = '/v1/predict/fraud-decision';
const infer = '/v2/models/fraud-decision/infer';
const inputs = { user_id: 'u1', amount: 2 };
const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };

let bench: BenchApp;
afterEach(() => bench.close());

/** `k`, one integer, goes into a tensor of another width. */
const narrow = (dtype: TensorDtype) =>
  release({
    model: writeModel({
      inputs: [{ name: 'k', dtype, shape: [-1, 1] }],
      outputs: [{ name: 'score', dtype: 'float32', shape: [-1, 1] }],
      nodes: [{ op: 'Cast', inputs: ['k'], outputs: ['score'], attributes: { to: { int: 1 } } }],
    }),
    golden: [],
    layout: null,
    recipe: {
      features: undefined as never,
      entities: [],
      derive: [],
      inputs: [{ name: 'k', dtype: 'INT64' }],
      models: [
        {
          version: 'tiffin:default:model-version:x@1',
          inputs: [{ tensor: 'k', columns: ['k'] }],
          score: { tensor: 'score' },
        },
      ],
      fallback: { default: { kind: 'CONSTANT', score: 0.5 } },
    },
  });

describe('a value that the model’s tensor does not hold is the caller’s mistake, and no fallback answers', () => {
  it.each<[TensorDtype, unknown, string]>([
    ['int8', 300, 'a whole number from -128 to 127'],
    ['uint8', -1, 'a whole number from 0 to 255'],
    ['int32', '3000000000', 'a whole number from -2147483648 to 2147483647'],
    ['uint64', -1, 'a whole number from 0 to'],
  ])('an integer for %s: %j', async (dtype, k, allowed) => {
    bench = await benchApp({ releases: [await narrow(dtype)], p99Ms: 0 });
    const { status, body } = await bench.post(path, { inputs: { k } });
    expect([status, body.code, body.field]).toEqual([422, 'INVALID_INPUT', 'k']);
    expect(body.title).toContain(allowed);
    expect((await bench.post(path, { inputs: { k: 7 } })).body.score).toBe(7);
  });

  it.each([1e39, -1e39, 3.4028235677973366e38])(
    'a number for float32: %d, among the inputs or the features',
    async (value) => {
      const fallback = { default: { kind: 'CONSTANT' as const, score: 0.5 } };
      bench = await benchApp({
        releases: [
          await release({
            recipe: {
              ...recipe,
              fallback,
              derive: [],
              models: [
                {
                  version: 'tiffin:default:model-version:x@1',
                  inputs: [
                    { tensor: 'features', columns: ['amount', 'amount', 'user_txn__count_1h', 'user_txn__amount_24h'] },
                  ],
                  score: { tensor: 'score' },
                },
              ],
            },
          }),
        ],
      });
      const input = await bench.post(path, { inputs: { ...inputs, amount: value }, features });
      expect([input.status, input.body.field]).toEqual([422, 'amount']);
      const feature = await bench.post(path, { inputs, features: { ...features, user_txn__amount_24h: value } });
      expect([feature.status, feature.body.field]).toEqual([422, 'user_txn__amount_24h']);
      expect((await bench.post(path, { inputs: { ...inputs, amount: 3.4e38 }, features })).status).toBe(200);
    },
  );

  it('but a stored feature that does not fit is not: the fallback answers', async () => {
    const reader: FeatureReader = {
      read: async () => ({
        source: 'STORE',
        features: new Map([
          ['user_txn__amount_24h', { value: 1e39, status: 'PRESENT', ageMs: 1 }],
          ['user_txn__count_1h', { value: 1, status: 'PRESENT', ageMs: 1 }],
        ]),
      }),
    };
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0.5 } };
    bench = await benchApp({ releases: [await release({ recipe: { ...recipe, fallback } })], reader });
    const { body } = await bench.post(path, { inputs });
    expect(body).toMatchObject({ score: 0.5, fallback: { cause: 'ENGINE_ERROR' } });
    expect(body.fallback.detail).toContain('user_txn__amount_24h: 1e+39 is beyond what float32 holds');
  });
});

describe('a time', () => {
  const withTime = async (): Promise<void> => {
    const timed = [...(recipe.inputs ?? []), { name: 'ts', dtype: 'TIMESTAMP' as const, required: false }];
    bench = await benchApp({ releases: [await release({ recipe: { ...recipe, inputs: timed } })] });
  };

  it.each([
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-04-31T12:00:00+02:00',
    '2026-13-01T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01T00:00:00',
    8.65e15,
    -8.65e15,
    1.5,
  ])('that does not exist is refused, not moved: %s', async (ts) => {
    await withTime();
    const { status, body } = await bench.post(path, { inputs: { ...inputs, ts }, features });
    expect([status, body.field]).toEqual([422, 'ts']);
  });

  it.each<[string | number, string]>([
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2026-01-31T12:00:00.5+02:00', '2026-01-31T10:00:00.500Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    [0, '1970-01-01T00:00:00.000Z'],
  ])('that does is kept as it is: %s', async (ts, logged) => {
    await withTime();
    expect((await bench.post(path, { inputs: { ...inputs, ts }, features })).status).toBe(200);
    expect((await bench.records())[0].inputs.ts).toBe(logged);
  });
});

it.each(['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'])(
  'the name of what every object has is no number: %s',
  async (name) => {
    bench = await benchApp({ releases: [await release()] });
    const tensor = { name: 'features', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, name] };
    const { status, body } = await bench.post(infer, { inputs: [tensor] });
    expect([status, body.error]).toEqual([400, expect.stringContaining(`features.data[3]: "${name}" is not allowed`)]);
  },
);
