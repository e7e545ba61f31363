/** The defaults are those of River. */
export interface PageHinkleyOptions {
  readonly minInstances: number;
  /** How much growth is borne. */
  readonly delta: number;
  /** From which sum on the mean has changed. */
  readonly threshold: number;
  /** How slowly the past is forgotten: 1 is never. */
  readonly alpha: number;
}

export const PAGE_HINKLEY: PageHinkleyOptions = { minInstances: 30, delta: 0.005, threshold: 50, alpha: 0.9999 };

/** Whether the mean of a stream has grown (Page 1954, Hinkley 1971, as River): sums what lies above the mean so far, never below 0. */
export class PageHinkley {
  readonly #options: PageHinkleyOptions;
  #n = 0;
  #mean = 0;
  #sum = 0;
  #detected = false;

  constructor(options: Partial<PageHinkleyOptions> = {}) {
    this.#options = { ...PAGE_HINKLEY, ...options };
  }

  /** One more value; whether the mean has grown. After a change the next value begins anew. */
  add(value: number): boolean {
    if (this.#detected) this.#n = this.#mean = this.#sum = 0;
    const { minInstances, delta, threshold, alpha } = this.#options;
    this.#n++;
    this.#mean += (value - this.#mean) / this.#n;
    this.#sum = Math.max(0, alpha * this.#sum + (value - this.#mean - delta));
    this.#detected = this.#n >= minInstances && this.#sum > threshold;
    return this.#detected;
  }
}
