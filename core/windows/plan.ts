import type { FeatureValue } from '../codec/layout.ts';
import { foldOf } from './fold-of.ts';
import type { Fold } from './folds/fold.ts';
import { uses } from './folds/uses.ts';
import { floorTo } from './hop.ts';
import type { Network } from './network.ts';
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

/** Where in the rings something finds its parts. */
export interface RingPlace {
  readonly ring: number;
  readonly aggregate: number;
}

/** A network, and where the rings have which values were used, and what marks an entity as bad. */
export interface PlannedNetwork extends Network {
  readonly uses: RingPlace;
  readonly marks: RingPlace | null;
}

/** Windows and networks over the events of one view, and where in the rings each of them finds its parts. */
export interface WindowPlan {
  /** Whether events carry ids, and so can be corrected. */
  readonly withIds: boolean;
  readonly rings: readonly RingPlan[];
  readonly windows: readonly (Window & RingPlace)[];
  readonly networks: readonly PlannedNetwork[];
  /** How old an event can be and still lie in a window. */
  readonly horizonMs: number;
}

/** What is kept for a window, or for a part of a network. */
type Part = Omit<Window, 'function'> & { readonly function: Window['function'] | 'USES' };

const usesOf = ({ through, windowMs, hopMs }: Network): Part => ({
  function: 'USES',
  windowMs,
  hopMs,
  column: through,
  where: null,
});

const marksOf = ({ bad }: Network): Part | null =>
  bad && {
    function: 'USES',
    windowMs: bad.windowMs,
    hopMs: bad.hopMs,
    column: bad.column,
    where: { category: { index: bad.column.index, oneOf: bad.oneOf }, hours: null },
  };

/** The same for parts that differ only in length. */
const keyOf = ({ function: name, column, where }: Part): string =>
  JSON.stringify([name, column, where], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

const aggregateOf = ({ function: name, column, where }: Part): Aggregate => ({
  fold: name === 'USES' ? uses : foldOf(name, column),
  column,
  where,
});

export function planOf(windows: readonly Window[], withIds: boolean, networks: readonly Network[] = []): WindowPlan {
  const parts = [...windows, ...networks.flatMap((one) => [usesOf(one), marksOf(one) ?? []].flat())];
  const hops = [...new Set(parts.map(({ hopMs }) => hopMs))].toSorted((a, b) => a - b);
  const keys = hops.map((hop) => [...new Set(parts.filter(({ hopMs }) => hopMs === hop).map(keyOf))]);
  const rings = hops.map((hopMs, ring): RingPlan => {
    const own = parts.filter((part) => part.hopMs === hopMs);
    const aggregates = (keys[ring] ?? []).flatMap((key) => {
      const part = own.find((one) => keyOf(one) === key);
      return part ? [aggregateOf(part)] : [];
    });
    return { hopMs, spanMs: Math.max(...own.map(({ windowMs }) => windowMs)), aggregates };
  });
  const placeOf = (part: Part): RingPlace => {
    const ring = hops.indexOf(part.hopMs);
    return { ring, aggregate: keys[ring]?.indexOf(keyOf(part)) ?? -1 };
  };
  return {
    withIds,
    rings,
    windows: windows.map((window) => ({ ...window, ...placeOf(window) })),
    networks: networks.map((network) => {
      const marks = marksOf(network);
      return { ...network, uses: placeOf(usesOf(network)), marks: marks && placeOf(marks) };
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
