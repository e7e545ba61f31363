import type { Prediction } from '../../../packages/edge/client.ts';
import type { Flight } from './flight.ts';

/** An answer that this browser remembers, so that a reload shows what was asked. */
export interface Asking {
  readonly flight: Flight;
  readonly prediction: Prediction;
  /** What somebody said became of it: 1 late, 0 not. */
  readonly outcome?: 0 | 1;
}

const KEPT_AS = 'flights.predictions';
const MOST = 30;

export function readAskings(): readonly Asking[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? '[]');
    return Array.isArray(kept) ? (kept as readonly Asking[]) : [];
  } catch {
    return [];
  }
}

/** The newest first; a browser without room shows them until the page is closed. */
export function keepAskings(askings: readonly Asking[]): readonly Asking[] {
  const kept = askings.slice(0, MOST);
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(kept));
  } catch {
    // They are in the log of the worker all the same.
  }
  return kept;
}
