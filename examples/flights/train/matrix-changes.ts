import type { Matrix } from '../../shared/train/matrix.ts';

/** The first columns alone. */
export const firstColumns = (matrix: Matrix, count: number): Matrix => ({
  ...matrix,
  names: matrix.names.slice(0, count),
  columns: matrix.columns.slice(0, count),
});

const KILOMETRES_PER_MILE = 1.609344;

/** Two mistakes that a trainer can make about units: what the model learns is not what it will be asked. */
export const inKilometres = (matrix: Matrix): Matrix => scaled(matrix, ['distance'], KILOMETRES_PER_MILE);
export const inPercent = (matrix: Matrix): Matrix => scaled(matrix, ['origin_late_3h', 'dest_late_3h'], 100);

const scaled = (matrix: Matrix, names: readonly string[], factor: number): Matrix => ({
  ...matrix,
  columns: matrix.columns.map((column, i) =>
    names.includes(matrix.names[i] ?? '') ? column.map((value) => value * factor) : column,
  ),
});
