import type { Registry } from 'prom-client';
import type { Database } from '../../shared/database/database.ts';
import { addStoredGauge } from '../../shared/http/stored-gauge.ts';
import { JOB_STATES } from '../domain/job-state.ts';
import { countByState } from '../storage/job-count.ts';

/** Shows how the long pieces of work stand, those of all projects. */
export function addJobMetrics(registry: Registry, db: Database): void {
  const add = (name: string, help: string, table: Parameters<typeof countByState>[1]): void =>
    addStoredGauge(registry, db, {
      name,
      help,
      labelNames: ['state'],
      read: async (set) => {
        for (const state of JOB_STATES) set({ state }, 0);
        for (const { state, count } of await countByState(db, table)) set({ state }, count);
      },
    });
  add('feature_materializations', 'Materializations, by their state.', 'materialization');
  add('feature_training_set_builds', 'Builds of training sets, by their state.', 'training_set_build');
}
