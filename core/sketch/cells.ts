import { lowerBound, type CollapsingSketch } from './collapsing-sketch.ts';

/** Numbers of two windows counted in ascending cells that both share. */
export interface SharedCells {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Where a cell begins: the number that divides it from the one before. */
  readonly edgeOf: (cell: number) => number;
}

/** The bins of a sketch that are in use, as a list. */
export interface AscendingCells {
  readonly level: number;
  /** Ascending, as the numbers in them: below −OFFSET for numbers below 0, 0 for 0, above OFFSET for those above. */
  readonly places: readonly number[];
  readonly counts: readonly number[];
}

/** In the bins that either side uses, as wide as those of the side whose bins are wider. */
export function sharedCells(before: AscendingCells, after: AscendingCells): SharedCells {
  const level = Math.max(before.level, after.level);
  const [one, other] = [widenedTo(before, level), widenedTo(after, level)];
  const { places: ofOne, counts: inOne } = one;
  const { places: ofOther, counts: inOther } = other;
  const places: number[] = [];
  const reference: number[] = [];
  const current: number[] = [];
  let [i, j] = [0, 0];
  // Several million of these are looked at for a day of a thousand features.
  while (i < ofOne.length || j < ofOther.length) {
    const a = i < ofOne.length ? (ofOne[i] ?? 0) : Infinity;
    const b = j < ofOther.length ? (ofOther[j] ?? 0) : Infinity;
    places.push(a < b ? a : b);
    reference.push(a <= b ? (inOne[i++] ?? 0) : 0);
    current.push(b <= a ? (inOther[j++] ?? 0) : 0);
  }
  return { reference, current, edgeOf: (cell) => edgeBelow(places[cell] ?? 0, level) };
}

const OFFSET = 2 ** 30;

// Lists, since typed arrays of this size take many times as long to make.
export function ascendingCells({ level, negative, zeros, positive }: CollapsingSketch): AscendingCells {
  const places: number[] = [];
  const counts: number[] = [];
  const below = sortedCells(negative);
  // The largest key is that of the smallest number.
  for (let i = below.keys.length - 1; i >= 0; i--) {
    places.push(-OFFSET - (below.keys[i] ?? 0));
    counts.push(below.counts[i] ?? 0);
  }
  if (zeros > 0) {
    places.push(0);
    counts.push(zeros);
  }
  const above = sortedCells(positive);
  for (let i = 0; i < above.keys.length; i++) {
    places.push(OFFSET + (above.keys[i] ?? 0));
    counts.push(above.counts[i] ?? 0);
  }
  return { level, places, counts };
}

/** Bins by their keys; as they are decoded they are so already. */
function sortedCells(cells: ReadonlyMap<number, number>): { readonly keys: number[]; readonly counts: number[] } {
  const keys = [...cells.keys()];
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i] ?? 0) > (keys[i - 1] ?? 0)) continue;
    keys.sort((a, b) => a - b);
    return { keys, counts: keys.map((key) => cells.get(key) ?? 0) };
  }
  return { keys, counts: [...cells.values()] };
}

/** The same in bins of a higher level: 2^(levels between) neighbours become one. */
function widenedTo(cells: AscendingCells, level: number): AscendingCells {
  if (level === cells.level) return cells;
  const width = 2 ** (level - cells.level);
  const places: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < cells.places.length; i++) {
    const place = widenedPlace(cells.places[i] ?? 0, width);
    const count = cells.counts[i] ?? 0;
    const last = places.length - 1;
    if (places[last] === place) counts[last] = (counts[last] ?? 0) + count;
    else {
      places.push(place);
      counts.push(count);
    }
  }
  return { level, places, counts };
}

function widenedPlace(place: number, width: number): number {
  if (place === 0) return 0;
  return place > 0 ? OFFSET + Math.ceil((place - OFFSET) / width) : -OFFSET - Math.ceil((-place - OFFSET) / width);
}

function edgeBelow(place: number, level: number): number {
  if (place === 0) return 0;
  return place > 0 ? lowerBound(place - OFFSET, level) : -lowerBound(1 - place - OFFSET, level);
}
