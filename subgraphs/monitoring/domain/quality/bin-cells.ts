import type { SharedCells } from '../../../../core/sketch/cells.ts';

/** Cells summed into bins. */
export interface CellBins {
  /** Where bins begin, but for the first: both ends are open. */
  readonly edges: readonly number[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** Cells summed into bins, whose ascending starts are places in the list of cells. A bin without a cell is left out. */
export function inBins({ reference, current, edgeOf }: SharedCells, starts: readonly number[]): CellBins {
  const firsts = starts.map(Math.ceil).filter((first) => first > 0 && first < reference.length);
  const ends = [...firsts, reference.length];
  const sums = (counts: readonly number[]): number[] => {
    let cell = 0;
    return ends.map((end) => {
      let sum = 0;
      for (; cell < end; cell++) sum += counts[cell] ?? 0;
      return sum;
    });
  };
  return { edges: firsts.map(edgeOf), reference: sums(reference), current: sums(current) };
}
