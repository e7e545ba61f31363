import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../core/errors.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { Shadow, ShadowStatus } from '../domain/shadow.ts';

export const ShadowRow = defineEntity({
  name: 'Shadow',
  tableName: 'shadow',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    description: p.text(),
    hypothesis: p.text(),
    deployment: p.text(),
    candidateRelease: p.text(),
    candidateVersion: p.text().nullable(),
    share: p.double().$type<number>(),
    unit: p.text(),
    seed: p.text(),
    hashVersion: p.integer().$type<1 | 2>(),
    positiveFrom: p.double().$type<number>(),
    minEffect: p.double().$type<number>(),
    endsAt: p.datetime(3).nullable(),
    status: p.text().$type<ShadowStatus>(),
    trafficRevision: p.integer().nullable(),
    lostAt: p.datetime(3).nullable(),
    startedAt: p.datetime(3).nullable(),
    stoppedAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    revision: p.integer(),
  },
  indexes: [{ name: 'shadow_by_deployment', properties: ['project', 'deployment', 'name'] }],
});

export const shadowSql: readonly string[] = [
  `create table shadow (
     project text not null,
     name text not null,
     description text not null,
     hypothesis text not null,
     deployment text not null,
     candidate_release text not null,
     candidate_version text,
     share double precision not null,
     unit text not null,
     seed text not null,
     hash_version int not null,
     positive_from double precision not null,
     min_effect double precision not null,
     ends_at timestamptz(3),
     status text not null,
     traffic_revision int,
     lost_at timestamptz(3),
     started_at timestamptz(3),
     stopped_at timestamptz(3),
     created_at timestamptz(3) not null,
     created_by text not null,
     revision int not null,
     primary key (project, name)
   )`,
  'create index shadow_by_deployment on shadow (project, deployment, name)',
];

type Row = NonNullable<Awaited<ReturnType<typeof rowOf>>>;
const rowOf = (em: EntityManager, project: string, name: string, lockMode: LockMode) =>
  em.findOne(ShadowRow, { project, name }, { lockMode });

function plain(row: Row): Shadow {
  const { candidateRelease, candidateVersion, trafficRevision, lostAt, endsAt, startedAt, stoppedAt, ...rest } = {
    ...row,
  };
  return {
    ...rest,
    candidate: { release: candidateRelease, modelVersion: candidateVersion ?? null },
    lease: typeof trafficRevision === 'number' ? { trafficRevision, lostAt: lostAt ?? null } : null,
    endsAt: endsAt ?? null,
    startedAt: startedAt ?? null,
    stoppedAt: stoppedAt ?? null,
  };
}

function toRow({ candidate, lease, ...rest }: Shadow) {
  return {
    ...rest,
    candidateRelease: candidate.release,
    candidateVersion: candidate.modelVersion,
    trafficRevision: lease?.trafficRevision ?? null,
    lostAt: lease?.lostAt ?? null,
  };
}

/** Throws CONFLICT where the name is taken. */
export async function insertShadow(em: EntityManager, shadow: Shadow): Promise<void> {
  const { project, name } = shadow;
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`shadow ${project} ${name}`]);
  if (await em.findOne(ShadowRow, { project, name })) {
    throw new DomainError('CONFLICT', `there is a shadow "${name}" already`, { field: 'name' });
  }
  await em.insert(ShadowRow, toRow(shadow));
}

/** The shadow, held until the transaction ends. Throws NOT_FOUND. */
export async function lockShadow(em: EntityManager, project: string, name: string): Promise<Shadow> {
  const row = await rowOf(em, project, name, LockMode.PESSIMISTIC_WRITE);
  if (!row) throw new DomainError('NOT_FOUND', `there is no shadow "${name}"`, { field: 'shadow' });
  return plain(row);
}

export async function saveShadow(em: EntityManager, shadow: Shadow): Promise<void> {
  await em.upsert(ShadowRow, toRow(shadow));
}

export async function findShadows(
  em: EntityManager,
  project: string,
  names: readonly string[],
): Promise<readonly Shadow[]> {
  const rows = await em.find(ShadowRow, { project, name: { $in: [...names] } });
  return rows.map((row) => plain(row));
}

export interface ShadowFilter {
  readonly project: string;
  readonly deployment: string | null;
  readonly modelVersion: string | null;
  readonly status: ShadowStatus | null;
}

/** By name, one more than asked for. */
export async function listShadows(
  em: EntityManager,
  { project, deployment, modelVersion, status }: ShadowFilter,
  { first, after }: PageRequest,
): Promise<readonly Shadow[]> {
  const rows = await em.find(
    ShadowRow,
    {
      project,
      ...(deployment !== null && { deployment }),
      ...(modelVersion !== null && { candidateVersion: modelVersion }),
      ...(status !== null && { status }),
      ...(after && { name: { $gt: String(after[0]) } }),
    },
    { orderBy: { name: 'asc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}

/** The shadows of one deployment that run, or are just being started, held until the transaction ends. */
export async function lockOpenShadows(
  em: EntityManager,
  project: string,
  deployment: string,
): Promise<readonly Shadow[]> {
  const rows = await em.find(
    ShadowRow,
    { project, deployment, status: { $in: ['DRAFT', 'RUNNING'] } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { name: 'asc' } },
  );
  return rows.map((row) => plain(row));
}
