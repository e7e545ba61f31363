import { describe, expect, it } from 'vitest';
import { writeModel, type AttributeSpec, type NodeSpec } from '../../../core/onnx/write-model.ts';
import type { TensorSpec } from '../../../core/onnx/write-value.ts';
import type { ElementType } from '../../../core/tensor/element-type.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { expectAlike, rowsFor } from './support/against-ort.ts';

const WIDTH = 4;
const NUMBERS = ['float32', 'float64', 'int64', 'int32'] as const;
const random = seededRandom(3);
const floats = (count: number): number[] => Array.from({ length: count }, () => random() - 0.5);

interface Spec {
  readonly dtype?: ElementType;
  readonly width?: number;
  readonly to?: ElementType;
  readonly opset?: number;
  readonly mlOpset?: number;
  readonly shape?: readonly number[];
  readonly constants?: readonly TensorSpec[];
  readonly thresholds?: readonly number[];
}

/** A model from `x` to `y`, with rows for it. */
async function alike(
  nodes: readonly NodeSpec[],
  {
    dtype = 'float32',
    width = WIDTH,
    to = 'float32',
    opset = 17,
    mlOpset = 3,
    shape = [-1, width],
    constants = [],
    thresholds = [],
  }: Spec,
): Promise<number> {
  const bytes = writeModel({
    nodes,
    inputs: [{ name: 'x', dtype, shape: [-1, width] }],
    outputs: [{ name: 'y', dtype: to, shape }],
    initializers: constants,
    opsets: { 'ai.onnx': opset, 'ai.onnx.ml': mlOpset },
  });
  return expectAlike(bytes, [...rowsFor(bytes, width + 1, thresholds), ...rowsFor(bytes, width + 2, thresholds)]);
}
const ml = (op: string, attributes: Readonly<Record<string, AttributeSpec>>): NodeSpec[] => [
  { op, domain: 'ai.onnx.ml', inputs: ['x'], outputs: ['y'], attributes },
];
const one = (
  op: string,
  inputs: readonly string[] = ['x'],
  attributes: Readonly<Record<string, AttributeSpec>> = {},
): NodeSpec => ({
  op,
  inputs,
  outputs: ['y'],
  attributes,
});

describe('what stands around a model answers as in ONNX Runtime, to the bit', () => {
  it.each(NUMBERS)('Scaler of %s', async (dtype) => {
    for (const count of [1, WIDTH]) {
      const attributes = { offset: { floats: floats(count) }, scale: { floats: floats(count) } };
      expect(await alike(ml('Scaler', attributes), { dtype })).toBe(16);
    }
  });

  it.each(NUMBERS)('Normalizer of %s', async (dtype) => {
    for (const norm of ['MAX', 'L1', 'L2'])
      expect(await alike(ml('Normalizer', { norm: { string: norm } }), { dtype })).toBe(16);
  });

  it.each([NaN, 0, 1])('Imputer of %d', async (replaced) => {
    for (const count of [1, WIDTH]) {
      const attributes = { imputed_value_floats: { floats: floats(count) }, replaced_value_float: { float: replaced } };
      expect(await alike(ml('Imputer', attributes), { thresholds: [0, 1] })).toBe(16);
    }
    const attributes = { imputed_value_int64s: { ints: [7] }, replaced_value_int64: { int: 2 } };
    expect(await alike(ml('Imputer', attributes), { dtype: 'int64', to: 'int64' })).toBe(16);
  });

  it('Binarizer, which takes no NaN', async () => {
    expect(await alike(ml('Binarizer', { threshold: { float: 0.5 } }), { thresholds: [0.5] })).toBeLessThan(16);
  });

  it.each(NUMBERS.slice(0, 3))('OneHotEncoder of %s, with categories that are not known', async (dtype) => {
    for (const zeros of [0, 1]) {
      const attributes = { cats_int64s: { ints: [0, 1, 2, -1, 5] }, zeros: { int: zeros } };
      const answered = await alike(ml('OneHotEncoder', attributes), {
        dtype,
        shape: [-1, WIDTH, 5],
        thresholds: [0, 1, 2],
      });
      if (zeros === 1) expect(answered).toBe(16);
      else expect(answered).toBeLessThan(16);
    }
  });

  it.each([2, 3, 4])('LabelEncoder of opset %i', async (mlOpset) => {
    const keys = {
      int64: { keys_int64s: { ints: [0, 1, 2, 1] } },
      float32: { keys_floats: { floats: [0, 1, NaN, 2.5] } },
    } as const;
    const given = {
      string: { values_strings: { strings: ['a', 'b', 'c', 'd'] }, default_string: { string: 'z' } },
      float32: { values_floats: { floats: [1, 2, 3, 4] } },
      int64: { values_int64s: { ints: [10, 20, 30, 40] } },
    } as const;
    for (const [from, to] of [
      ['int64', 'string'],
      ['int64', 'float32'],
      ['float32', 'int64'],
      ['float32', 'string'],
      ['float32', 'float32'],
    ] as const) {
      const nodes = ml('LabelEncoder', { ...keys[from], ...given[to] });
      expect(await alike(nodes, { dtype: from, to, mlOpset, thresholds: [0, 1, 2.5] }), `${from} to ${to}`).toBe(16);
    }
  });
});

describe('linear models answer as in ONNX Runtime, to the bit', () => {
  const transforms = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO', 'PROBIT'];
  it.each(transforms)('that regress, %s', async (transform) => {
    for (const [width, targets] of [
      [1, 1],
      [30, 1],
      [4, 3],
      [300, 5],
    ] as const) {
      const attributes = {
        coefficients: { floats: floats(width * targets) },
        intercepts: { floats: floats(targets) },
        targets: { int: targets },
        post_transform: { string: transform },
      };
      expect(await alike(ml('LinearRegressor', attributes), { width, shape: [-1, targets] })).toBe(16);
    }
  });

  it.each(NUMBERS)('that classify %s', async (dtype) => {
    for (const transform of transforms) {
      for (const classes of [2, 3, 5, 9]) {
        if (classes === 2 && transform === 'PROBIT') continue;
        // One score stands for two classes.
        const scores = classes === 2 ? 1 : classes;
        const bytes = writeModel({
          nodes: [
            {
              op: 'LinearClassifier',
              domain: 'ai.onnx.ml',
              inputs: ['x'],
              outputs: ['label', 'y'],
              attributes: {
                coefficients: { floats: floats(WIDTH * scores) },
                intercepts: { floats: floats(scores) },
                post_transform: { string: transform },
                classlabels_ints: { ints: Array.from({ length: classes }, (_, i) => i + 3) },
              },
            },
          ],
          inputs: [{ name: 'x', dtype, shape: [-1, WIDTH] }],
          outputs: [
            { name: 'label', dtype: 'int64', shape: [-1] },
            { name: 'y', dtype: 'float32', shape: [-1, classes] },
          ],
        });
        expect(await expectAlike(bytes, rowsFor(bytes, classes))).toBe(8);
      }
    }
  });
});

describe('operators of ONNX itself answer as in ONNX Runtime, to the bit', () => {
  it.each(['Relu', 'Sigmoid', 'Tanh'])('%s', async (op) => {
    for (const width of [1, 3, 4, 9]) expect(await alike([one(op)], { width })).toBe(16);
  });

  it.each(['Softmax', 'LogSoftmax'])('%s, as it was before opset 13 and as it is', async (op) => {
    for (const width of [1, 3, 4, 9, 17]) {
      for (const opset of [11, 17])
        expect(await alike([one(op, ['x'], { axis: { int: 1 } })], { width, opset })).toBe(16);
    }
  });

  it.each(['Add', 'Sub', 'Mul', 'Div'])('%s, with sizes of 1 repeated', async (op) => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const shape of [[WIDTH], [1], [1, WIDTH], []]) {
        const data = floats(shape.reduce((product, size) => product * size, 1));
        expect(
          await alike([one(op, ['x', 'c'])], { dtype, to: dtype, constants: [{ name: 'c', dtype, shape, data }] }),
        ).toBe(16);
      }
    }
  });

  it.each<[ElementType, ElementType, number]>([
    ['float32', 'int64', 7],
    ['float32', 'int32', 6],
    ['float32', 'float64', 11],
    ['float32', 'bool', 9],
    ['float64', 'float32', 1],
    ['float64', 'int64', 7],
    ['int64', 'float32', 1],
    ['int64', 'int32', 6],
    ['int64', 'string', 8],
    ['int32', 'int64', 7],
    ['int32', 'bool', 9],
  ])('Cast from %s to %s', async (dtype, to, code) => {
    expect(await alike([one('Cast', ['x'], { to: { int: code } })], { dtype, to })).toBe(16);
  });

  it.each([
    [4, 1],
    [30, 16],
    [300, 5],
  ] as const)('Gemm and MatMul of %i columns to %i', async (width, units) => {
    const weights = { name: 'w', dtype: 'float32', shape: [width, units], data: floats(width * units) } as const;
    const bias = { name: 'b', dtype: 'float32', shape: [units], data: floats(units) } as const;
    const spec = { width, shape: [-1, units] };
    expect(await alike([one('Gemm', ['x', 'w', 'b'])], { ...spec, constants: [weights, bias] })).toBe(16);
    expect(await alike([one('MatMul', ['x', 'w'])], { ...spec, constants: [weights] })).toBe(16);
  });

  it('a chain of them, with columns taken out and put together', async () => {
    const nodes: NodeSpec[] = [
      { op: 'ArrayFeatureExtractor', domain: 'ai.onnx.ml', inputs: ['x', 'at'], outputs: ['some'] },
      {
        op: 'Scaler',
        domain: 'ai.onnx.ml',
        inputs: ['some'],
        outputs: ['scaled'],
        attributes: { offset: { floats: [1, 2] }, scale: { floats: [0.5, 3] } },
      },
      { op: 'Concat', inputs: ['scaled', 'x'], outputs: ['all'], attributes: { axis: { int: -1 } } },
      { op: 'Reshape', inputs: ['all', 'shape'], outputs: ['same'] },
      { op: 'Gemm', inputs: ['same', 'w'], outputs: ['y'] },
    ];
    const constants: TensorSpec[] = [
      { name: 'at', dtype: 'int64', shape: [2], data: [3, 0] },
      { name: 'shape', dtype: 'int64', shape: [2], data: [0, -1] },
      { name: 'w', dtype: 'float32', shape: [6, 2], data: floats(12) },
    ];
    expect(await alike(nodes, { constants, shape: [-1, 2] })).toBe(16);
  });
});
