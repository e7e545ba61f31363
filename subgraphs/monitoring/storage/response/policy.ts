import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { PageRequest } from '../../../shared/paging.ts';
import type { ResponsePolicy } from '../../domain/response/policy.ts';

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

/** Whether there was none of that name. */
export async function insertPolicy(em: EntityManager, policy: ResponsePolicy): Promise<boolean> {
  const { project, name, definition } = policy;
  const rows = await em.execute<object[]>(
    `insert into response_policy (project, name, deployment, document) values (?, ?, ?, ?::jsonb)
     on conflict do nothing returning name`,
    [project, name, definition.deployment, JSON.stringify(policy)],
  );
  return rows.length > 0;
}

export async function updatePolicy(em: EntityManager, policy: ResponsePolicy): Promise<void> {
  const { project, name, definition } = policy;
  await em.execute('update response_policy set deployment = ?, document = ?::jsonb where project = ? and name = ?', [
    definition.deployment,
    JSON.stringify(policy),
    project,
    name,
  ]);
}

/** The policy, held until the transaction ends; null where there is none. */
export async function lockPolicy(em: EntityManager, project: string, name: string): Promise<ResponsePolicy | null> {
  const [row] = await em.execute<Row[]>(
    'select document from response_policy where project = ? and name = ? for update',
    [project, name],
  );
  return row ? plain(row) : null;
}

/** Lets one at a time decide what is done about a deployment, until the transaction ends. */
export async function lockResponses(em: EntityManager, project: string, deployment: string): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`responses ${project} ${deployment}`]);
}

export async function deletePolicy(em: EntityManager, project: string, name: string): Promise<void> {
  await em.execute('delete from response_policy where project = ? and name = ?', [project, name]);
}

export async function findPolicies(
  pool: Pool,
  project: string,
  names: readonly string[],
): Promise<readonly ResponsePolicy[]> {
  const { rows } = await pool.query<Row>('select document from response_policy where project = $1 and name = any($2)', [
    project,
    names,
  ]);
  return rows.map(plain);
}

/** All of all projects, or of one. */
export async function allPolicies(pool: Pool, project: string | null): Promise<readonly ResponsePolicy[]> {
  const { rows } = await pool.query<Row>(
    'select document from response_policy where $1::text is null or project = $1 order by project, name',
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
    `select document from response_policy where project = $1 and ($2::text is null or deployment = $2)
       and ($3::text is null or name > $3) order by name limit $4`,
    [project, deployment, after?.[0] ?? null, first + 1],
  );
  return rows.map(plain);
}
