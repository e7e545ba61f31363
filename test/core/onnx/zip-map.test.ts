import { describe, expect, it } from 'vitest';
import { readContract } from '../../../core/onnx/contract.ts';
import type { AttributeSpec, NodeSpec } from '../../../core/onnx/write-model.ts';
import { writeModel } from '../../../core/onnx/write-model.ts';
import { stripZipMap } from '../../../core/onnx/zip-map.ts';
import { float32Rows, runOnnx } from '../../support/onnx-runtime.ts';

const SOFTMAX: NodeSpec = { op: 'Softmax', inputs: ['x'], outputs: ['p'], attributes: { axis: { int: 1 } } };
const zipMap = (labels: Readonly<Record<string, AttributeSpec>>): NodeSpec => ({
  op: 'ZipMap',
  domain: 'ai.onnx.ml',
  inputs: ['p'],
  outputs: ['probabilities'],
  attributes: labels,
});
const model = (...nodes: NodeSpec[]): Uint8Array =>
  writeModel({
    nodes,
    inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 3] }],
    // The writer declares tensors only; what matters is that the declaration of a ZipMap's output is replaced.
    outputs: [{ name: 'probabilities', dtype: 'float32', shape: [-1] }],
  });

describe('stripping ZipMap', () => {
  it.each([
    ['strings', { classlabels_strings: { strings: ['no', 'maybe', 'yes'] } }, ['no', 'maybe', 'yes']],
    ['integers', { classlabels_int64s: { ints: [-1, 0, 2n ** 60n] } }, ['-1', '0', '1152921504606846976']],
  ])('leaves a tensor that runs and keeps labels that are %s', async (_, attributes, labels) => {
    const before = model(SOFTMAX, zipMap(attributes));
    expect(readContract(before).hasZipMap).toBe(true);
    const after = stripZipMap(before);
    expect(readContract(after)).toMatchObject({
      hasZipMap: false,
      operators: ['Identity', 'Softmax'],
      outputs: [{ name: 'probabilities', dtype: 'float32', shape: [-1, 3] }],
      classLabels: { probabilities: labels },
    });
    const { probabilities } = await runOnnx(after, {
      x: float32Rows([
        [0, 0, 0],
        [0, 50, 0],
      ]),
    });
    expect(probabilities?.dims).toEqual([2, 3]);
    expect(Array.from(probabilities?.data as Float32Array, (p) => Math.round(p * 3))).toEqual([1, 1, 1, 0, 3, 0]);
  });

  it('is done once: a second time changes nothing', () => {
    const once = stripZipMap(model(SOFTMAX, zipMap({ classlabels_strings: { strings: ['a', 'b', 'c'] } })));
    expect(stripZipMap(once)).toBe(once);
  });

  it('leaves a model without one as it is', () => {
    const plain = model({ ...SOFTMAX, outputs: ['probabilities'] });
    expect(stripZipMap(plain)).toBe(plain);
  });

  it('names an operator set for Identity where the model had none', async () => {
    const bytes = writeModel({
      nodes: [
        {
          op: 'Normalizer',
          domain: 'ai.onnx.ml',
          inputs: ['x'],
          outputs: ['p'],
          attributes: { norm: { string: 'L1' } },
        },
        zipMap({ classlabels_int64s: { ints: [0, 1, 2] } }),
      ],
      inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 3] }],
      outputs: [{ name: 'probabilities', dtype: 'float32', shape: [-1] }],
      opsets: { 'ai.onnx.ml': 1 },
    });
    const after = stripZipMap(bytes);
    expect(readContract(after).opsets).toEqual({ 'ai.onnx.ml': 1, 'ai.onnx': 9 });
    const { probabilities } = await runOnnx(after, { x: float32Rows([[1, 1, 2]]) });
    expect([...(probabilities!.data as Float32Array)]).toEqual([0.25, 0.25, 0.5]);
  });

  it('is refused where something reads the maps, and where there are no labels', () => {
    const read: NodeSpec = { op: 'SequenceLength', inputs: ['probabilities'], outputs: ['n'] };
    const labels = { classlabels_strings: { strings: ['a'] } };
    expect(() => stripZipMap(model(SOFTMAX, zipMap(labels), read))).toThrow(/to SequenceLength/);
    expect(() => stripZipMap(model(SOFTMAX, zipMap({})))).toThrow(/names no class labels/);
  });
});
