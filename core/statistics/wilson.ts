import { twoSidedZ } from './distributions/normal.ts';
import type { Interval } from './interval.ts';

/** Wilson's score interval of a proportion (Wilson 1927), inside [0, 1]. No trials say nothing: [0, 1]. */
export function wilsonInterval(successes: number, trials: number, confidence = 0.95): Interval {
  if (trials === 0) return { lower: 0, upper: 1 };
  const z2 = twoSidedZ(confidence) ** 2;
  const rate = successes / trials;
  const centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials);
  const margin = Math.sqrt(z2 * ((rate * (1 - rate)) / trials + z2 / (4 * trials * trials))) / (1 + z2 / trials);
  return {
    lower: successes === 0 ? 0 : Math.max(0, centre - margin),
    upper: successes === trials ? 1 : Math.min(1, centre + margin),
  };
}
