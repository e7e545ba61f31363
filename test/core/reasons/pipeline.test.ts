import { describe, expect, it } from 'vitest';
import { writeModel, type ModelSpec } from '../../../core/onnx/write-model.ts';
import { makeExplainer, type Contributions, type Explainer } from '../../../core/reasons/explainer.ts';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import type { Tensor, TensorMap } from '../../../core/tensor/tensor.ts';

const ML = 'ai.onnx.ml';
type Nodes = ModelSpec['nodes'];

/** A model of two inputs: four numbers, and a text. */
function explainerOf(nodes: Nodes, more: Partial<ModelSpec> = {}, index = 0, width = 1): Explainer | { why: string } {
  const compiled = compileModel(
    writeModel({
      inputs: [
        { name: 'numbers', dtype: 'float32', shape: [-1, 4] },
        { name: 'text', dtype: 'string', shape: [-1, 1] },
      ],
      outputs: [{ name: 'score', dtype: 'float32', shape: [-1, width] }],
      ...more,
      nodes,
    }),
  );
  if ('refused' in compiled) throw new Error(compiled.refused);
  const widthOf = (input: string): number => (input === 'text' ? 1 : 4);
  return makeExplainer(compiled.plan, { output: 'score', index, widthOf });
}

const row = (numbers: readonly number[], text = 'b'): TensorMap => ({
  numbers: { dtype: 'float32', shape: [1, 4], data: Float32Array.from(numbers) },
  text: { dtype: 'string', shape: [1, 1], data: [text] } satisfies Tensor,
});

function explained(explainer: ReturnType<typeof explainerOf>, of: TensorMap): Contributions {
  if ('why' in explainer) throw new Error(explainer.why);
  const found = explainer.explain(of);
  if (!found) throw new Error('nothing to explain');
  expect(found.columns.reduce((sum, part) => sum + part, found.base) + found.rounding).toBe(found.margin);
  return found;
}

/** Fills what is missing, scales, and puts one column for each text beside. */
const before: Nodes = [
  {
    op: 'Imputer',
    domain: ML,
    inputs: ['numbers'],
    outputs: ['filled'],
    attributes: { imputed_value_floats: { floats: [1, 2, 3, 4] }, replaced_value_float: { float: NaN } },
  },
  {
    op: 'Scaler',
    domain: ML,
    inputs: ['filled'],
    outputs: ['scaled'],
    attributes: { offset: { floats: [1, 2, 3, 0] }, scale: { floats: [1, 0.5, 2, 1] } },
  },
  {
    op: 'OneHotEncoder',
    domain: ML,
    inputs: ['text'],
    outputs: ['hot'],
    attributes: { cats_strings: { strings: ['a', 'b', 'c'] }, zeros: { int: 1 } },
  },
  { op: 'Flatten', inputs: ['hot'], outputs: ['texts'], attributes: { axis: { int: 1 } } },
  { op: 'Concat', inputs: ['scaled', 'texts'], outputs: ['columns'], attributes: { axis: { int: 1 } } },
];
const WEIGHTS = [1, -2, 0.5, 0.25, 8, 16, 32];
const linear = (transform: string, more: NonNullable<Nodes[number]['attributes']> = {}): Nodes[number] => ({
  op: 'LinearRegressor',
  domain: ML,
  inputs: ['columns'],
  outputs: ['sum'],
  attributes: {
    coefficients: { floats: WEIGHTS },
    intercepts: { floats: [0.5] },
    post_transform: { string: transform },
    ...more,
  },
});
const sigmoid: Nodes[number] = { op: 'Sigmoid', inputs: ['sum'], outputs: ['score'] };
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

describe('a pipeline', () => {
  it('counts what becomes of a value to the value', () => {
    const found = explained(explainerOf([...before, linear('NONE'), sigmoid]), row([2, NaN, 4, 4]));
    // (2-1)*1*1, (2-2)*0.5*-2, (4-3)*2*0.5, 4*0.25, and the text b.
    expect([found.base, ...found.columns]).toEqual([0.5, 1, 0, 1, 1, 16]);
    expect(found.margin).toBe(19.5);
    expect(found.scoreOf?.(0)).toBe(0.5);
  });

  it('counts a text that is not known as nothing', () => {
    const found = explained(explainerOf([...before, linear('NONE'), sigmoid]), row([1, 2, 3, 0], 'z'));
    expect([...found.columns]).toEqual([0, 0, 0, 0, 0]);
  });

  it('turns round where the score is that of the other class', () => {
    const one = { name: 'one', dtype: 'float32', shape: [1], data: [1] } as const;
    const other: Nodes = [
      { ...sigmoid, outputs: ['p'] },
      { op: 'Sub', inputs: ['one', 'p'], outputs: ['score'] },
    ];
    const explainer = explainerOf([...before, linear('NONE'), ...other], { initializers: [one] });
    expect('link' in explainer && explainer.link).toBe('LOGISTIC');
    const found = explained(explainer, row([2, 2, 3, 0], 'z'));
    expect([found.base, found.margin, ...found.columns]).toEqual([-0.5, -1.5, -1, 0, 0, 0, 0]);
    expect(found.scoreOf?.(-1.5)).toBeCloseTo(1 - logistic(1.5), 12);
  });

  it('takes a factor and a shift before the link into the margin', () => {
    const constants = [
      { name: 'two', dtype: 'float32', shape: [1, 1], data: [2] } as const,
      { name: 'three', dtype: 'float32', shape: [1], data: [3] } as const,
    ];
    const nodes: Nodes = [
      ...before,
      linear('NONE'),
      { op: 'Mul', inputs: ['sum', 'two'], outputs: ['twice'] },
      { op: 'Sub', inputs: ['twice', 'three'], outputs: ['moved'] },
      { op: 'Sigmoid', inputs: ['moved'], outputs: ['score'] },
    ];
    const found = explained(explainerOf(nodes, { initializers: constants }), row([2, 2, 3, 0], 'z'));
    expect([found.base, found.margin, found.columns[0]]).toEqual([-2, 0, 2]);
  });

  const classifier = (transform: string): Nodes => [
    ...before,
    {
      op: 'LinearClassifier',
      domain: ML,
      inputs: ['columns'],
      outputs: ['label', 'raw'],
      attributes: {
        coefficients: { floats: [...WEIGHTS.map((weight) => -weight), ...WEIGHTS] },
        intercepts: { floats: [-0.5, 0.5] },
        classlabels_ints: { ints: [0, 1] },
        post_transform: { string: transform },
      },
    },
  ];

  it.each([
    [0, -1.5],
    [1, 1.5],
  ])('follows shares of two classes back to the margin of class %i', (index, margin) => {
    const shares: Nodes[number] = {
      op: 'Normalizer',
      domain: ML,
      inputs: ['raw'],
      outputs: ['score'],
      attributes: { norm: { string: 'L1' } },
    };
    const explainer = explainerOf([...classifier('LOGISTIC'), shares], {}, index, 2);
    expect('link' in explainer && explainer.link).toBe('LOGISTIC');
    expect(explained(explainer, row([2, 2, 3, 0], 'z')).margin).toBe(margin);
  });

  it.each<[string, Nodes, RegExp]>([
    [
      'of two models in a row',
      [
        ...before,
        { ...linear('NONE'), outputs: ['first'] },
        {
          op: 'LinearRegressor',
          domain: ML,
          inputs: ['first'],
          outputs: ['score'],
          attributes: { coefficients: { floats: [2] } },
        },
      ],
      /another model/,
    ],
    [
      'behind a norm over the row',
      [
        {
          op: 'Normalizer',
          domain: ML,
          inputs: ['numbers'],
          outputs: ['normed'],
          attributes: { norm: { string: 'L2' } },
        },
        {
          op: 'LinearRegressor',
          domain: ML,
          inputs: ['normed'],
          outputs: ['score'],
          attributes: { coefficients: { floats: [1, 2, 3, 4] } },
        },
      ],
      /a norm over the row/,
    ],
    ['without a model', [{ op: 'Sigmoid', inputs: ['numbers'], outputs: ['score'] }], /no trees and no linear model/],
    [
      'of a product of two sums',
      [...before, linear('NONE'), { op: 'Mul', inputs: ['sum', 'sum'], outputs: ['score'] }],
      /two values that are computed/,
    ],
  ])('is not taken apart %s', (_, nodes, why) => {
    const found = explainerOf(nodes);
    expect('why' in found && found.why).toMatch(why);
  });

  it('has no contributions where a number is not finite', () => {
    const explainer = explainerOf(
      [linear('NONE', { coefficients: { floats: [1, 1, 1, 1] } })].map((node) => ({
        ...node,
        inputs: ['numbers'],
        outputs: ['score'],
      })),
    );
    expect('why' in explainer ? null : explainer.explain(row([1, NaN, 2, 3]))).toBeUndefined();
  });
});
