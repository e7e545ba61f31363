import { lowerBound, type CollapsingSketch } from './collapsing-sketch.ts';

/** Numbers of two windows counted in ascending cells that both share. */
export interface SharedCells {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Where a cell begins: the number that divides it from the one before. */
  readonly edgeOf: (cell: number) => number;
}

/** In the bins that either side uses, as wide as those of the side whose bins are wider. */
export function sharedCells(before: CollapsingSketch, after: CollapsingSketch): SharedCells {
  const level = Math.max(before.level, after.level);
  const [one, other] = [cellsAt(before, level), cellsAt(after, level)];
  const places: number[] = [];
  const reference: number[] = [];
  const current: number[] = [];
  let i = 0;
  let j = 0;
  // Several million of these are looked at for a day of a thousand features.
  while (i < one.places.length || j < other.places.length) {
    const a = one.places[i] ?? Infinity;
    const b = other.places[j] ?? Infinity;
    places.push(a < b ? a : b);
    reference.push(a <= b ? (one.counts[i++] ?? 0) : 0);
    current.push(b <= a ? (other.counts[j++] ?? 0) : 0);
  }
  return { reference, current, edgeOf: (cell) => edgeBelow(places[cell] ?? 0, level) };
}

interface Cells {
  /** Ascending, as the numbers in them. */
  readonly places: Float64Array;
  readonly counts: Float64Array;
}

/** Bins below 0 have places below −OFFSET, those above 0 places above it: so they ascend as their numbers do. */
const OFFSET = 2 ** 30;

function cellsAt({ level: own, negative, zeros, positive }: CollapsingSketch, level: number): Cells {
  const width = 2 ** (level - own);
  const most = negative.size + positive.size + 1;
  const places = new Float64Array(most);
  const counts = new Float64Array(most);
  let length = 0;
  const add = (place: number, count: number): void => {
    if (length === 0 || places[length - 1] !== place) places[length++] = place;
    counts[length - 1] = (counts[length - 1] ?? 0) + count;
  };
  const below = ascending(negative);
  for (let i = below.keys.length - 1; i >= 0; i--) {
    add(-OFFSET - Math.ceil((below.keys[i] ?? 0) / width), below.counts[i] ?? 0);
  }
  if (zeros > 0) add(0, zeros);
  const above = ascending(positive);
  for (let i = 0; i < above.keys.length; i++) {
    add(OFFSET + Math.ceil((above.keys[i] ?? 0) / width), above.counts[i] ?? 0);
  }
  return { places: places.subarray(0, length), counts: counts.subarray(0, length) };
}

/** Bins by their keys; as they are decoded they are so already. */
function ascending(cells: ReadonlyMap<number, number>): { readonly keys: Int32Array; readonly counts: Float64Array } {
  const keys = new Int32Array(cells.size);
  const counts = new Float64Array(cells.size);
  let at = 0;
  let before = -Infinity;
  let inOrder = true;
  cells.forEach((count, key) => {
    inOrder &&= key > before;
    keys[at] = before = key;
    counts[at++] = count;
  });
  if (inOrder) return { keys, counts };
  keys.sort();
  return { keys, counts: Float64Array.from(keys, (key) => cells.get(key) ?? 0) };
}

function edgeBelow(place: number, level: number): number {
  if (place === 0) return 0;
  return place > 0 ? lowerBound(place - OFFSET, level) : -lowerBound(1 - place - OFFSET, level);
}
