import type { Fold } from './fold.ts';

/** When a value occurred within one hop. */
export interface Uses {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Each value of a column as text, with its first and its last event: enough to say whether it occurred before any moment. */
export const uses: Fold<Map<string, Uses>> = {
  start: () => new Map(),
  add: (into, value, { eventMs }) => offer(into, String(value), { firstMs: eventMs, lastMs: eventMs }),
  merge(into, other) {
    for (const [value, one] of other) offer(into, value, one);
  },
  result: (of) => BigInt(of.size),
  write(of, out) {
    out.u32(of.size);
    for (const [value, { firstMs, lastMs }] of of) {
      out.text(value);
      out.f64(firstMs);
      out.f64(lastMs);
    }
  },
  read(from) {
    const into = new Map<string, Uses>();
    for (let values = from.u32(); values > 0; values--) {
      const value = from.text();
      const firstMs = from.f64();
      into.set(value, { firstMs, lastMs: from.f64() });
    }
    return into;
  },
};

function offer(into: Map<string, Uses>, value: string, { firstMs, lastMs }: Uses): void {
  const held = into.get(value);
  into.set(value, {
    firstMs: Math.min(firstMs, held?.firstMs ?? Infinity),
    lastMs: Math.max(lastMs, held?.lastMs ?? -Infinity),
  });
}
