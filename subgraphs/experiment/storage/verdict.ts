import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../shared/paging.ts';
import type { Evidence, VerdictMove, VerdictRecord, VerdictWord } from '../domain/rollout-verdict.ts';

/** Verdicts are written once: the app may neither change nor delete them. */
export const VerdictRow = defineEntity({
  name: 'Verdict',
  tableName: 'verdict',
  primaryKeys: ['project', 'rollout', 'number'],
  properties: {
    project: p.text().primary(),
    rollout: p.text().primary(),
    number: p.integer().primary(),
    id: p.uuid().unique(),
    at: p.datetime(3),
    step: p.integer(),
    word: p.text().$type<VerdictWord>(),
    move: p.text().$type<VerdictMove>().nullable(),
    reasons: p.json<readonly string[]>(),
    evidence: p.json<Evidence>(),
  },
});

export const verdictSql: readonly string[] = [
  `create table verdict (
     project text not null,
     rollout text not null,
     number int not null,
     id uuid not null unique,
     at timestamptz(3) not null,
     step int not null,
     word text not null,
     move text,
     reasons jsonb not null,
     evidence jsonb not null,
     primary key (project, rollout, number)
   )`,
  `create function verdict_is_final() returns trigger language plpgsql as
     $$ begin raise exception 'a verdict never changes'; end $$`,
  'create trigger verdict_is_final before update or delete on verdict for each row execute function verdict_is_final()',
];

type Row = Omit<VerdictRecord, 'move'> & { readonly move?: VerdictMove | null | undefined };
const plain = (row: Row): VerdictRecord => ({ ...row, move: row.move ?? null });

export async function insertVerdict(em: EntityManager, verdict: VerdictRecord): Promise<void> {
  await em.insert(VerdictRow, verdict);
}

/** The newest verdict of a rollout. */
export async function lastVerdict(em: EntityManager, project: string, rollout: string): Promise<VerdictRecord | null> {
  const row = await em.findOne(VerdictRow, { project, rollout }, { orderBy: { number: 'desc' } });
  return row && plain(row);
}

/** The newest first, one more than asked for. */
export async function listVerdicts(
  em: EntityManager,
  { project, rollout }: { readonly project: string; readonly rollout: string },
  { first, after }: PageRequest,
): Promise<readonly VerdictRecord[]> {
  const rows = await em.find(
    VerdictRow,
    { project, rollout, ...(after && { number: { $lt: Number(after[0]) } }) },
    { orderBy: { number: 'desc' }, limit: first + 1 },
  );
  return rows.map(plain);
}
