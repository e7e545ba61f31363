import { DomainError } from '../../../../core/errors.ts';
import { agreementOf, differenceOf } from '../../../../core/tensor/agreement.ts';
import { elementCount, isElementType, isFloat } from '../../../../core/tensor/element-type.ts';
import type { TensorMap } from '../../../../core/tensor/tensor.ts';
import { readTensors } from '../../../../core/tensor/written.ts';
import type { GoldenRow, TensorSpec, TensorValue } from '../../../../schema/release.ts';

/** Who gave the golden rows: production should not rest on `SELF`, where the model is its own witness. */
export const GOLDEN_ORIGINS = ['SUBMITTER', 'SELF'] as const;
export type GoldenOrigin = (typeof GOLDEN_ORIGINS)[number];

export const MAX_GOLDEN_ROWS = 100;
const GENERATED_ROWS = 8;
const MAX_ELEMENTS = 1_000_000;

/** A submitter's own runtime adds in another order; beyond this it is another model. */
const RELATIVE_TOLERANCE = 1e-4;
const ABSOLUTE_TOLERANCE = 1e-6;

/**
 * Input rows made from the contract alone, the same for every run: quarters around zero, which float32 holds exactly. A
 * free width is tried as `width`, which the model's trees tell, and as 1.
 */
export function generateInputs(inputs: readonly TensorSpec[], width = 1): readonly (readonly TensorValue[])[] {
  const rows = (free: number): readonly (readonly TensorValue[])[] =>
    Array.from({ length: GENERATED_ROWS }, (_, row) => inputs.map((input, i) => generated(input, row, i, free)));
  const hasFreeWidth = inputs.some(({ shape }) => shape.length > 1 && (shape.at(-1) ?? 0) < 0);
  return hasFreeWidth && width > 1 ? [...rows(width), ...rows(1)] : rows(1);
}

function generated({ name, dtype, shape }: TensorSpec, row: number, salt: number, width: number): TensorValue {
  const last = shape.length - 1;
  const dims = shape.map((size, axis) => (size >= 0 ? size : axis === last && axis > 0 ? width : 1));
  const count = elementCount(dims);
  if (count > MAX_ELEMENTS) {
    throw new DomainError(
      'INVALID_INPUT',
      `the input "${name}" takes ${count} values a row: at most ${MAX_ELEMENTS} are tried`,
      {
        field: 'artifact',
        max: MAX_ELEMENTS,
      },
    );
  }
  const data = Array.from({ length: count }, (_, i) => {
    const step = (row * 7 + i * 5 + row * i * 3 + salt) % 17;
    if (dtype === 'string') return step % 2 === 0 ? 'a' : 'b';
    if (dtype === 'bool') return step % 2 === 0;
    return dtype.startsWith('float') ? (step - 8) / 4 : step % 2;
  });
  return { name, dtype, shape: dims, data };
}

/**
 * Checks a submitter's rows against what the model answered. Throws INVALID_INPUT that names the row, the output and
 * where they differ by more than another runtime may.
 */
export function verifyGolden(rows: readonly GoldenRow[], answers: readonly (readonly TensorValue[])[]): void {
  for (const [i, { outputs }] of rows.entries()) {
    const difference = differenceOf(outputs, answeredTensors(answers[i] ?? []), isCloseEnough);
    if (!difference) continue;
    const { tensor, why, values } = difference;
    throw new DomainError('INVALID_INPUT', `golden row ${i}: "${tensor}" ${why}: send rows that this model answers`, {
      field: `goldenRows.${i}`,
      output: tensor,
      ...values,
    });
  }
}

const isCloseEnough = (got: number, want: number): boolean =>
  Math.abs(want - got) <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * Math.abs(want);

/** Whether a run gave what a golden row says, as closely as an engine must. */
export const reproduces = ({ outputs }: GoldenRow, answered: readonly TensorValue[]): boolean =>
  agreementOf(outputs, answeredTensors(answered)) !== 'OFF';

/** An output of a type that no engine takes is as good as none. */
const answeredTensors = (outputs: readonly TensorValue[]): TensorMap =>
  readTensors(
    outputs.filter(({ dtype }) => isElementType(dtype)),
    'the answer',
  );

/** Whether a row's answer can be written down and compared: a NaN or an infinity is written as text. */
export const isFinite = (outputs: readonly TensorValue[]): boolean =>
  outputs.every(({ dtype, data }) => !isFloat(dtype) || data.every((value) => typeof value === 'number'));

/** Checks that rows feed exactly the model's inputs, each with as many values as its shape says. */
export function checkGoldenInputs(
  rows: readonly GoldenRow[],
  inputs: readonly TensorSpec[],
  outputs: readonly { readonly name: string }[],
): void {
  for (const [i, row] of rows.entries()) {
    const wrong = (message: string): DomainError =>
      new DomainError('INVALID_INPUT', `golden row ${i}: ${message}`, { field: `goldenRows.${i}` });
    for (const { name, dtype, shape } of inputs) {
      const given = row.inputs.filter((value) => value.name === name);
      const [value] = given;
      if (!value || given.length > 1) throw wrong(`the input "${name}" must be given once`);
      if (value.dtype !== dtype) throw wrong(`the input "${name}" is ${dtype}, not ${value.dtype}`);
      const fits =
        shape.length === value.shape.length && shape.every((size, axis) => size < 0 || size === value.shape[axis]);
      if (!fits)
        throw wrong(`the input "${name}" has the shape [${shape.join(', ')}], not [${value.shape.join(', ')}]`);
    }
    for (const { name, shape, data } of [...row.inputs, ...row.outputs]) {
      const count = elementCount(shape);
      if (count !== data.length)
        throw wrong(`"${name}" of shape [${shape.join(', ')}] has ${count} values, not ${data.length}`);
      if (count > MAX_ELEMENTS) throw wrong(`"${name}" has ${count} values: at most ${MAX_ELEMENTS} are taken`);
    }
    const unknown =
      row.inputs.find(({ name }) => !inputs.some((input) => input.name === name)) ??
      row.outputs.find(({ name }) => !outputs.some((output) => output.name === name));
    if (unknown) throw wrong(`the model has no "${unknown.name}"`);
    if (row.outputs.length === 0) throw wrong('it names no output to compare');
  }
}
