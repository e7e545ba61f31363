import { describe, expect, it } from 'vitest';
import type { NodeSpec } from '../../../core/onnx/write-model.ts';
import { writeModel } from '../../../core/onnx/write-model.ts';
import { writeDense, writeTrees, type TreeNode } from '../../../core/onnx/write-tabular.ts';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import type { LinearStep, TabularPlan, TreeStep } from '../../../core/tabular/plan.ts';
import { isLeaf, leafOf } from '../../../core/tabular/tree-ensemble.ts';
import { leafOf as valueOf } from '../../support/onnx-models.ts';

const compiled = (bytes: Uint8Array): TabularPlan => {
  const answer = compileModel(bytes);
  if ('refused' in answer) throw new Error(answer.refused);
  return answer.plan;
};

const trees: readonly TreeNode[] = [
  {
    feature: 2,
    threshold: 0.25,
    missingToYes: true,
    yes: { value: 1 },
    no: { feature: 0, threshold: -1, yes: { value: 2 }, no: { value: 3 } },
  },
  { value: 0.5 },
  {
    feature: 1,
    threshold: 0,
    yes: { feature: 2, threshold: 1, yes: { value: 4 }, no: { value: 5 } },
    no: { value: 6 },
  },
];

describe('trees of a file', () => {
  const plan = compiled(writeTrees({ features: 3, trees, base: 0.125, sigmoid: true }));
  const step = plan.steps[0] as TreeStep;

  it('are a step of the plan, and what follows them another', () => {
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['TREES', 'ACTIVATION']);
    expect(plan.inputs).toEqual([{ name: 'features', dtype: 'float32', shape: [-1, 3] }]);
    expect(plan.outputs).toEqual([{ name: 'score', value: 'score' }]);
    expect(step.trees).toMatchObject({
      precision: 'float32',
      features: 3,
      targets: 1,
      aggregate: 'SUM',
      postTransform: 'NONE',
      classifier: null,
    });
    expect([...step.trees.baseValues]).toEqual([0.125]);
  });

  it('lie in preorder, with the way of each row to its leaf', () => {
    const { roots, feature, yes, no, target, weight } = step.trees;
    expect([...roots]).toEqual([0, 5, 6]);
    expect([...feature]).toEqual([2, -1, 0, -1, -1, -1, 1, 2, -1, -1, -1]);
    for (const [node, at] of yes.entries()) if (!isLeaf(step.trees, node)) expect(at).toBe(node + 1);
    for (const row of [
      [0, 0, 0],
      [-1, 0.1, 0.25],
      [-2, -1, 0.3],
      [NaN, NaN, NaN],
      [5, 0, 2],
    ]) {
      const weights = [...roots].map((root) => {
        const leaf = leafOf(step.trees, root, row);
        expect(target[yes[leaf]!]).toBe(0);
        expect(no[leaf]! - yes[leaf]!).toBe(1);
        return weight[yes[leaf]!];
      });
      expect(weights).toEqual(trees.map((tree) => valueOf(tree, row)));
    }
  });
});

describe('dense layers of a file', () => {
  it('are linear models by target', () => {
    const layer = {
      weights: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      bias: [7, 8],
      activation: 'Relu',
    } as const;
    const plan = compiled(writeDense({ features: 3, layers: [layer, { weights: [[1], [1]], bias: [0] }] }));
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['LINEAR', 'ACTIVATION', 'LINEAR']);
    const { model } = plan.steps[0] as LinearStep;
    expect(model).toMatchObject({ features: 3, targets: 2 });
    expect([...model.weights]).toEqual([1, 3, 5, 2, 4, 6]);
    expect([...model.intercepts!]).toEqual([7, 8]);
  });
});

describe('the nodes of a file', () => {
  const x = { name: 'x', dtype: 'float32', shape: [-1, 2] } as const;
  const y = { name: 'y', dtype: 'float32', shape: [-1, 2] } as const;
  const chain: readonly NodeSpec[] = [
    { op: 'Relu', inputs: ['x'], outputs: ['a'] },
    { op: 'Identity', inputs: ['a'], outputs: ['b'] },
    { op: 'Tanh', inputs: ['b'], outputs: ['y'] },
  ];

  it('may stand in any order', () => {
    const plan = compiled(writeModel({ nodes: chain.toReversed(), inputs: [x], outputs: [y] }));
    expect(plan.steps).toMatchObject([
      { activation: 'Relu', input: 'x', output: 'a' },
      { activation: 'Tanh', input: 'a', output: 'y' },
    ]);
  });

  it('are not read at all from a file that would hold up everything else', () => {
    expect(compileModel(new Uint8Array(8 * 1024 * 1024 + 1))).toEqual({
      refused: 'artifact: it has 8388609 bytes, and of more than 8388608 none is read here',
    });
  });

  it.each<[string, NodeSpec, string]>([
    ['an operator', { op: 'Erf', inputs: ['x'], outputs: ['y'] }, 'Erf: the operator is not known'],
    [
      'an attribute',
      { op: 'Scaler', domain: 'ai.onnx.ml', inputs: ['x'], outputs: ['y'], attributes: { shift: { float: 1 } } },
      'ai.onnx.ml.Scaler: its attribute shift is not known',
    ],
    [
      'a value of an attribute',
      { op: 'Normalizer', domain: 'ai.onnx.ml', inputs: ['x'], outputs: ['y'], attributes: { norm: { string: 'L3' } } },
      'ai.onnx.ml.Normalizer: norm is L3, and allowed are MAX, L1, L2',
    ],
    [
      'a value that is not there',
      { op: 'Relu', inputs: ['z'], outputs: ['y'] },
      'Relu: "z" is not made by a node before it',
    ],
    [
      'a layer whose weights are no constant',
      { op: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] },
      'must be a constant matrix',
    ],
    ['a circle', { op: 'Add', inputs: ['y', 'x'], outputs: ['y'] }, 'its nodes read each other in a circle'],
  ])('are refused for %s that is not known, by name', (_, node, why) => {
    const answer = compileModel(writeModel({ nodes: [node], inputs: [x], outputs: [y] }));
    expect(answer).toEqual({ refused: expect.stringContaining(why) });
  });
});
