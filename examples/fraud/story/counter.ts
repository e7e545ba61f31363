/**
 * What many keep in Redis in place of a window: INCR, and EXPIRE at each event. The counter lives until nothing has happened for
 * its length, so it counts what is long past, and is forgotten at once.
 */
export class ExpiringCounter {
  readonly #lengthMs: number;
  #count = 0;
  #sum = 0;
  #lastMs = -Infinity;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  add(ms: number, amount: number): void {
    if (ms - this.#lastMs >= this.#lengthMs) [this.#count, this.#sum] = [0, 0];
    this.#count++;
    this.#sum += amount;
    this.#lastMs = ms;
  }

  at(ms: number): { readonly count: number; readonly sum: number } {
    return ms - this.#lastMs < this.#lengthMs ? { count: this.#count, sum: this.#sum } : { count: 0, sum: 0 };
  }
}
