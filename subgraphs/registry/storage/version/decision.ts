import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { VersionKey } from '../../domain/ids.ts';
import type { Decision } from '../../domain/version/model-version.ts';

export const DecisionRow = defineEntity({
  name: 'Decision',
  tableName: 'decision',
  properties: {
    id: p.integer().primary().autoincrement(),
    project: p.text(),
    model: p.text(),
    number: p.integer(),
    action: p.text().$type<Decision['action']>(),
    from: p.text().name('from_state').$type<Decision['from']>(),
    to: p.text().name('to_state').$type<Decision['to']>(),
    actor: p.text(),
    onBehalfOf: p.text().nullable(),
    roles: p.array(),
    reason: p.text().nullable(),
    digestSet: p.text(),
    environments: p.array(),
    expiresAt: p.datetime(3).nullable(),
    report: p.json<Decision['report']>(),
    at: p.datetime(3),
  },
  indexes: [{ name: 'decision_version', properties: ['project', 'model', 'number', 'id'] }],
});

export const decisionSql: readonly string[] = [
  `create table decision (
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
     report jsonb not null,
     at timestamptz(3) not null
   )`,
  'create index decision_version on decision (project, model, number, id)',
];

const plain = plainRow<Decision>;

export async function insertDecision(em: EntityManager, decision: Omit<Decision, 'id'>): Promise<void> {
  await em.insert(DecisionRow, {
    ...decision,
    roles: [...decision.roles],
    environments: [...decision.environments],
  });
}

/** A version's whole life, oldest first. It is short: each state is entered a few times. */
export async function decisionsOf(
  em: EntityManager,
  { project, model, number }: VersionKey,
): Promise<readonly Decision[]> {
  const rows = await em.find(DecisionRow, { project, model, number }, { orderBy: { id: 'asc' }, limit: 1_000 });
  return rows.map((row) => plain(row));
}

/** The newest of some steps of a version's life. */
export async function lastDecision(
  em: EntityManager,
  { project, model, number }: VersionKey,
  actions: readonly Decision['action'][],
): Promise<Decision | undefined> {
  const row = await em.findOne(
    DecisionRow,
    { project, model, number, action: { $in: [...actions] } },
    { orderBy: { id: 'desc' } },
  );
  return row ? plain(row) : undefined;
}
