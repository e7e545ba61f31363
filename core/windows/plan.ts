import type { FeatureValue } from '../codec/layout.ts';
import { foldOf } from './fold-of.ts';
import type { Fold } from './folds/fold.ts';
import { floorTo } from './hop.ts';
import { matches, type Window, type WindowColumn, type WindowEvent, type WindowFilter } from './window.ts';

/** What is kept for each hop of a ring: windows that differ only in length share it. */
export interface Aggregate {
  readonly fold: Fold<unknown>;
  readonly column: WindowColumn | null;
  readonly where: WindowFilter | null;
}

/** The hops of one length, back to the longest window that is made of them. */
export interface RingPlan {
  readonly hopMs: number;
  readonly spanMs: number;
  readonly aggregates: readonly Aggregate[];
}

/** Windows, and where in the rings each of them finds its parts. */
export interface WindowPlan {
  /** Whether events carry ids, and so can be corrected. */
  readonly withIds: boolean;
  readonly rings: readonly RingPlan[];
  readonly windows: readonly (Window & { readonly ring: number; readonly aggregate: number })[];
  /** How old an event can be and still lie in a window. */
  readonly horizonMs: number;
}

/** The same for windows that differ only in length. */
const keyOf = ({ function: name, column, where }: Window): string =>
  JSON.stringify([name, column, where], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

export function planOf(windows: readonly Window[], withIds: boolean): WindowPlan {
  const hops = [...new Set(windows.map(({ hopMs }) => hopMs))].toSorted((a, b) => a - b);
  const keys = hops.map((hop) => [...new Set(windows.filter(({ hopMs }) => hopMs === hop).map(keyOf))]);
  const rings = hops.map((hopMs, ring): RingPlan => {
    const own = windows.filter((window) => window.hopMs === hopMs);
    const aggregates = (keys[ring] ?? []).flatMap((key) => {
      const window = own.find((one) => keyOf(one) === key);
      return window
        ? [{ fold: foldOf(window.function, window.column), column: window.column, where: window.where }]
        : [];
    });
    return { hopMs, spanMs: Math.max(...own.map(({ windowMs }) => windowMs)), aggregates };
  });
  return {
    withIds,
    rings,
    windows: windows.map((window) => {
      const ring = hops.indexOf(window.hopMs);
      return { ...window, ring, aggregate: keys[ring]?.indexOf(keyOf(window)) ?? -1 };
    }),
    horizonMs: Math.max(0, ...rings.map(({ spanMs, hopMs }) => spanMs + hopMs)),
  };
}

/** Before this moment nothing is in any window at `atMs`, nor will be later. */
export const horizonAt = ({ rings }: WindowPlan, atMs: number): number =>
  Math.min(Infinity, ...rings.map(({ hopMs, spanMs }) => floorTo(atMs - spanMs, hopMs)));

/** Adds an event where its aggregate counts it. */
export function addTo({ fold, column, where }: Aggregate, into: unknown, event: WindowEvent): void {
  if (!matches(where, event)) return;
  if (!column) return fold.add(into, null, event);
  const value: FeatureValue = event.values[column.index] ?? null;
  if (value !== null) fold.add(into, value, event);
}
