/** A confidence interval; the bounds carry the unit of what is estimated. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** estimate ± margin. */
export const around = (estimate: number, margin: number): Interval => ({
  lower: estimate - margin,
  upper: estimate + margin,
});
