import type { SharedCells } from '../../../core/sketch/cells.ts';
import { binIndex } from '../../../core/statistics/binning.ts';

/** Cells summed into bins, whose starts are places in the list of cells. A bin without a cell is left out. */
export function inBins({ edges, reference, current }: SharedCells, starts: readonly number[]): SharedCells {
  const within = starts.filter((start) => start > 0 && Math.ceil(start) <= edges.length);
  const empty = (): number[] => Array.from({ length: within.length + 1 }, () => 0);
  const sums = { reference: empty(), current: empty() };
  for (const cell of reference.keys()) {
    const bin = binIndex(within, cell);
    sums.reference[bin] = (sums.reference[bin] ?? 0) + (reference[cell] ?? 0);
    sums.current[bin] = (sums.current[bin] ?? 0) + (current[cell] ?? 0);
  }
  return { edges: within.map((start) => edges[Math.ceil(start) - 1] ?? 0), ...sums };
}
