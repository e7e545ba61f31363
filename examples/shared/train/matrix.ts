/** Rows of numbers, column by column, and a 0/1 label per row. NaN stands for missing. */
export interface Matrix {
  readonly names: readonly string[];
  /** One column of `rows` float32 values per name: what the model will see when it serves. */
  readonly columns: readonly Float32Array[];
  readonly labels: Uint8Array;
  readonly rows: number;
}

/** The rows with these numbers, in this order. */
export function takeRows(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  const pick = (column: Float32Array): Float32Array => Float32Array.from(rows, (row) => column[row] ?? NaN);
  return {
    names: matrix.names,
    columns: matrix.columns.map(pick),
    labels: Uint8Array.from(rows, (row) => matrix.labels[row] ?? 0),
    rows: rows.length,
  };
}

/** One row in the order of the columns. */
export const rowOf = (matrix: Matrix, row: number): Float32Array =>
  Float32Array.from(matrix.columns, (column) => column[row] ?? NaN);

/** A repeatable source of numbers in [0, 1): mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `size` different numbers below `rows`, in ascending order: a sample without replacement (Knuth's selection sampling). */
export function sampleRows(rows: number, size: number, seed: number): Int32Array {
  const next = random(seed);
  const wanted = Math.min(size, rows);
  const chosen = new Int32Array(wanted);
  let taken = 0;
  for (let row = 0; row < rows && taken < wanted; row++) {
    if (next() * (rows - row) < wanted - taken) chosen[taken++] = row;
  }
  return chosen;
}
