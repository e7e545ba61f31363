import { requireFinite, requireSameLength } from '../check.ts';

/** A rising step-wise linear curve through knots with x rising; constant beyond both ends. */
export interface IsotonicCurve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

interface Block {
  sum: number;
  weight: number;
  readonly points: number;
}

/**
 * Least-squares rising fit by pooling adjacent violators; rows of equal x are averaged first, as scikit-learn. No rows
 * give no knots.
 */
export function fitIsotonic(x: readonly number[], y: readonly number[]): IsotonicCurve {
  requireSameLength('x and y', x, y);
  requireFinite('x', x);
  requireFinite('y', y);
  const groups = new Map<number, { sum: number; weight: number }>();
  for (const [row, at] of [...x.entries()].toSorted((a, b) => a[1] - b[1])) {
    const group = groups.get(at) ?? { sum: 0, weight: 0 };
    groups.set(at, { sum: group.sum + (y[row] ?? 0), weight: group.weight + 1 });
  }
  const blocks: Block[] = [];
  for (const { sum, weight } of groups.values()) {
    let block: Block = { sum, weight, points: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.weight >= block.sum / block.weight; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, points: last.points + block.points };
    }
    blocks.push(block);
  }
  return {
    x: [...groups.keys()],
    y: blocks.flatMap(({ sum, weight, points }) => Array.from({ length: points }, () => sum / weight)),
  };
}

/** The curve's value at `at`, interpolated between knots; NaN of a curve without knots. */
export function isotonicAt(curve: IsotonicCurve, at: number): number {
  let low = 0;
  let high = curve.x.length - 1;
  if (high < 0 || Number.isNaN(at)) return Number.NaN;
  const [xAt, yAt] = [(i: number) => curve.x[i] ?? Number.NaN, (i: number) => curve.y[i] ?? Number.NaN];
  if (at <= xAt(low)) return yAt(low);
  if (at >= xAt(high)) return yAt(high);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xAt(middle) <= at) low = middle;
    else high = middle;
  }
  return yAt(low) + ((yAt(high) - yAt(low)) * (at - xAt(low))) / (xAt(high) - xAt(low));
}
