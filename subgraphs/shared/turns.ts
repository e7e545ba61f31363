import { setImmediate as nextTurn } from 'node:timers/promises';

/** After so long at a stretch others get their turn: whoever reads features waits behind whatever holds the process. */
const STRETCH_MS = 2;

/** For work on many things: between two of them others get their turn, when it has gone on for long enough. */
export class Turns {
  #sinceMs = performance.now();

  async pass(): Promise<void> {
    if (performance.now() - this.#sinceMs < STRETCH_MS) return;
    await nextTurn();
    this.#sinceMs = performance.now();
  }
}
