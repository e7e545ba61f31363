/** The defaults are those of River: warn at two, call at three standard deviations above the best that was. */
export interface DdmOptions {
  readonly warmStart: number;
  readonly warningThreshold: number;
  readonly driftThreshold: number;
}

export const DDM: DdmOptions = { warmStart: 30, warningThreshold: 2, driftThreshold: 3 };

export type DdmState = 'stable' | 'warning' | 'drift';

/** Whether a model errs more often than it did at its best (Gama et al. 2004), from a stream of errors. */
export class Ddm {
  readonly #options: DdmOptions;
  #n = 0;
  #rate = 0;
  #best = { rate: 0, deviation: 0, sum: Infinity };
  #state: DdmState = 'stable';

  constructor(options: Partial<DdmOptions> = {}) {
    this.#options = { ...DDM, ...options };
  }

  /** One more answer: 1 where it was wrong, 0 where right. After a drift the next one begins anew. */
  add(error: 0 | 1): DdmState {
    if (this.#state === 'drift') {
      this.#n = this.#rate = 0;
      this.#best = { rate: 0, deviation: 0, sum: Infinity };
    }
    const { warmStart, warningThreshold, driftThreshold } = this.#options;
    this.#n++;
    this.#rate += (error - this.#rate) / this.#n;
    this.#state = 'stable';
    if (this.#n <= warmStart) return this.#state;
    const deviation = Math.sqrt((this.#rate * (1 - this.#rate)) / this.#n);
    const sum = this.#rate + deviation;
    if (sum <= this.#best.sum) this.#best = { rate: this.#rate, deviation, sum };
    if (sum > this.#best.rate + driftThreshold * this.#best.deviation) this.#state = 'drift';
    else if (sum > this.#best.rate + warningThreshold * this.#best.deviation) this.#state = 'warning';
    return this.#state;
  }
}
