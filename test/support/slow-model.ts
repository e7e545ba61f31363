import { writeModel } from '../../core/onnx/write-model.ts';

const SIZE = 3_000;
const TIMES = 400;

/** Multiplies matrices for minutes: a model that never ends, as far as a test is concerned. */
export const SLOW_MODEL = writeModel({
  nodes: [
    { op: 'ConstantOfShape', inputs: ['shape'], outputs: ['m0'] },
    ...Array.from({ length: TIMES }, (_, i) => ({ op: 'MatMul', inputs: [`m${i}`, `m${i}`], outputs: [`m${i + 1}`] })),
    { op: 'ReduceMax', inputs: [`m${TIMES}`], outputs: ['max'], attributes: { keepdims: { int: 0 } } },
    { op: 'Mul', inputs: ['x', 'max'], outputs: ['y'] },
  ],
  initializers: [{ name: 'shape', dtype: 'int64', shape: [2], data: [SIZE, SIZE] }],
  inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 1] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 1] }],
});
