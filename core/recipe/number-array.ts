import { DomainError } from '../errors.ts';
import { elementCount, isFloat } from '../tensor/element-type.ts';
import { roundedToHalf } from '../half.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Recipe } from '../../schema/recipe.ts';
import type { CompiledRecipe } from './compile-recipe.ts';

type InputField = Recipe['inputs'][number];

/** The arrays of a request by their names: numbers in the order of their rows, NaN where one is missing. */
export type NumberArrays = Readonly<Record<string, Float64Array>>;

/** The inputs that are arrays, with their shapes. */
export const arraysOf = (inputs: readonly InputField[]): ReadonlyMap<string, readonly number[]> =>
  new Map(inputs.flatMap(({ name, shape }) => (shape ? [[name, shape] as const] : [])));

/** The shape of a tensor for one array; undefined where it takes another: as it is declared, or as one flat row. */
export function shapeForArray(declared: readonly number[], array: readonly number[]): readonly number[] | undefined {
  for (const shape of [[1, ...array], [1, elementCount(array)], array]) {
    const fits = shape.length === declared.length && declared.every((size, axis) => size < 0 || size === shape[axis]);
    if (fits) return shape;
  }
  return undefined;
}

/** The arrays of a request, each a list of numbers, nested as its shape or flat. Throws INVALID_INPUT that names the field. */
export function readArrays(
  { recipe }: Pick<CompiledRecipe, 'recipe'>,
  given: Readonly<Record<string, unknown>>,
): NumberArrays {
  const arrays: Record<string, Float64Array> = {};
  for (const [name, shape] of arraysOf(recipe.inputs)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    arrays[name] = numbersOf(value, name, shape);
  }
  return arrays;
}

function numbersOf(value: unknown, field: string, shape: readonly number[]): Float64Array {
  const takes = `${elementCount(shape)} numbers, nested as ${shape.join(' × ')} or flat, null where one is missing`;
  const wrong = (what: string): DomainError =>
    new DomainError('INVALID_INPUT', `${field}: ${what}; send ${takes}`, { field, allowed: [takes] });
  if (!Array.isArray(value)) throw wrong(value === undefined ? 'it is missing' : 'it is no list');
  const isNested = Array.isArray(value[0]);
  const flat: readonly unknown[] = isNested ? flatten(value, shape, wrong) : value;
  if (flat.length !== elementCount(shape)) throw wrong(`it has ${flat.length} numbers`);
  return Float64Array.from(flat, (number, i) => {
    if (number === null) return Number.NaN;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw wrong(`[${i}] is ${JSON.stringify(number)?.slice(0, 60)}`);
  });
}

/** The innermost values, where each level has as many as the shape says. */
function flatten(
  value: unknown,
  [size, ...inner]: readonly number[],
  wrong: (what: string) => DomainError,
): readonly unknown[] {
  if (size === undefined) return [value];
  if (!Array.isArray(value) || value.length !== size) {
    throw wrong(`one of its lists has ${Array.isArray(value) ? value.length : 'no'} entries and not ${size}`);
  }
  return value.flatMap((one) => flatten(one, inner, wrong));
}

/** The tensor of an array. Throws INVALID_INPUT that names it where a number is beyond the tensor's type. */
export function fillArray(
  { dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] },
  name: string,
  arrays: NumberArrays,
): Tensor {
  const numbers = arrays[name] ?? new Float64Array(elementCount(shape)).fill(Number.NaN);
  if (!isFloat(dtype) || dtype === 'float64') return { dtype: 'float64', shape, data: numbers };
  const data = Float32Array.from(numbers, dtype === 'float16' ? roundedToHalf : undefined);
  const lost = data.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(numbers[i]));
  if (lost < 0) return { dtype, shape, data };
  throw new DomainError('INVALID_INPUT', `${name}: [${lost}] is ${numbers[lost]}, beyond what ${dtype} holds`, {
    field: name,
    allowed: [`numbers that ${dtype} holds`],
  });
}
