import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContract } from '../../../core/onnx/contract.ts';
import type { ModelSpec } from '../../../core/onnx/write-model.ts';
import { writeModel } from '../../../core/onnx/write-model.ts';
import type { TreeNode } from '../../../core/onnx/write-tabular.ts';
import { writeTrees } from '../../../core/onnx/write-tabular.ts';
import type { TestModel } from '../../support/onnx-models.ts';
import { leafOf, logisticModel, mlpModel, treeModel } from '../../support/onnx-models.ts';
import { float32Rows, runOnnx, Tensor } from '../../support/onnx-runtime.ts';

const split = (feature: number, threshold: number, yes: TreeNode, no: TreeNode): TreeNode => ({
  feature,
  threshold,
  yes,
  no,
});
const leaf = (value: number): TreeNode => ({ value });

const LOGISTIC = logisticModel({ features: 3, weights: [0.5, -1.25, 2], bias: 0.1 });
const MLP = mlpModel({
  features: 2,
  layers: [
    {
      weights: [
        [1, -0.5, 0.25],
        [0.75, 1, -1],
      ],
      bias: [0.1, 0, -0.2],
      activation: 'Relu',
    },
    { weights: [[0.5], [-1], [1.5]], bias: [0.3], activation: 'Sigmoid' },
  ],
});
const TREES = treeModel({
  features: 4,
  base: -0.25,
  trees: [
    split(0, 0, split(2, -1, leaf(0.5), leaf(-0.25)), leaf(1)),
    split(1, 0.75, leaf(-1), split(3, 1.25, leaf(0.125), leaf(2))),
    leaf(0.0625),
  ],
});
const PLAIN_TREES = treeModel({ features: 1, trees: [split(0, 0.5, leaf(1), leaf(2))], base: 10, sigmoid: false });

const withWeights = (dtype: 'float32' | 'bfloat16', data: number[]) => (): Uint8Array =>
  writeModel({ nodes: [], inputs: [], outputs: [], initializers: [{ name: 'w', dtype, shape: [2, 2], data }] });

describe('a written model', () => {
  it.each<[string, TestModel]>([
    ['logistic regression', LOGISTIC],
    ['small dense net', MLP],
    ['boosted trees through a sigmoid', TREES],
    ['boosted trees', PLAIN_TREES],
  ])('%s runs and gives what a plain computation gives', async (_, { bytes, golden }) => {
    const { score } = await runOnnx(bytes, { features: float32Rows(golden.map(({ inputs }) => inputs.features)) });
    expect(score?.dims).toEqual([golden.length, 1]);
    const want = golden.map(({ outputs }) => outputs.score[0]);
    expect(new Set(want).size).toBeGreaterThan(1);
    want.forEach((value, row) => expect(Number(score?.data[row])).toBeCloseTo(value, 6));
  });

  it('compares as trainers do: at a threshold and a hair on either side, and where a value is missing', async () => {
    const tree: TreeNode = {
      ...split(0, 0.1, leaf(1), split(1, -3, leaf(2), leaf(3))),
      missingToYes: true,
    } as TreeNode;
    const bytes = writeTrees({ features: 2, trees: [tree], base: 0, sigmoid: false });
    const t = Math.fround(0.1);
    const rows = [t - 2 ** -27, t, t + 2 ** -27, NaN, Infinity, -Infinity].flatMap((x) =>
      [-3, NaN, 0].map((y) => [x, y]),
    );
    const { score } = await runOnnx(bytes, { features: float32Rows(rows) });
    expect([...(score!.data as Float32Array)]).toEqual(rows.map((row) => leafOf(tree, row)));
  });

  it('of random trees equals the plain computation on random rows', async () => {
    const tree = fc.letrec<{ node: TreeNode }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.record({ value: fc.integer({ min: -64, max: 64 }).map((n) => n / 64) }),
        fc.record({
          feature: fc.nat(2),
          threshold: fc.float({ noNaN: true, min: -4, max: 4 }),
          missingToYes: fc.boolean(),
          yes: tie('node'),
          no: tie('node'),
        }),
      ),
    })).node;
    const rows = fc.array(fc.tuple(fc.float(), fc.float(), fc.float()), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(tree, { minLength: 1, maxLength: 5 }), rows, async (trees, x) => {
        const bytes = writeTrees({ features: 3, trees, base: 0.5, sigmoid: false });
        const { score } = await runOnnx(bytes, { features: float32Rows(x) });
        // Sixty-fourths add up exactly, in any order.
        const want = x.map((row) => trees.reduce((sum, one) => sum + leafOf(one, row), 0.5));
        expect([...(score!.data as Float32Array)]).toEqual(want);
      }),
      { numRuns: 40 },
    );
  });

  it('has the contract it was written with', () => {
    const spec: ModelSpec = {
      nodes: [
        { op: 'Concat', inputs: ['a', 'w'], outputs: ['c'], attributes: { axis: { int: -1 } } },
        {
          op: 'LabelEncoder',
          domain: 'ai.onnx.ml',
          inputs: ['s'],
          outputs: ['d'],
          attributes: { keys_strings: { strings: ['x'] } },
        },
      ],
      inputs: [
        { name: 'a', dtype: 'float64', shape: [-1, 3] },
        { name: 's', dtype: 'string', shape: [2, -1] },
        { name: 'w', dtype: 'float64', shape: [1, 3] },
      ],
      outputs: [
        { name: 'c', dtype: 'float64', shape: [-1, 3] },
        { name: 'd', dtype: 'int64', shape: [] },
      ],
      initializers: [{ name: 'w', dtype: 'float64', shape: [1, 3], data: [1, 2, 3] }],
      opsets: { 'ai.onnx': 18, 'ai.onnx.ml': 4 },
      producer: 'a trainer',
      metadataProps: { __proto__x: 'y', trained: 'today ☀' },
    };
    expect(readContract(writeModel(spec))).toEqual({
      irVersion: 8,
      producer: 'a trainer',
      opsets: { 'ai.onnx': 18, 'ai.onnx.ml': 4 },
      operators: ['Concat', 'ai.onnx.ml.LabelEncoder'],
      inputs: spec.inputs.slice(0, 2),
      outputs: spec.outputs,
      metadataProps: spec.metadataProps,
      hasZipMap: false,
      classLabels: {},
    });
    expect(writeModel(spec)).toEqual(writeModel(spec));
  });

  it('with a tensor attribute and int64, bool and string weights runs', async () => {
    const bytes = writeModel({
      nodes: [
        {
          op: 'Constant',
          inputs: [],
          outputs: ['k'],
          attributes: { value: { tensor: { name: 'v', dtype: 'int64', shape: [2], data: [-5n, 2n ** 53n + 1n] } } },
        },
        { op: 'Add', inputs: ['x', 'k'], outputs: ['sum'] },
        { op: 'Where', inputs: ['mask', 'yes', 'no'], outputs: ['word'] },
      ],
      inputs: [{ name: 'x', dtype: 'int64', shape: [2] }],
      outputs: [
        { name: 'sum', dtype: 'int64', shape: [2] },
        { name: 'word', dtype: 'string', shape: [2] },
      ],
      initializers: [
        { name: 'mask', dtype: 'bool', shape: [2], data: [1, 0] },
        { name: 'yes', dtype: 'string', shape: [2], data: ['ja', 'oui'] },
        { name: 'no', dtype: 'string', shape: [2], data: ['nein', 'nön'] },
      ],
    });
    const { sum, word } = await runOnnx(bytes, { x: new Tensor('int64', [1n, 1n], [2]) });
    expect([...(sum!.data as BigInt64Array)]).toEqual([-4n, 2n ** 53n + 2n]);
    expect(word?.data).toEqual(['ja', 'nön']);
  });

  it('with weights that do not fill their shape, or of a type it cannot write, is refused', () => {
    expect(withWeights('float32', [1, 2, 3])).toThrow(/takes 4 values, not 3/);
    expect(withWeights('bfloat16', [1, 2, 3, 4])).toThrow(/bfloat16 cannot be written/);
  });
});
