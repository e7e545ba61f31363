import { hash } from '../../../core/assignment/hash.ts';
import type { Flight } from './days.ts';

const SEED = 'flights replay';

/** Whether a flight asks for a prediction: by its number alone, so that it is the same ones each time, and more at a larger share. */
export function isAsked({ flight }: Pick<Flight, 'flight'>, share: number): boolean {
  if (share >= 1) return true;
  const bucket = hash(SEED, String(flight), 2);
  return bucket !== null && bucket < share;
}
