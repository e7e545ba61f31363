/** Where the time goes: seconds by stage, in the order in which stages are first met. */
export class Stages {
  readonly #seconds = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Counts what `work` takes to the stage, also when it fails. */
  async time<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const startedAt = this.#now();
    try {
      return await work();
    } finally {
      this.#seconds.set(stage, (this.#seconds.get(stage) ?? 0) + (this.#now() - startedAt) / 1_000);
    }
  }

  /** `predict 12.1 s (80 %), publish 2.0 s (13 %), …`, the longest first. */
  summary(): string {
    const total = [...this.#seconds.values()].reduce((sum, seconds) => sum + seconds, 0);
    return [...this.#seconds]
      .sort(([, a], [, b]) => b - a)
      .map(([stage, seconds]) => `${stage} ${seconds.toFixed(1)} s (${Math.round((100 * seconds) / (total || 1))} %)`)
      .join(', ');
  }
}
