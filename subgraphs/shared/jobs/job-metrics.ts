import type { Registry } from 'prom-client';
import { JOB_STATES, type JobState } from '../../../core/job-state.ts';
import type { Database } from '../database/database.ts';
import { addStoredGauge } from '../http/stored-gauge.ts';

export interface JobGauge {
  readonly name: string;
  readonly help: string;
  /** Has a column `state`. */
  readonly table: string;
}

/** Shows how the long pieces of work of a table stand, those of all projects. */
export const addJobGauge = (registry: Registry, db: Database, { name, help, table }: JobGauge): void =>
  addStoredGauge(registry, db, {
    name,
    help,
    labelNames: ['state'],
    read: async (set) => {
      for (const state of JOB_STATES) set({ state }, 0);
      const rows = await db.query<{ state: JobState; count: number }>(
        `select state, count(*)::int as count from ${table} group by state`,
      );
      for (const { state, count } of rows) set({ state }, count);
    },
  });
