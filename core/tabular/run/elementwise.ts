import { elementCount } from '../../tensor/element-type.ts';
import type { Activation, Arithmetic, SoftmaxStep } from '../plan.ts';
import type { Floats } from '../tree-ensemble.ts';
import { sigmoid, tanh } from './float32.ts';
import { softmaxRow } from './softmax.ts';
import { axisOf, cannot, float32Of, float64Of, sameShape, valueAt, type Kernel } from './value.ts';

const ACTIVATION: Readonly<Record<Activation, (x: number) => number>> = {
  Relu: (x) => (x < 0 ? 0 : x),
  Sigmoid: sigmoid,
  Tanh: tanh,
};

interface Places {
  readonly input: number;
  readonly output: number;
}

export function activationKernel(activation: Activation, { input, output }: Places): Kernel {
  const turn = ACTIVATION[activation];
  return (values) => {
    const tensor = valueAt(values, input);
    const from = float32Of(tensor);
    const out = new Float32Array(from.length);
    for (let i = 0; i < from.length; i++) out[i] = turn(from[i] ?? 0);
    values[output] = { dtype: 'float32', shape: tensor.shape, data: out };
  };
}

export function softmaxKernel({ isLog, axis, andBehind }: SoftmaxStep, { input, output }: Places): Kernel {
  return (values) => {
    const tensor = valueAt(values, input);
    const at = axisOf(axis, tensor.shape.length);
    if (!andBehind && at !== tensor.shape.length - 1)
      throw cannot(`[${tensor.shape.join()}] ends with another dimension`);
    const width = elementCount(tensor.shape.slice(at));
    const from = float32Of(tensor);
    const out = new Float32Array(from.length);
    for (let row = 0; row < from.length; row += width) softmaxRow(from, out, row, width, isLog);
    values[output] = { dtype: 'float32', shape: tensor.shape, data: out };
  };
}

const OPERATION: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

/** Value by value; sizes of 1 are repeated, as in numpy. */
export function arithmeticKernel(operation: Arithmetic, left: number, right: number, output: number): Kernel {
  const compute = OPERATION[operation];
  return (values) => {
    const [a, b] = [valueAt(values, left), valueAt(values, right)];
    const isDouble = a.dtype === 'float64';
    const [x, y]: readonly Floats[] = isDouble ? [float64Of(a), float64Of(b)] : [float32Of(a), float32Of(b)];
    if (!x || !y) throw cannot('there is nothing to compute with');
    const shape = broadcast(a.shape, b.shape);
    const count = elementCount(shape);
    const out = isDouble ? new Float64Array(count) : new Float32Array(count);
    if (sameShape(a.shape, b.shape)) for (let i = 0; i < count; i++) out[i] = compute(x[i] ?? 0, y[i] ?? 0);
    else {
      const [atLeft, atRight] = [positions(a.shape, shape), positions(b.shape, shape)];
      for (let i = 0; i < count; i++) out[i] = compute(x[atLeft(i)] ?? 0, y[atRight(i)] ?? 0);
    }
    values[output] = { dtype: a.dtype, shape, data: out };
  };
}

function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (left !== right && left !== 1 && right !== 1) throw cannot(`[${a.join()}] and [${b.join()}] do not go together`);
    return left === 1 ? right : left;
  });
}

/** Where the value of a smaller shape lies that stands at a position of a larger one. */
function positions(shape: readonly number[], of: readonly number[]): (at: number) => number {
  const last = shape.at(-1) ?? 1;
  if (elementCount(shape) === 1) return () => 0;
  if (elementCount(shape) === last && last === of.at(-1)) return (at) => at % last;
  const own = of.map((_, axis) => shape[axis - of.length + shape.length] ?? 1);
  return (at) => {
    let rest = at;
    let position = 0;
    let stride = 1;
    for (let axis = of.length - 1; axis >= 0; axis--) {
      const [size, all] = [own[axis] ?? 1, of[axis] ?? 1];
      position += (size === 1 ? 0 : rest % all) * stride;
      rest = Math.floor(rest / all);
      stride *= size;
    }
    return position;
  };
}
