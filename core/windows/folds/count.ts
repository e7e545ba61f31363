import type { Fold } from './fold.ts';

/** How many. */
export const count: Fold<{ n: number }> = {
  start: () => ({ n: 0 }),
  add(into) {
    into.n += 1;
  },
  merge(into, { n }) {
    into.n += n;
  },
  result: ({ n }) => BigInt(n),
  write: ({ n }, out) => out.f64(n),
  read: (from) => ({ n: from.f64() }),
};
