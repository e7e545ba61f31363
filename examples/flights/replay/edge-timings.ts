const SHOWN = ['features', 'derive', 'model', 'log', 'total'] as const;

/** What the answers say they took at the edge, on average. */
export class EdgeTimings {
  readonly #sums = new Map<string, number>();
  #answers = 0;

  add(timings: Readonly<Record<string, number>>): void {
    this.#answers++;
    for (const stage of SHOWN) this.#sums.set(stage, (this.#sums.get(stage) ?? 0) + (timings[stage] ?? 0));
  }

  /** `features 2.10 ms, model 0.05 ms, …`. */
  summary(): string {
    if (this.#answers === 0) return 'none';
    return SHOWN.map((stage) => `${stage} ${((this.#sums.get(stage) ?? 0) / this.#answers).toFixed(2)} ms`).join(', ');
  }
}
