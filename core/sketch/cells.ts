import { PROFILE_ACCURACY, haveSameEdges, type NumberProfile } from './value-profile.ts';

/** Numbers counted in ascending cells that both sides share; the line between two cells lies at an edge. */
export interface SharedCells {
  /** One less than cells. */
  readonly edges: readonly number[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** In the bins of the reference where both were counted in the same; else in the bins of the sketch that either uses. */
export function sharedCells(reference: NumberProfile, current: NumberProfile): SharedCells {
  const { edges } = reference.counts.length > 0 || reference.n > 0 ? reference : current;
  const isBinned = ({ n, edges: own }: NumberProfile): boolean => n === 0 || haveSameEdges(own, edges);
  if (edges.length > 0 && isBinned(reference) && isBinned(current)) {
    const none = Array.from({ length: edges.length + 1 }, () => 0);
    const countsOf = ({ n, counts }: NumberProfile): readonly number[] => (n === 0 ? none : counts);
    return { edges, reference: countsOf(reference), current: countsOf(current) };
  }
  return sketchCells(reference, current);
}

/** Bins below 0 have places below −OFFSET, those above 0 places above it: so they ascend as their numbers do. */
const OFFSET = 2 ** 20;

function placesOf({ sketch }: NumberProfile): Map<number, number> {
  const places = new Map<number, number>();
  for (const [key, count] of sketch.negative) places.set(-OFFSET - key, count);
  if (sketch.zeros > 0) places.set(0, sketch.zeros);
  for (const [key, count] of sketch.positive) places.set(OFFSET + key, count);
  return places;
}

function sketchCells(reference: NumberProfile, current: NumberProfile): SharedCells {
  const [before, after] = [placesOf(reference), placesOf(current)];
  const places = Float64Array.from(new Set([...before.keys(), ...after.keys()])).toSorted();
  return {
    edges: Array.from(places.subarray(1), lowerBound),
    reference: Array.from(places, (place) => before.get(place) ?? 0),
    current: Array.from(places, (place) => after.get(place) ?? 0),
  };
}

const GAMMA = (1 + PROFILE_ACCURACY) / (1 - PROFILE_ACCURACY);

/** Above which number the values of a bin lie. */
function lowerBound(place: number): number {
  if (place === 0) return 0;
  return place > 0 ? GAMMA ** (place - OFFSET - 1) : -(GAMMA ** (-place - OFFSET));
}
