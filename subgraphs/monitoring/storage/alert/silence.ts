import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Silence } from '../../domain/alert/silence.ts';

export const SilenceRow = defineEntity({
  name: 'Silence',
  tableName: 'silence',
  primaryKeys: ['project', 'id'],
  properties: {
    project: p.text().primary(),
    id: p.text().primary(),
    rule: p.text().nullable(),
    deployment: p.text().nullable(),
    matchers: p.json<Silence['matchers']>(),
    startsAt: p.datetime(3),
    endsAt: p.datetime(3),
    comment: p.text(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    endedAt: p.datetime(3).nullable(),
    endedBy: p.text().nullable(),
  },
  indexes: [{ name: 'silence_by_end', properties: ['project', 'endsAt'] }],
});

const plain = plainRow<Silence>;

export async function saveSilence(em: EntityManager, silence: Silence): Promise<void> {
  await em.upsert(SilenceRow, { ...silence });
}

/** The silence, held until the transaction ends; null where there is none. */
export async function lockSilence(em: EntityManager, project: string, id: string): Promise<Silence | null> {
  const row = await em.findOne(SilenceRow, { project, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return row ? plain(row) : null;
}

export async function findSilences(
  em: EntityManager,
  project: string,
  ids: readonly string[],
): Promise<readonly Silence[]> {
  const rows = await em.find(SilenceRow, { project, id: { $in: [...ids] } });
  return rows.map((row) => plain(row));
}

/** Those that are not over at an instant. */
export async function silencesAt(em: EntityManager, project: string, at: Date): Promise<readonly Silence[]> {
  const rows = await em.find(SilenceRow, { project, startsAt: { $lte: at }, endsAt: { $gt: at } });
  return rows.map((row) => plain(row));
}

/** The newest first, one more than asked for; with `openAt` those alone that are not over then. */
export async function listSilences(
  em: EntityManager,
  { project, openAt }: { readonly project: string; readonly openAt: Date | null },
  { first, after }: PageRequest,
): Promise<readonly Silence[]> {
  const [at, id] = after ?? [];
  const before = at === undefined ? undefined : new Date(String(at));
  const rows = await em.find(
    SilenceRow,
    {
      project,
      ...(openAt && { endsAt: { $gt: openAt }, endedAt: null }),
      ...(before && { $or: [{ createdAt: { $lt: before } }, { createdAt: before, id: { $lt: String(id) } }] }),
    },
    { orderBy: { createdAt: 'desc', id: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}
