import type { TensorDtype } from '../../../core/onnx/dtype.ts';
import { writeModel } from '../../../core/onnx/write-model.ts';

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
