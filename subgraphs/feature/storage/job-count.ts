import type { Database } from '../../shared/database/database.ts';
import type { JobState } from '../domain/job-state.ts';

/** How many pieces of work of one kind stand how, in all projects. */
export const countByState = (
  db: Database,
  table: 'materialization' | 'training_set_build',
): Promise<{ state: JobState; count: number }[]> =>
  db.query(`select state, count(*)::int as count from ${table} group by state`);
