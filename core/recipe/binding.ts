import { DomainError } from '../errors.ts';
import type { Recipe } from '../../schema/recipe.ts';
import type { TensorSpec } from '../../schema/release.ts';
import { isElementType, isFloat, type ElementType } from '../tensor/element-type.ts';
import { roundedToHalf } from '../half.ts';
import { tensorOf, type Tensor } from '../tensor/tensor.ts';
import type { NameTypes } from './names.ts';
import { checkColumn, FITS } from './model-checks.ts';
import type { Report } from './problem.ts';
import { shapeOfRow } from './shape-of-row.ts';
import type { Value, Values } from './value.ts';
import { fillArray, shapeForArray, type NumberArrays } from './number-array.ts';

/** One tensor of a model, ready to be filled from named values. */
export interface Binding {
  readonly tensor: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly columns: readonly string[];
  /** Whether its one column is an array, which fills it whole. */
  readonly isWhole: boolean;
}

/** What columns may name: the types of all values, and which of them may be left out. */
export interface Columns {
  readonly types: NameTypes;
  readonly optional: ReadonlySet<string>;
  /** Shapes of the inputs that fill a tensor whole. */
  readonly arrays: ReadonlyMap<string, readonly number[]>;
}

/** The columns of a recipe bound to the tensors of a model, each of which is fed once. `at` is the place of the model. */
export function bindColumns(
  wanted: Recipe['models'][number]['inputs'],
  specs: readonly TensorSpec[],
  named: Columns,
  report: Report,
  at: string,
): Binding[] {
  const fed = new Set<string>();
  const bindings: Binding[] = [];
  for (const [i, { tensor, columns }] of wanted.entries()) {
    const field = `${at}.inputs.${i}`;
    const spec = specs.find(({ name }) => name === tensor);
    if (fed.has(tensor)) report(`${field}.tensor`, `"${tensor}" is fed twice`);
    fed.add(tensor);
    if (!spec) {
      const names = specs.map(({ name }) => name);
      report(`${field}.tensor`, `the model has no input "${tensor}"`, names);
    } else if (!isElementType(spec.dtype)) {
      report(`${field}.tensor`, `"${tensor}" is ${spec.dtype}, which cannot be fed`);
    } else if (columns.some((column) => named.arrays.has(column))) {
      const binding = bindArray({ tensor, columns }, { ...spec, dtype: spec.dtype }, named, report, field);
      if (binding) bindings.push(binding);
    } else {
      for (const [j, column] of columns.entries()) {
        checkColumn(column, { ...spec, dtype: spec.dtype }, named, report, `${field}.columns.${j}`);
      }
      const shape = shapeOfRow(spec.shape, columns.length);
      if (shape) bindings.push({ tensor, dtype: spec.dtype, shape, columns, isWhole: false });
      else {
        const declared = spec.shape.join(', ');
        report(`${field}.columns`, `${columns.length} columns do not fill one row of "${tensor}" [${declared}]`);
      }
    }
  }
  for (const { name } of specs) {
    if (!fed.has(name)) report(`${at}.inputs`, `the model's input "${name}" is not fed`, [name]);
  }
  return bindings;
}

function bindArray(
  { tensor, columns }: Pick<Binding, 'tensor' | 'columns'>,
  { dtype, shape: declared }: { readonly dtype: ElementType; readonly shape: readonly number[] },
  { arrays }: Columns,
  report: Report,
  field: string,
): Binding | undefined {
  const [column = '', second] = columns;
  const array = arrays.get(column);
  if (!array || second !== undefined) {
    report(`${field}.columns`, 'an array is the only column of its tensor');
    return undefined;
  }
  const shape = shapeForArray(declared, array);
  if (!isFloat(dtype))
    report(`${field}.columns`, `"${column}" is an array and does not go into ${dtype}`, FITS.FLOAT64);
  else if (shape) return { tensor, dtype, shape, columns, isWhole: true };
  else {
    report(
      `${field}.columns`,
      `"${column}" is ${array.join(' × ')} and does not fill one row of "${tensor}" [${declared.join(', ')}]`,
    );
  }
  return undefined;
}

/** Fills the tensor; in a float tensor a value that is missing is NaN. Throws INVALID_INPUT that names the column which does not fit. */
export function fill(binding: Binding, values: Values, arrays: NumberArrays = {}): Tensor {
  const { tensor, dtype, shape, columns, isWhole } = binding;
  if (isWhole) return fillArray(binding, columns[0] ?? tensor, arrays);
  if (isFloat(dtype)) {
    const data = dtype === 'float64' ? new Float64Array(columns.length) : new Float32Array(columns.length);
    for (const [i, column] of columns.entries()) {
      const value = floatOf(values[column] ?? null);
      data[i] = dtype === 'float16' ? roundedToHalf(value) : value;
      if (Number.isFinite(value) && !Number.isFinite(data[i])) throw tooLarge(column, value, dtype);
    }
    return { dtype, shape, data };
  }
  const row = columns.map((column) => {
    const value = values[column] ?? null;
    if (typeof value === 'bigint') return value.toString();
    return typeof value === 'boolean' && dtype !== 'bool' ? Number(value) : value;
  });
  return tensorOf(dtype, shape, row, (i) => columns[i] ?? tensor);
}

const floatOf = (value: Value): number => (value === null ? Number.NaN : Number(value));

const tooLarge = (column: string, value: number, dtype: string): DomainError =>
  new DomainError('INVALID_INPUT', `${column}: ${value} is beyond what ${dtype} holds`, {
    field: column,
    allowed: [`a number that ${dtype} holds`],
  });
