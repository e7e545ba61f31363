import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { StandingApproval } from '../../domain/governance/standing-approval.ts';

export const StandingApprovalRow = defineEntity({
  name: 'StandingApproval',
  tableName: 'standing_approval',
  properties: {
    id: p.integer().primary().autoincrement(),
    project: p.text(),
    model: p.text(),
    codeCommit: p.text(),
    featureService: p.text().nullable(),
    environments: p.array(),
    runs: p.integer(),
    used: p.integer(),
    expiresAt: p.datetime(3),
    reason: p.text(),
    proposedBy: p.text(),
    proposedAt: p.datetime(3),
    confirmedBy: p.text().nullable(),
    endedBy: p.text().nullable(),
  },
  indexes: [{ name: 'standing_approval_project', properties: ['project', 'id'] }],
});

export const standingApprovalSql: readonly string[] = [
  `create table standing_approval (
     id serial primary key,
     project text not null,
     model text not null,
     code_commit text not null,
     feature_service text,
     environments text[] not null,
     runs int not null,
     used int not null,
     expires_at timestamptz(3) not null,
     reason text not null,
     proposed_by text not null,
     proposed_at timestamptz(3) not null,
     confirmed_by text,
     ended_by text
   )`,
  'create index standing_approval_project on standing_approval (project, id)',
];

const plain = plainRow<StandingApproval>;

export async function insertStanding(em: EntityManager, made: Omit<StandingApproval, 'id'>): Promise<StandingApproval> {
  return { ...made, id: await em.insert(StandingApprovalRow, { ...made, environments: [...made.environments] }) };
}

/** Holds it until the transaction ends; undefined for one of another project. */
export async function lockStanding(
  em: EntityManager,
  project: string,
  id: number,
): Promise<StandingApproval | undefined> {
  const row = await em.findOne(StandingApprovalRow, { project, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return row ? plain(row) : undefined;
}

export async function saveStanding(
  em: EntityManager,
  { id, used, confirmedBy, endedBy }: StandingApproval,
): Promise<void> {
  await em.nativeUpdate(StandingApprovalRow, { id }, { used, confirmedBy, endedBy });
}

/** Newest first, below the number of `after`; one more than asked for. */
export async function listStandings(
  em: EntityManager,
  project: string,
  { first, after }: PageRequest,
): Promise<readonly StandingApproval[]> {
  const [below] = after ?? [];
  const rows = await em.find(
    StandingApprovalRow,
    { project, ...(below !== undefined && { id: { $lt: Number(below) } }) },
    { orderBy: { id: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}
