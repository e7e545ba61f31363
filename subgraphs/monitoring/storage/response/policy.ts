import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { PageRequest } from '../../../shared/paging.ts';
import type { ResponsePolicy } from '../../domain/response/policy.ts';
import type { Watch } from '../../domain/response/watch.ts';

interface Row {
  readonly document: Omit<ResponsePolicy, 'createdAt' | 'changedAt'> & {
    readonly createdAt: string;
    readonly changedAt: string;
  };
}

const plain = ({ document }: Row): ResponsePolicy => ({
  ...document,
  createdAt: new Date(document.createdAt),
  changedAt: new Date(document.changedAt),
});

/** The policy as it is kept; null where there is one of that name. */
export async function insertPolicy(em: EntityManager, policy: ResponsePolicy): Promise<ResponsePolicy | null> {
  const { project, name, definition } = policy;
  const [row] = await em.execute<Row[]>(
    `insert into response_policy (project, name, deployment, document) values (?, ?, ?, ?::jsonb)
     on conflict (project, name) do update set deployment = excluded.deployment, deleted_at = null, watch = null,
       document = excluded.document ||
         jsonb_build_object('changes', (response_policy.document ->> 'changes')::int + 1)
     where response_policy.deleted_at is not null
     returning document`,
    [project, name, definition.deployment, JSON.stringify(policy)],
  );
  return row ? plain(row) : null;
}

/** Answers with the policy as it is kept. */
export async function updatePolicy(em: EntityManager, policy: ResponsePolicy): Promise<ResponsePolicy> {
  const { project, name, definition } = policy;
  const kept = { ...policy, changes: policy.changes + 1 };
  await em.execute('update response_policy set deployment = ?, document = ?::jsonb where project = ? and name = ?', [
    definition.deployment,
    JSON.stringify(kept),
    project,
    name,
  ]);
  return kept;
}

/** The policy, held until the transaction ends; null where there is none. */
export async function lockPolicy(em: EntityManager, project: string, name: string): Promise<ResponsePolicy | null> {
  const [row] = await em.execute<Row[]>(
    'select document from response_policy where project = ? and name = ? and deleted_at is null for update',
    [project, name],
  );
  return row ? plain(row) : null;
}

/** Where the condition of a policy stands; null before it was evaluated. The policy is held by the caller. */
export async function readWatch(em: EntityManager, project: string, name: string): Promise<Watch | null> {
  const [row] = await em.execute<{ watch: Watch | null }[]>(
    'select watch from response_policy where project = ? and name = ?',
    [project, name],
  );
  return row?.watch ?? null;
}

export async function saveWatch(em: EntityManager, project: string, name: string, watch: Watch): Promise<void> {
  await em.execute('update response_policy set watch = ?::jsonb where project = ? and name = ?', [
    JSON.stringify(watch),
    project,
    name,
  ]);
}

/** Lets one at a time decide what is done about a deployment, until the transaction ends. */
export async function lockResponses(em: EntityManager, project: string, deployment: string): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`responses ${project} ${deployment}`]);
}

/** Its name may be given again; how often it changed is kept, so that no older event comes after a newer one. */
export async function deletePolicy(em: EntityManager, policy: ResponsePolicy, at: Date): Promise<ResponsePolicy> {
  const kept = await updatePolicy(em, policy);
  await em.execute('update response_policy set deleted_at = ? where project = ? and name = ?', [
    at,
    kept.project,
    kept.name,
  ]);
  return kept;
}

export async function findPolicies(
  pool: Pool,
  project: string,
  names: readonly string[],
): Promise<readonly ResponsePolicy[]> {
  const { rows } = await pool.query<Row>(
    'select document from response_policy where project = $1 and name = any($2) and deleted_at is null',
    [project, names],
  );
  return rows.map(plain);
}

/** All of all projects, or of one. */
export async function allPolicies(pool: Pool, project: string | null): Promise<readonly ResponsePolicy[]> {
  const { rows } = await pool.query<Row>(
    'select document from response_policy where deleted_at is null and ($1::text is null or project = $1) order by project, name',
    [project],
  );
  return rows.map(plain);
}

/** By name, one more than asked for. */
export async function listPolicies(
  pool: Pool,
  { project, deployment }: { readonly project: string; readonly deployment: string | null },
  { first, after }: PageRequest,
): Promise<readonly ResponsePolicy[]> {
  const { rows } = await pool.query<Row>(
    `select document from response_policy where project = $1 and deleted_at is null and ($2::text is null or deployment = $2)
       and ($3::text is null or name > $3) order by name limit $4`,
    [project, deployment, after?.[0] ?? null, first + 1],
  );
  return rows.map(plain);
}
