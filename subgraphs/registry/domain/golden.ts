import { DomainError } from '../../../core/errors.ts';
import type { GoldenRow, TensorSpec, TensorValue } from '../../../schema/release.ts';

/** Who gave the golden rows: production should not rest on `SELF`, where the model is its own witness. */
export const GOLDEN_ORIGINS = ['SUBMITTER', 'SELF'] as const;
export type GoldenOrigin = (typeof GOLDEN_ORIGINS)[number];

/** How well an engine reproduced golden rows; OFF is beyond what any proof allows. */
export type Agreement = 'EXACT' | 'BOUNDED' | 'OFF';

export const MAX_GOLDEN_ROWS = 100;
const GENERATED_ROWS = 8;
const MAX_ELEMENTS = 1_000_000;
const MAX_ULPS = 2;

/** A submitter's own runtime adds in another order; beyond this it is another model. */
const RELATIVE_TOLERANCE = 1e-4;
const ABSOLUTE_TOLERANCE = 1e-6;

/** Input rows made from the contract alone, the same for every run: quarters around zero, which float32 holds exactly. */
export function generateInputs(inputs: readonly TensorSpec[]): readonly (readonly TensorValue[])[] {
  return Array.from({ length: GENERATED_ROWS }, (_, row) => inputs.map((input, i) => generated(input, row, i)));
}

function generated({ name, dtype, shape }: TensorSpec, row: number, salt: number): TensorValue {
  const dims = shape.map((size) => (size < 0 ? 1 : size));
  const count = dims.reduce((product, size) => product * size, 1);
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

const scratch = new DataView(new ArrayBuffer(4));

function orderedBits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getInt32(0);
  return bits < 0 ? -(bits & 0x7fff_ffff) : bits;
}

/** Distance of two numbers in units in the last place of float32. */
export function ulpsApart(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  return Math.abs(orderedBits(a) - orderedBits(b));
}

/** Compares what should come out with what came out, value by value. */
export function agreementOf(expected: readonly TensorValue[], actual: readonly TensorValue[]): Agreement {
  let agreement: Agreement = 'EXACT';
  for (const [want, got] of pairs(expected, actual)) {
    const values = valueAgreement(want, got);
    if (values === 'OFF') return 'OFF';
    if (values === 'BOUNDED') agreement = 'BOUNDED';
  }
  return agreement;
}

function valueAgreement(want: TensorValue, got: TensorValue): Agreement {
  if (want.data.length !== got.data.length) return 'OFF';
  let agreement: Agreement = 'EXACT';
  for (const [i, expected] of want.data.entries()) {
    const value = got.data[i];
    if (expected === value) continue;
    if (typeof expected !== 'number' || typeof value !== 'number' || !want.dtype.startsWith('float')) return 'OFF';
    if (ulpsApart(expected, value) > MAX_ULPS) return 'OFF';
    agreement = 'BOUNDED';
  }
  return agreement;
}

/**
 * Checks a submitter's rows against what the model answered. Throws INVALID_INPUT that names the row, the output and
 * both values when they differ by more than another runtime may.
 */
export function verifyGolden(rows: readonly GoldenRow[], answers: readonly (readonly TensorValue[])[]): void {
  for (const [i, { outputs }] of rows.entries()) {
    for (const [want, got] of pairs(outputs, answers[i] ?? [])) {
      const at = want.data.findIndex((expected, j) => !close(expected, got.data[j]));
      if (at < 0 && want.data.length === got.data.length) continue;
      throw new DomainError(
        'INVALID_INPUT',
        `golden row ${i}: "${want.name}" should be ${String(want.data[at])} and is ${String(got.data[at])}: send rows that this model answers`,
        { field: `goldenRows.${i}`, output: want.name, expected: want.data[at], actual: got.data[at] },
      );
    }
  }
}

function close(expected: unknown, actual: unknown): boolean {
  if (expected === actual) return true;
  if (typeof expected !== 'number' || typeof actual !== 'number') return false;
  return Math.abs(expected - actual) <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * Math.abs(expected);
}

const EMPTY: TensorValue = { name: '', dtype: '', shape: [], data: [] };

const pairs = (
  expected: readonly TensorValue[],
  actual: readonly TensorValue[],
): readonly (readonly [TensorValue, TensorValue])[] =>
  expected.map((want) => [want, actual.find(({ name }) => name === want.name) ?? EMPTY]);

/** Whether a row's answer can be written down and compared: JSON has no NaN and no infinity. */
export const isFinite = (outputs: readonly TensorValue[]): boolean =>
  outputs.every(({ data }) => data.every((value) => typeof value !== 'number' || Number.isFinite(value)));

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
      const count = shape.reduce((product, size) => product * size, 1);
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
