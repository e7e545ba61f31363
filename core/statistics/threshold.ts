/** How a value is held against a threshold: the comparison operators of PromQL. */
const COMPARE = {
  '>': (value: number, threshold: number) => value > threshold,
  '>=': (value: number, threshold: number) => value >= threshold,
  '<': (value: number, threshold: number) => value < threshold,
  '<=': (value: number, threshold: number) => value <= threshold,
  '==': (value: number, threshold: number) => value === threshold,
  '!=': (value: number, threshold: number) => value !== threshold,
};
export type Comparison = keyof typeof COMPARE;

/** Whether the condition is met. A value equal to the threshold does not meet `>`; NaN meets only `!=`, as in PromQL. */
export const breaches = (value: number, comparison: Comparison, threshold: number): boolean =>
  COMPARE[comparison](value, threshold);
