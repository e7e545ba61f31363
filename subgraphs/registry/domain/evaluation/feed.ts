import { DomainError } from '../../../../core/errors.ts';
import { elementCount } from '../../../../core/tensor/element-type.ts';
import type { EvaluationHead, EvaluationRow } from '../../../../schema/evaluation.ts';
import type { TensorSpec, TensorValue } from '../../../../schema/release.ts';

/** Rows that go into the model at once. */
export interface Batch {
  /** Position of the first of them. */
  readonly from: number;
  readonly count: number;
  readonly inputs: readonly TensorValue[];
}

const ROWS_AT_ONCE = 512;

/** The rows as the model takes them: many at once where its batch is free. Throws INVALID_INPUT that names row and input. */
export function batchesOf(rows: readonly EvaluationRow[], inputs: readonly TensorSpec[]): readonly Batch[] {
  const fed = rows.map((row, i) => inputs.map((input) => rowTensor(row, i, input)));
  const most = inputs.every(({ shape }) => shape[0] === -1) ? ROWS_AT_ONCE : 1;
  const shapes = fed.map(shapesOf);
  const starts: number[] = [];
  for (const [row, shape] of shapes.entries()) {
    const from = starts.at(-1);
    if (from === undefined || shape !== shapes[from] || row - from >= most) starts.push(row);
  }
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? fed.length;
    return { from, count: to - from, inputs: together(fed.slice(from, to)) };
  });
}

const shapesOf = (row: readonly TensorValue[]): string => row.map(({ shape }) => shape.join('x')).join(';');

function together(rows: readonly (readonly TensorValue[])[]): readonly TensorValue[] {
  const [first = []] = rows;
  if (rows.length === 1) return first;
  return first.map(({ name, dtype, shape }, i) => ({
    name,
    dtype,
    shape: [rows.length, ...shape.slice(1)],
    data: rows.flatMap((row) => row[i]?.data ?? []),
  }));
}

/** One value of a row as a tensor; one dimension that the model leaves free is as long as the values are. */
function rowTensor(row: EvaluationRow, i: number, { name, dtype, shape }: TensorSpec): TensorValue {
  const given = row.inputs[name];
  if (given === undefined) throw wrong(i, `the input "${name}" is missing: a row has ${dtype}[${shape.join(', ')}]`);
  const data = Array.isArray(given) ? given : [given];
  const [first = 1, ...rest] = shape;
  const dims = shape.length === 0 ? [] : [Math.max(1, first), ...rest];
  const free = dims.filter((size) => size < 0).length;
  const known = elementCount(dims.map((size) => (size < 0 ? 1 : size)));
  const whole = dims.map((size) => (size < 0 ? data.length / known : size));
  if (free > 1 || elementCount(whole) !== data.length || !whole.every(Number.isInteger)) {
    throw wrong(i, `the input "${name}" has ${data.length} values: ${dtype}[${shape.join(', ')}] takes others`);
  }
  return { name, dtype, shape: whole, data };
}

/** All numbers of the judged output, row by row. Throws INVALID_INPUT where the output is not one list a row. */
export function answersOf(
  { output }: EvaluationHead,
  { from, count }: Batch,
  outputs: readonly TensorValue[],
): readonly (readonly number[])[] {
  const tensor = outputs.find(({ name }) => name === output);
  if (!tensor) {
    const allowed = outputs.map(({ name }) => name);
    throw new DomainError(
      'INVALID_INPUT',
      `evaluation: output: the model has no output "${output}": ${allowed.join(', ')}`,
      {
        field: 'evaluation.output',
        allowed,
      },
    );
  }
  const width = tensor.data.length / count;
  if (!Number.isInteger(width) || width === 0)
    throw wrong(from, `"${output}" has ${tensor.data.length} values for ${count} rows`);
  const numbers = tensor.data.map(Number);
  return Array.from({ length: count }, (_, row) => numbers.slice(row * width, (row + 1) * width));
}

const wrong = (row: number, why: string): DomainError =>
  new DomainError('INVALID_INPUT', `evaluation: row ${row + 1}: ${why}`, { field: 'evaluation', row: row + 1 });
