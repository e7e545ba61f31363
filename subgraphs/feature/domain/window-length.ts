import { DomainError } from '../../../core/errors.ts';
import { hopOf } from '../../../core/windows/hop.ts';

/** How far something looks back, and the hops of which that is made. */
export interface WindowLength {
  readonly windowSeconds: number;
  readonly hopSeconds: number;
}

const MAX_WINDOW_SECONDS = 400 * 86_400;
/** Seven days by five minutes. */
const MAX_HOPS = 2_016;

const refuse = (field: string, message: string, allowed: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, allowed });

export const isWhole = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

/** The length with its hop, the usual one if left out. Throws INVALID_INPUT that names the field. */
export function windowLengthOf(
  input: { readonly windowSeconds: number; readonly hopSeconds?: number | null | undefined },
  field: string,
): WindowLength {
  const { windowSeconds } = input;
  if (!isWhole(windowSeconds, 1, MAX_WINDOW_SECONDS)) {
    const allowed = { min: 1, max: MAX_WINDOW_SECONDS };
    throw refuse(`${field}.windowSeconds`, `1 to ${MAX_WINDOW_SECONDS} (400 days), not ${windowSeconds}`, allowed);
  }
  const hopSeconds = input.hopSeconds ?? hopOf(windowSeconds * 1_000) / 1_000;
  checkHop(windowSeconds, hopSeconds, input.hopSeconds === hopSeconds, `${field}.hopSeconds`);
  return { windowSeconds, hopSeconds };
}

function checkHop(windowSeconds: number, hopSeconds: number, given: boolean, field: string): void {
  const shortest = Math.max(1, Math.ceil(windowSeconds / MAX_HOPS));
  if (isWhole(hopSeconds, shortest, windowSeconds) && windowSeconds % hopSeconds === 0) return;
  const allowed = divisorsOf(windowSeconds).filter((hop) => hop >= shortest);
  const hop = given ? `${hopSeconds}` : `the usual hop of ${hopSeconds}`;
  const why =
    isWhole(hopSeconds, 1, windowSeconds) && windowSeconds % hopSeconds === 0
      ? `${hop} makes more than ${MAX_HOPS} hops of a window of ${windowSeconds} s`
      : `${hop} does not divide a window of ${windowSeconds} s`;
  throw refuse(
    field,
    `${why}; it can be ${allowed.slice(0, 20).join(', ')}${allowed.length > 20 ? ', …' : ''}`,
    allowed,
  );
}

function divisorsOf(number: number): number[] {
  const small: number[] = [];
  for (let one = 1; one * one <= number; one++) if (number % one === 0) small.push(one);
  return [...new Set([...small, ...small.map((one) => number / one)])].toSorted((a, b) => a - b);
}
