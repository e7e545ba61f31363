import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Rollout } from '../../domain/rollout/rollout.ts';
import { studyOf, StudyRow } from '../study.ts';
import { readRows } from '../../../shared/database/read-rows.ts';
import { rolloutKind } from './rollout.ts';

/** Held by its newest verdict, paused, or out of its traffic: none of it ends by itself. */
const WAITS = `kind = 'rollout' and status = 'RUNNING' and (
  jsonb_typeof(own -> 'paused') = 'object'
  or (own #>> '{verdict,word}' = 'HOLD' and own #> '{verdict,step}' = own -> 'step')
  or lease ->> 'lostAt' is not null)`;

/** Rollouts that wait for a person, by name; one more than asked for. */
export async function waitingRollouts(
  em: EntityManager,
  project: string,
  { first, after }: PageRequest,
): Promise<readonly Rollout[]> {
  const rows = await readRows(
    em,
    StudyRow,
    `project = ? and ${WAITS} ${after ? 'and name > ?' : ''} order by name limit ?`,
    [project, ...(after ?? []), first + 1],
  );
  return rows.map((row) => studyOf(rolloutKind, row));
}
