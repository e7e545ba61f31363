import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { VersionKey } from '../../domain/ids.ts';
import type { ApprovalStep } from '../../domain/version/model-version.ts';

export const ApprovalStepRow = defineEntity({
  name: 'ApprovalStep',
  tableName: 'approval_step',
  properties: {
    id: p.integer().primary().autoincrement(),
    project: p.text(),
    model: p.text(),
    number: p.integer(),
    action: p.text().$type<ApprovalStep['action']>(),
    from: p.text().name('from_state').$type<ApprovalStep['from']>(),
    to: p.text().name('to_state').$type<ApprovalStep['to']>(),
    actor: p.text(),
    onBehalfOf: p.text().nullable(),
    roles: p.array(),
    reason: p.text().nullable(),
    digestSet: p.text(),
    environments: p.array(),
    expiresAt: p.datetime(3).nullable(),
    conditions: p.array(),
    gate: p.text().nullable(),
    grants: p.boolean(),
    report: p.json<ApprovalStep['report']>(),
    evidence: p.text().nullable(),
    at: p.datetime(3),
  },
  indexes: [{ name: 'approval_step_version', properties: ['project', 'model', 'number', 'id'] }],
});

export const approvalStepSql: readonly string[] = [
  `create table approval_step (
     id serial primary key,
     project text not null,
     model text not null,
     number int not null,
     action text not null,
     from_state text not null,
     to_state text not null,
     actor text not null,
     on_behalf_of text,
     roles text[] not null,
     reason text,
     digest_set text not null,
     environments text[] not null,
     expires_at timestamptz(3),
     conditions text[] not null,
     gate text,
     grants boolean not null,
     report jsonb not null,
     evidence text,
     at timestamptz(3) not null
   )`,
  'create index approval_step_version on approval_step (project, model, number, id)',
];

const plain = plainRow<ApprovalStep>;

export async function insertApprovalStep(em: EntityManager, step: Omit<ApprovalStep, 'id'>): Promise<void> {
  await em.insert(ApprovalStepRow, {
    ...step,
    roles: [...step.roles],
    environments: [...step.environments],
    conditions: [...step.conditions],
  });
}

/** A version's whole life, oldest first. It is short: each state is entered a few times. */
export async function approvalStepsOf(
  em: EntityManager,
  { project, model, number }: VersionKey,
): Promise<readonly ApprovalStep[]> {
  const rows = await em.find(ApprovalStepRow, { project, model, number }, { orderBy: { id: 'asc' }, limit: 1_000 });
  return rows.map((row) => plain(row));
}
