import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { NamespaceSlice } from '../../domain/experiment/namespace.ts';
import type { Holdout, HoldoutStatus } from '../../domain/holdout/holdout.ts';

export const HoldoutRow = defineEntity({
  name: 'Holdout',
  tableName: 'holdout',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    description: p.text(),
    unit: p.text(),
    namespace: p.json<NamespaceSlice>(),
    entry: p.text().nullable(),
    metrics: p.json<Holdout['metrics']>(),
    status: p.text().$type<HoldoutStatus>(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    endedAt: p.datetime(3).nullable(),
    reason: p.text().nullable(),
    revision: p.integer(),
  },
});

export const holdoutSql: readonly string[] = [
  `create table holdout (
     project text not null,
     name text not null,
     description text not null,
     unit text not null,
     namespace jsonb not null,
     entry text,
     metrics jsonb not null,
     status text not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     ended_at timestamptz(3),
     reason text,
     revision int not null,
     primary key (project, name)
   )`,
];

type Row = Omit<Holdout, 'entry' | 'endedAt' | 'reason'> & {
  readonly entry?: string | null | undefined;
  readonly endedAt?: Date | null | undefined;
  readonly reason?: string | null | undefined;
};

const plain = ({ entry, endedAt, reason, ...row }: Row): Holdout => ({
  ...row,
  entry: entry ?? null,
  endedAt: endedAt ?? null,
  reason: reason ?? null,
});

/** Throws CONFLICT where the name is taken. */
export async function insertHoldout(em: EntityManager, holdout: Holdout): Promise<void> {
  const { project, name } = holdout;
  await lockName(em, project, name);
  if (await em.findOne(HoldoutRow, { project, name })) {
    throw new DomainError('CONFLICT', `name: there is one called "${name}" already`, { field: 'name' });
  }
  await em.insert(HoldoutRow, holdout);
}

const lockName = (em: EntityManager, project: string, name: string): Promise<unknown> =>
  em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`holdout ${project} ${name}`]);

/** The holdout of a name, and the name itself, held until the transaction ends; null where there is none. */
export async function lockNamedHoldout(em: EntityManager, project: string, name: string): Promise<Holdout | null> {
  await lockName(em, project, name);
  const row = await em.findOne(HoldoutRow, { project, name }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  return row && plain(row);
}

/** The holdout, held until the transaction ends. Throws NOT_FOUND. */
export async function lockHoldout(em: EntityManager, project: string, name: string): Promise<Holdout> {
  const found = await lockNamedHoldout(em, project, name);
  if (found) return found;
  throw new DomainError('NOT_FOUND', `holdout: there is no holdout "${name}"`, { field: 'holdout' });
}

export async function saveHoldout(em: EntityManager, holdout: Holdout): Promise<void> {
  await em.upsert(HoldoutRow, holdout);
}

/** Those of these names, in no order. */
export async function findHoldouts(
  em: EntityManager,
  project: string,
  names: readonly string[],
): Promise<readonly Holdout[]> {
  if (names.length === 0) return [];
  return (await em.find(HoldoutRow, { project, name: { $in: [...names] } })).map(plain);
}

/** By name, one more than asked for. */
export async function listHoldouts(
  em: EntityManager,
  { project, status }: { readonly project: string; readonly status: HoldoutStatus | null },
  { first, after }: PageRequest,
): Promise<readonly Holdout[]> {
  const rows = await em.find(
    HoldoutRow,
    { project, ...(status !== null && { status }), ...(after && { name: { $gt: String(after[0]) } }) },
    { orderBy: { name: 'asc' }, limit: first + 1 },
  );
  return rows.map(plain);
}

/** Those of a project that hold units out now. */
export async function activeHoldouts(em: EntityManager, project: string): Promise<readonly Holdout[]> {
  const rows = await em.find(HoldoutRow, { project, status: 'ACTIVE' }, { orderBy: { name: 'asc' } });
  return rows.map(plain);
}

/** Those of a project that report of their units, whether they have ended or not. */
export async function reportingHoldouts(em: EntityManager, project: string): Promise<readonly Holdout[]> {
  const rows = await em.find(HoldoutRow, { project, entry: { $ne: null } }, { orderBy: { name: 'asc' } });
  return rows.map(plain);
}
