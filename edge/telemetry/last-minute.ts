/** Counts by the second, so that what is over a minute old can be let go. */
const SECONDS = 60;

/** How often something happened in the last minute, by release. */
export class LastMinute {
  readonly #monotonicMs: () => number;
  /** Of each release, by the second modulo 60. */
  readonly #counts = new Map<string, { readonly second: number; readonly count: number }[]>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  add(release: string, times = 1): void {
    if (times === 0) return;
    const second = this.#second();
    const counts = this.#counts.get(release) ?? [];
    const held = counts[second % SECONDS];
    counts[second % SECONDS] = { second, count: (held?.second === second ? held.count : 0) + times };
    this.#counts.set(release, counts);
  }

  count(release: string): number {
    const after = this.#second() - SECONDS;
    let sum = 0;
    for (const held of this.#counts.get(release) ?? []) if (held && held.second > after) sum += held.count;
    if (sum === 0) this.#counts.delete(release);
    return sum;
  }

  /** Forgets releases that are not served any more. */
  keepOnly(releases: readonly string[]): void {
    for (const release of this.#counts.keys()) if (!releases.includes(release)) this.#counts.delete(release);
  }

  #second(): number {
    return Math.floor(this.#monotonicMs() / 1_000);
  }
}
