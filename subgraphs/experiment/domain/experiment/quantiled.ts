import { sketchEstimate } from '../../../../core/sketch/quantile-estimate.ts';
import { mergeSketches, type DdSketch } from '../../../../core/sketch/ddsketch.ts';
import { mergeCoMoments, type CoMoments } from '../../../../core/statistics/comoments.ts';
import type { Moments } from '../../../../core/statistics/moments.ts';
import { clusterInflation } from '../../../../core/statistics/quantile-test.ts';

/** What the units of an arm say of a quantile of their values. */
export interface Quantiled {
  /** Which quantile, within (0, 1). */
  readonly q: number;
  readonly sketch: DdSketch;
  /** Of each unit: x its number of values, y how many of them lie at or below a value near the arm's quantile. */
  readonly units: CoMoments;
}

export const mergeQuantiled = (a: Quantiled, b: Quantiled): Quantiled => ({
  q: a.q,
  sketch: mergeSketches(a.sketch, b.sketch),
  units: mergeCoMoments(a.units, b.units),
});

/**
 * A quantile as if it were a mean per unit, so that tests of means go on with it: its error is Woodruff's, its variance grown as
 * that of the share of values below it grows since values of one unit belong together (GrowthBook's `QuantileClusteredStatistic`).
 */
export function quantileMoments({ q, sketch, units }: Quantiled): Moments | null {
  const estimate = sketchEstimate(sketch, q);
  if (!estimate || units.n < 2) return null;
  const share = units.meanY / units.meanX;
  // Where none or all lie below, nothing tells how values of one unit belong together: as if a unit had one value.
  const inflation = share > 0 && share < 1 ? clusterInflation(units, share) : units.meanX;
  return { n: units.n, mean: estimate.value, m2: estimate.standardError ** 2 * inflation * units.n * (units.n - 1) };
}
