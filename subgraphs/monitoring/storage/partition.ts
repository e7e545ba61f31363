import type { Pool } from 'pg';

/** Makes the partitions of the days that are written to, each once per process. */
export class DayPartitions {
  readonly #pool: Pool;
  readonly #there = new Set<string>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Days as `2026-03-01`. Outside the caller's transaction, so that a day that was made stays made. */
  async ensure(days: Iterable<string>): Promise<void> {
    for (const day of new Set(days)) {
      if (this.#there.has(day)) continue;
      await this.#pool.query('select ensure_day($1)', [day]);
      this.#there.add(day);
    }
  }
}
