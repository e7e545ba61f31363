import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { deploymentUrn, type DeploymentKey } from '../../domain/ids.ts';
import { plainRow } from '../../../shared/database/plain-row.ts';

export const DeploymentRow = defineEntity({
  name: 'Deployment',
  tableName: 'deployment',
  primaryKeys: ['project', 'endpoint', 'environment'],
  properties: {
    project: p.text().primary(),
    endpoint: p.text().primary(),
    environment: p.text().primary(),
    audiences: p.array(),
    refuseAfterMs: p.bigint('number').nullable(),
    requiresApproval: p.boolean(),
    revision: p.integer(),
    traffic: p.json<Deployment['traffic']>(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
  },
});

export const deploymentSql: readonly string[] = [
  `create table deployment (
     project text not null,
     endpoint text not null,
     environment text not null,
     audiences text[] not null,
     refuse_after_ms bigint,
     requires_approval boolean not null,
     revision int not null,
     traffic jsonb not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     primary key (project, endpoint, environment)
   )`,
];

const plain = plainRow<Deployment>;

export async function insertDeployment(em: EntityManager, deployment: Deployment): Promise<void> {
  await em.insert(DeploymentRow, { ...deployment, audiences: [...deployment.audiences] });
}

/** Reads a deployment and holds its row until the transaction ends: changes of its traffic take turns. */
export async function lockDeployment(em: EntityManager, key: DeploymentKey, field: string): Promise<Deployment> {
  const { project, endpoint, environment } = key;
  const row = await em.findOne(
    DeploymentRow,
    { project, endpoint, environment },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (!row) throw unknownDeployment(key, field);
  return plain(row);
}

export async function saveDeployment(em: EntityManager, deployment: Deployment): Promise<void> {
  const { project, endpoint, environment, revision, traffic, audiences, refuseAfterMs } = deployment;
  await em.nativeUpdate(
    DeploymentRow,
    { project, endpoint, environment },
    { revision, traffic, audiences: [...audiences], refuseAfterMs },
  );
}

export async function findDeployments(
  em: EntityManager,
  keys: readonly DeploymentKey[],
): Promise<readonly Deployment[]> {
  if (keys.length === 0) return [];
  const rows = await em.find(DeploymentRow, {
    $or: keys.map(({ project, endpoint, environment }) => ({ project, endpoint, environment })),
  });
  return rows.map((row) => plain(row));
}

/** All deployments of some endpoints, by environment. An endpoint has few. */
export async function deploymentsOf(
  em: EntityManager,
  project: string,
  endpoints: readonly string[],
): Promise<readonly Deployment[]> {
  const rows = await em.find(
    DeploymentRow,
    { project, endpoint: { $in: [...endpoints] } },
    { orderBy: { endpoint: 'asc', environment: 'asc' } },
  );
  return rows.map((row) => plain(row));
}

/** Every deployment of a project, for its manifest. */
export async function allDeployments(em: EntityManager, project: string): Promise<readonly Deployment[]> {
  const rows = await em.find(DeploymentRow, { project }, { orderBy: { endpoint: 'asc', environment: 'asc' } });
  return rows.map((row) => plain(row));
}

/** By endpoint and environment; one more than asked for. */
export async function listDeployments(
  em: EntityManager,
  project: string,
  { first, after }: PageRequest,
): Promise<readonly Deployment[]> {
  const [endpoint, environment] = (after ?? []).map(String);
  const behind =
    endpoint === undefined || environment === undefined
      ? {}
      : { $or: [{ endpoint: { $gt: endpoint } }, { endpoint, environment: { $gt: environment } }] };
  const rows = await em.find(
    DeploymentRow,
    { project, ...behind },
    { orderBy: { endpoint: 'asc', environment: 'asc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}

export const unknownDeployment = (key: DeploymentKey, field: string): DomainError =>
  new DomainError(
    'NOT_FOUND',
    `${field}: there is no deployment ${deploymentUrn.format(key)}: make it with createDeployment`,
    {
      field,
    },
  );
