import { describe, expect, it } from 'vitest';
import { readContract } from '../../../core/onnx/contract.ts';
import { mendModel } from '../../../core/onnx/mend-model.ts';
import { writeModel, type NodeSpec } from '../../../core/onnx/write-model.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { float32Rows, runOnnx, Tensor } from '../../support/onnx-runtime.ts';

const x = { name: 'x', dtype: 'float32', shape: [-1, 2] } as const;
const softmax = (output: string, axis: number): NodeSpec => ({
  op: 'Softmax',
  inputs: ['x'],
  outputs: [output],
  attributes: { axis: { int: axis } },
});
const zipMap = (input: string, output: string, labels: readonly string[]): NodeSpec => ({
  op: 'ZipMap',
  domain: 'ai.onnx.ml',
  inputs: [input],
  outputs: [output],
  attributes: { classlabels_strings: { strings: labels } },
});
// The writer declares tensors only; what matters is that these declarations are replaced.
const output = (name: string) => ({ name, dtype: 'float32', shape: [-1] }) as const;
const ROW = float32Rows([[0, 200]]);

it('replaces each of several ZipMaps, and keeps the labels of each', async () => {
  const model = mendModel(
    writeModel({
      nodes: [
        softmax('p', 1),
        zipMap('p', 'first', ['no', 'yes']),
        { op: 'Neg', inputs: ['x'], outputs: ['n'] },
        zipMap('n', 'second', ['a', 'b']),
      ],
      inputs: [x],
      outputs: [output('first'), output('second')],
    }),
  );
  expect(readContract(model)).toMatchObject({
    hasZipMap: false,
    classLabels: { first: ['no', 'yes'], second: ['a', 'b'] },
    outputs: [
      { name: 'first', shape: [-1, 2] },
      { name: 'second', shape: [-1, 2] },
    ],
  });
  const { first, second } = await runOnnx(model, { x: ROW });
  expect([...(first!.data as Float32Array)]).toEqual([0, 1]);
  expect([...(second!.data as Float32Array)]).toEqual([-0, -200]);
});

describe('a sequence at the very end', () => {
  it('becomes an output for each of its parts, ZipMaps among them', async () => {
    const model = mendModel(
      writeModel({
        nodes: [
          softmax('p', 1),
          zipMap('p', 'first', ['no', 'yes']),
          { op: 'Neg', inputs: ['x'], outputs: ['second'] },
          { op: 'SequenceConstruct', inputs: ['first', 'second'], outputs: ['probabilities'] },
        ],
        inputs: [x],
        outputs: [output('probabilities')],
      }),
    );
    const contract = readContract(model);
    expect(contract.operators).not.toContain('SequenceConstruct');
    expect(contract.outputs.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(contract.classLabels).toEqual({ first: ['no', 'yes'] });
    const { first, second } = await runOnnx(model, { x: ROW });
    expect([...(first!.data as Float32Array)]).toEqual([0, 1]);
    expect([...(second!.data as Float32Array)]).toEqual([-0, -200]);
  });

  it('stays where the model reads it itself', () => {
    const model = writeModel({
      nodes: [
        { op: 'SequenceConstruct', inputs: ['x', 'x'], outputs: ['both'] },
        { op: 'SequenceLength', inputs: ['both'], outputs: ['length'] },
      ],
      inputs: [x],
      outputs: [{ name: 'length', dtype: 'int64', shape: [] }],
    });
    expect(mendModel(model)).toBe(model);
  });
});

it('declares as float32 what a tree ensemble over doubles gives, and it runs', async () => {
  const leaf = { ints: [0] };
  const model = mendModel(
    writeModel({
      nodes: [
        {
          op: 'TreeEnsembleRegressor',
          domain: 'ai.onnx.ml',
          inputs: ['x'],
          outputs: ['y'],
          attributes: {
            n_targets: { int: 1 },
            nodes_treeids: leaf,
            nodes_nodeids: leaf,
            nodes_featureids: leaf,
            nodes_modes: { strings: ['LEAF'] },
            nodes_values: { floats: [0] },
            nodes_truenodeids: leaf,
            nodes_falsenodeids: leaf,
            target_treeids: leaf,
            target_nodeids: leaf,
            target_ids: leaf,
            target_weights: { floats: [2.5] },
          },
        },
      ],
      inputs: [{ ...x, dtype: 'float64' }],
      outputs: [{ name: 'y', dtype: 'float64', shape: [-1, 1] }],
    }),
  );
  expect(readContract(model).outputs).toEqual([{ name: 'y', dtype: 'float32', shape: [-1, 1] }]);
  const { y } = await runOnnx(model, { x: new Tensor('float64', Float64Array.of(1, 2), [1, 2]) });
  expect([...(y!.data as Float32Array)]).toEqual([2.5]);
});

it('leaves a model alone that needs no mending', () => {
  const { bytes } = logisticModel({ features: 2, weights: [1, 2], bias: 0 });
  expect(mendModel(bytes)).toBe(bytes);
});
