import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { BreakGlass } from '../../domain/governance/break-glass.ts';

export const BreakGlassRow = defineEntity({
  name: 'BreakGlass',
  tableName: 'break_glass',
  properties: {
    id: p.integer().primary().autoincrement(),
    project: p.text(),
    modelVersion: p.text(),
    environment: p.text(),
    digestSet: p.text(),
    reason: p.text(),
    openedBy: p.text(),
    openedAt: p.datetime(3),
    expiresAt: p.datetime(3),
    closedBy: p.text().nullable(),
    closedAt: p.datetime(3).nullable(),
    closingReason: p.text().nullable(),
  },
  indexes: [{ name: 'break_glass_version', properties: ['project', 'modelVersion', 'id'] }],
});

export const breakGlassSql: readonly string[] = [
  `create table break_glass (
     id serial primary key,
     project text not null,
     model_version text not null,
     environment text not null,
     digest_set text not null,
     reason text not null,
     opened_by text not null,
     opened_at timestamptz(3) not null,
     expires_at timestamptz(3) not null,
     closed_by text,
     closed_at timestamptz(3),
     closing_reason text
   )`,
  'create index break_glass_version on break_glass (project, model_version, id)',
];

const plain = plainRow<BreakGlass>;

export async function insertBreakGlass(em: EntityManager, made: Omit<BreakGlass, 'id'>): Promise<BreakGlass> {
  return { ...made, id: await em.insert(BreakGlassRow, { ...made }) };
}

/** Those of a version that nobody has closed. */
export async function openBreakGlasses(
  em: EntityManager,
  project: string,
  modelVersion: string,
): Promise<readonly BreakGlass[]> {
  const rows = await em.find(
    BreakGlassRow,
    { project, modelVersion, closedAt: null },
    { orderBy: { id: 'asc' }, limit: 100 },
  );
  return rows.map((row) => plain(row));
}

/** Holds it until the transaction ends; undefined for one of another project. */
export async function lockBreakGlass(em: EntityManager, project: string, id: number): Promise<BreakGlass | undefined> {
  const row = await em.findOne(BreakGlassRow, { project, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return row ? plain(row) : undefined;
}

export async function closeBreakGlass(em: EntityManager, { id, ...closed }: BreakGlass): Promise<void> {
  const { closedBy, closedAt, closingReason } = closed;
  await em.nativeUpdate(BreakGlassRow, { id }, { closedBy, closedAt, closingReason });
}

/** Newest first, below the number of `after`; one more than asked for. */
export async function listBreakGlasses(
  em: EntityManager,
  project: string,
  { first, after }: PageRequest,
): Promise<readonly BreakGlass[]> {
  const [below] = after ?? [];
  const rows = await em.find(
    BreakGlassRow,
    { project, ...(below !== undefined && { id: { $lt: Number(below) } }) },
    { orderBy: { id: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}
