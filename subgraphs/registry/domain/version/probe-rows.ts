import type { Categories } from '../../../../core/onnx/categories.ts';
import { isFloat, type FloatType } from '../../../../core/tensor/element-type.ts';
import { bitsOfHalf, halfOf } from '../../../../core/half.ts';
import type { WireValue } from '../../../../core/tensor/written.ts';
import type { TensorValue } from '../../../../schema/release.ts';

const DRAWN_ROWS = 32;
const THRESHOLD_ROWS = 48;
/** A row of a wide input takes long; fewer of them are tried. */
const WIDE = 10_000;
const MOST_WIDE_ROWS = 12;
/** Where floats end and begin: what comparisons, sums and exponents are known to be wrong about. */
const EDGES: readonly WireValue[] = [
  'NaN',
  'Infinity',
  '-Infinity',
  0,
  -0,
  1.401298464324817e-45,
  3.4028234663852886e38,
];
const TEXTS = ['', 'a', 'b', '0', 'é', 'unknown'];
const NO_CATEGORIES: Categories = { texts: [], integers: [] };

type Value = (position: number, dtype: FloatType) => WireValue;

/**
 * Rows on which engines are known to differ, the same for every run: not numbers, infinities, zeros of both signs, the
 * least and the greatest, thresholds of trees and their neighbours, categories that the model knows and others, and drawn
 * ones at several scales. `like` is a row that runs: the others have its shapes.
 */
export function probeRows(
  like: readonly TensorValue[],
  thresholds: ReadonlyMap<number, readonly number[]>,
  categories: Categories = NO_CATEGORIES,
): readonly (readonly TensorValue[])[] {
  const draw = drawing();
  const scaled =
    (scale: number): Value =>
    (_, dtype) =>
      rounded((draw() * 2 - 1) * scale, dtype);
  const floats: Value[] = [
    ...EDGES.map(
      (edge): Value =>
        (_, dtype) =>
          edgeOf(edge, dtype),
    ),
    ...EDGES.map(
      (edge): Value =>
        (i, dtype) =>
          i % 2 === 0 ? edgeOf(edge, dtype) : rounded(draw() - 0.5, dtype),
    ),
    ...Array.from({ length: DRAWN_ROWS }, (_, row) => scaled([1, 10, 1_000, 1e6][row % 4] ?? 1)),
    ...atThresholds(thresholds),
  ];
  const width = like.reduce((sum, { data }) => sum + data.length, 0);
  const rows = width > WIDE ? floats.slice(0, MOST_WIDE_ROWS) : floats;
  const drawn = { draw, texts: [...categories.texts, ...TEXTS], integers: categories.integers };
  return rows.map((float, row) => like.map((tensor) => ({ ...tensor, data: dataOf(tensor, float, row, drawn) })));
}

interface Drawn {
  readonly draw: () => number;
  readonly texts: readonly string[];
  readonly integers: readonly bigint[];
}

function dataOf(
  { dtype, data }: TensorValue,
  float: Value,
  row: number,
  { draw, texts, integers }: Drawn,
): WireValue[] {
  const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(draw() * list.length)];
  return data.map((own, i) => {
    if (isFloat(dtype)) return float(i, dtype);
    if (dtype === 'bool') return draw() < 0.5;
    if (dtype === 'string') return row % 2 === 0 ? own : (oneOf(texts) ?? own);
    const known = row % 2 === 0 ? undefined : oneOf(integers);
    return known === undefined ? Math.floor(draw() * 4) : known.toString();
  });
}

/** Each feature at one of its thresholds: exactly, the next number below, the next above. */
function atThresholds(thresholds: ReadonlyMap<number, readonly number[]>): Value[] {
  if (thresholds.size === 0) return [];
  return Array.from({ length: THRESHOLD_ROWS }, (_, row): Value => (position, dtype) => {
    const own = thresholds.get(position) ?? [0];
    const value = own[Math.floor(row / 3) % own.length] ?? 0;
    return neighbour(value, (row % 3) - 1, dtype);
  });
}

const MOST_HALF = 65_504;

function rounded(value: number, dtype: FloatType): number {
  if (dtype === 'float64') return value;
  if (dtype === 'float32') return Math.fround(value);
  return halfOf(bitsOfHalf(Math.max(-MOST_HALF, Math.min(MOST_HALF, value))));
}

const edgeOf = (edge: WireValue, dtype: FloatType): WireValue =>
  typeof edge === 'number' ? rounded(edge, dtype) : edge;

/** The number so many steps above, among those of its type. */
function neighbour(value: number, steps: number, dtype: FloatType): number {
  const view = new DataView(new ArrayBuffer(8));
  const away = value > 0 ? steps : -steps;
  if (steps === 0 || value === 0) return rounded(value, dtype);
  if (dtype === 'float64') {
    view.setFloat64(0, value);
    view.setBigInt64(0, view.getBigInt64(0) + BigInt(away));
    return view.getFloat64(0);
  }
  if (dtype === 'float16') return rounded(halfOf(bitsOfHalf(value) + away), dtype);
  view.setFloat32(0, value);
  view.setInt32(0, view.getInt32(0) + away);
  return view.getFloat32(0);
}

/** Numbers from 0 to 1, always the same ones (the generator of Numerical Recipes). */
function drawing(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
