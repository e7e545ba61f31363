import type { TensorDtype } from '../../../core/onnx/dtype.ts';
import { writeModel } from '../../../core/onnx/write-model.ts';
import { ELEMENT_TYPES, type ElementType } from '../../../core/tensor/element-type.ts';
import type { WireValue } from '../../../core/tensor/written.ts';

/** What the tensors of an identity model may hold beside its score, which is float32. */
export const ECHOED = ELEMENT_TYPES.filter((dtype) => dtype !== 'float32');

/** Two values of each of its tensors, at the ends of what the type holds, as they travel in JSON. */
export const ECHOED_VALUES: Readonly<Record<'x' | Exclude<ElementType, 'float32'>, readonly WireValue[]>> = {
  x: ['NaN', '-Infinity'],
  float16: [65_504, 2 ** -24],
  bool: [true, false],
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: ['-9223372036854775808', '9007199254740993'],
  uint64: ['18446744073709551615', 2 ** 53 - 1],
  float64: [1e300, 'Infinity'],
  string: ['', 'žluťoučký\n'],
};

/** What the protocol calls them. */
export const echoedDatatype = (tensor: string): string =>
  ({ x: 'FP32', float16: 'FP16', float64: 'FP64', string: 'BYTES' })[tensor] ?? tensor.toUpperCase();

/** A dense layer and a sigmoid of sixteen bits from end to end: `features` float16 [rows, 4] → `score` float16 [rows, 1]. */
export const halfModel = (weights: readonly number[] = [0.5, -0.25, 1, 2], bias = 0.125): Uint8Array =>
  writeModel({
    nodes: [
      { op: 'Gemm', inputs: ['features', 'weights', 'bias'], outputs: ['sum'] },
      { op: 'Sigmoid', inputs: ['sum'], outputs: ['score'] },
    ],
    initializers: [
      { name: 'weights', dtype: 'float16', shape: [weights.length, 1], data: weights },
      { name: 'bias', dtype: 'float16', shape: [1], data: [bias] },
    ],
    inputs: [{ name: 'features', dtype: 'float16', shape: [-1, weights.length] }],
    outputs: [{ name: 'score', dtype: 'float16', shape: [-1, 1] }],
  });

/** Gives each input back as it is: `<dtype>` [rows, 2] → `<dtype>_out`; and `score` float32 [rows, 2]. */
export function identityModel(dtypes: readonly TensorDtype[]): Uint8Array {
  return writeModel({
    nodes: [
      ...dtypes.map((dtype) => ({ op: 'Identity', inputs: [dtype], outputs: [`${dtype}_out`] })),
      { op: 'Identity', inputs: ['x'], outputs: ['score'] },
    ],
    inputs: [
      { name: 'x', dtype: 'float32', shape: [-1, 2] },
      ...dtypes.map((dtype) => ({ name: dtype, dtype, shape: [-1, 2] })),
    ],
    outputs: [
      { name: 'score', dtype: 'float32', shape: [-1, 2] },
      ...dtypes.map((dtype) => ({ name: `${dtype}_out`, dtype, shape: [-1, 2] })),
    ],
  });
}
