import type { DdSketch } from './ddsketch.ts';

/** So many bins hold numbers besides 0; more of them are merged in pairs. */
export const MOST_CELLS = 256;
/** Beyond this all numbers of one sign lie in one bin. */
export const MOST_LEVEL = 27;

/** Bins of level 0: a thousand times narrower than those of 1 %, which are level 10. */
const LN_GAMMA = Math.log(1.01 / 0.99) / 2 ** 10;

/**
 * A DDSketch whose bins are as narrow as `MOST_CELLS` of them allow (uniform collapse: Epicoco et al. 2020): whenever there would be more,
 * each two neighbours become one and the width of all doubles. How wide they are hangs on the numbers alone, not on their order: merging gives the very sketch of all
 * numbers together, and no reference needs to be known. Few numbers, or numbers close to each other such as years, stay apart.
 */
export interface CollapsingSketch extends DdSketch {
  /** How often bins were merged. */
  level: number;
  relativeAccuracy: number;
  positive: Map<number, number>;
  negative: Map<number, number>;
  zeros: number;
}

export const emptyCollapsing = (level = 0): CollapsingSketch => ({
  level,
  relativeAccuracy: accuracyAt(level),
  positive: new Map(),
  negative: new Map(),
  zeros: 0,
});

const lnGammaAt = (level: number): number => LN_GAMMA * 2 ** level;

/** (γ − 1)/(γ + 1). */
const accuracyAt = (level: number): number => Math.tanh(lnGammaAt(level) / 2);

/** Adds a finite number. */
export function addToSketch(sketch: CollapsingSketch, value: number): void {
  if (value === 0) {
    sketch.zeros++;
    return;
  }
  // Halving is exact: the bin at a level is the same as by merging from level 0.
  const key = Math.ceil(Math.log(Math.abs(value)) / LN_GAMMA / 2 ** sketch.level);
  raise(value > 0 ? sketch.positive : sketch.negative, key, 1);
  shrink(sketch);
}

function raise(cells: Map<number, number>, key: number, count: number): void {
  cells.set(key, (cells.get(key) ?? 0) + count);
}

function shrink(sketch: CollapsingSketch): void {
  while (sketch.positive.size + sketch.negative.size > MOST_CELLS) collapseTo(sketch, sketch.level + 1);
}

/** Merges bins until they are as wide as those of a level. */
export function collapseTo(sketch: CollapsingSketch, level: number): void {
  if (level <= sketch.level) return;
  const width = 2 ** (level - sketch.level);
  sketch.positive = widened(sketch.positive, width);
  sketch.negative = widened(sketch.negative, width);
  sketch.level = level;
  sketch.relativeAccuracy = accuracyAt(level);
}

function widened(cells: ReadonlyMap<number, number>, width: number): Map<number, number> {
  const wide = new Map<number, number>();
  for (const [key, count] of cells) raise(wide, Math.ceil(key / width), count);
  return wide;
}

/** Adds all of another to it. */
export function addSketch(sketch: CollapsingSketch, more: CollapsingSketch): void {
  collapseTo(sketch, more.level);
  const width = 2 ** (sketch.level - more.level);
  for (const [key, count] of more.positive) raise(sketch.positive, Math.ceil(key / width), count);
  for (const [key, count] of more.negative) raise(sketch.negative, Math.ceil(key / width), count);
  sketch.zeros += more.zeros;
  shrink(sketch);
}

/** Above which number the values of a bin of positive numbers lie. */
export const lowerBound = (key: number, level: number): number => Math.exp(lnGammaAt(level) * (key - 1));
