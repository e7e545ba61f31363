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

  /** Drops the days before one, with what is stored of them; which these were, oldest first. */
  async dropBefore(day: string): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ day: string }>(
      `select to_char(to_date(substring(c.relname from '\\d{8}$'), 'YYYYMMDD'), 'YYYY-MM-DD') as day
       from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'prediction'::regclass and substring(c.relname from '\\d{8}$') < to_char($1::date, 'YYYYMMDD')
       order by 1`,
      [day],
    );
    // One day in one transaction: each is locked only while it goes.
    for (const old of rows) {
      await this.#pool.query('select drop_day($1)', [old.day]);
      this.#there.delete(old.day);
    }
    return rows.map((old) => old.day);
  }
}
