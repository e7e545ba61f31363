import type { Pool } from 'pg';
import type { DayCounts } from '../domain/retention/archive.ts';

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

  /** The days before one of which anything is stored, the oldest first. */
  async daysBefore(day: string): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ day: string }>(
      `select to_char(to_date(substring(c.relname from '\\d{8}$'), 'YYYYMMDD'), 'YYYY-MM-DD') as day
       from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'prediction'::regclass and substring(c.relname from '\\d{8}$') < to_char($1::date, 'YYYYMMDD')
       order by 1`,
      [day],
    );
    return rows.map((old) => old.day);
  }

  /** Drops a day with all that is stored of it, in a transaction of its own: it is locked only while it goes. */
  async drop(day: string): Promise<void> {
    await this.#pool.query('select drop_day($1)', [day]);
    this.#there.delete(day);
  }

  /** The same, but only where it has so many rows and no others; whether it is gone. */
  async dropIfAs(day: string, counts: DayCounts): Promise<boolean> {
    const { rows } = await this.#pool.query<{ dropped: boolean }>(
      'select drop_day_if_as($1, $2, $3, $4, $5) as dropped',
      [day, counts.PREDICTION, counts.OUTCOME, counts.OUTCOME_RECORD, counts.SHADOW],
    );
    if (rows[0]?.dropped !== true) return false;
    this.#there.delete(day);
    return true;
  }
}
