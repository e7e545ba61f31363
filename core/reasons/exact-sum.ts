/** What parts make of a base, in numbers that add up without any rounding. */
export interface ExactSum {
  /** What there is without any part. */
  readonly base: number;
  readonly parts: Float64Array;
  /** What the arithmetic of the engine makes of it; next to nothing. */
  readonly rounding: number;
  readonly total: number;
}

/** Bits of a double's fraction. */
const FRACTION_BITS = 52;

/**
 * The parts on a grid so coarse that every sum of them is exact, in whatever order, and so fine that each moves by less than
 * 2^-51 of the sum of all: base + any order or grouping of the parts + rounding is `total`, to the bit. Undefined where
 * something is not finite.
 */
export function exactSum(base: number, parts: ArrayLike<number>, total: number): ExactSum | undefined {
  let size = Math.abs(base) + Math.abs(total);
  for (let i = 0; i < parts.length; i++) size += Math.abs(parts[i] ?? NaN);
  if (!Number.isFinite(size)) return undefined;
  const step = stepFor(size);
  const onGrid = (value: number): number => Math.round(value / step) * step + 0;
  const settled = new Float64Array(parts.length);
  let sum = onGrid(base);
  let settledBase = sum;
  for (let i = 0; i < parts.length; i++) {
    const part = onGrid(parts[i] ?? NaN);
    settled[i] = part;
    sum += part;
  }
  const rounding = total - sum;
  if (sum + rounding === total) return { base: settledBase, parts: settled, rounding, total };
  // The parts cancel to almost nothing: what lies on the grid goes into the base, and what is left is smaller than a step.
  const lost = onGrid(rounding);
  settledBase += lost;
  return { base: settledBase, parts: settled, rounding: total - (sum + lost), total };
}

/** A power of two of which 2^53 times is more than `size`. */
function stepFor(size: number): number {
  if (size === 0) return 1;
  const exponent = Math.floor(Math.log2(size)) + 2 - FRACTION_BITS;
  return 2 ** Math.max(exponent, -1_000);
}
