import { invalid } from '../check.ts';
import { sum } from '../counts.ts';
import { requireProbabilities } from './labels.ts';

/** Rows whose forecasts fall into one bin of (0, 1]. */
export interface ReliabilityRow {
  readonly bin: number;
  readonly rows: number;
  readonly meanForecast: number;
  readonly observedRate: number;
}

const gap = ({ meanForecast, observedRate }: ReliabilityRow): number => Math.abs(meanForecast - observedRate);

/** Bins (0, 1/b], (1/b, 2/b], … with 0 in the first; only those in use. */
export function reliabilityRows(
  labels: readonly number[],
  probabilities: readonly number[],
  bins = 10,
): ReliabilityRow[] {
  requireProbabilities(labels, probabilities);
  requireBins(bins);
  const members = Array.from({ length: bins }, (): number[] => []);
  for (const [row, p] of probabilities.entries()) {
    let bin = Math.max(0, Math.ceil(p * bins) - 1);
    // p * bins may round across an edge that p itself has not passed.
    if (bin > 0 && p <= bin / bins) bin--;
    else if (bin < bins - 1 && p > (bin + 1) / bins) bin++;
    members[bin]?.push(row);
  }
  return members.flatMap((rows, bin) => (rows.length === 0 ? [] : [rowOf(bin, rows, labels, probabilities)]));
}

function requireBins(bins: number): void {
  if (!Number.isSafeInteger(bins) || bins < 1) throw invalid('bins', `is ${bins}; allowed: a whole number from 1`);
}

function rowOf(
  bin: number,
  rows: readonly number[],
  labels: readonly number[],
  probabilities: readonly number[],
): ReliabilityRow {
  return {
    bin,
    rows: rows.length,
    meanForecast: sum(rows.map((row) => probabilities[row] ?? 0)) / rows.length,
    observedRate: sum(rows.map((row) => labels[row] ?? 0)) / rows.length,
  };
}

const weightedGap = (table: readonly ReliabilityRow[]): number =>
  sum(table.map((row) => row.rows * gap(row))) / sum(table.map(({ rows }) => rows));

/** Expected calibration error over bins of equal width; `null` of no rows. */
export const calibrationError = (table: readonly ReliabilityRow[]): number | null =>
  table.length === 0 ? null : weightedGap(table);

/** Largest gap of any bin; `null` of no rows. */
export const maximumCalibrationError = (table: readonly ReliabilityRow[]): number | null =>
  table.length === 0 ? null : Math.max(...table.map(gap));

/** Expected calibration error over bins of ⌊n/bins⌋ rows each, the last with the rest; `null` below one row a bin. */
export function equalMassCalibrationError(
  labels: readonly number[],
  probabilities: readonly number[],
  bins = 10,
): number | null {
  requireProbabilities(labels, probabilities);
  requireBins(bins);
  const size = Math.floor(labels.length / bins);
  if (size === 0) return null;
  const order = [...probabilities.entries()].toSorted((a, b) => a[1] - b[1]).map(([row]) => row);
  return weightedGap(
    Array.from({ length: bins }, (_, bin) =>
      rowOf(bin, order.slice(bin * size, bin === bins - 1 ? undefined : (bin + 1) * size), labels, probabilities),
    ),
  );
}
