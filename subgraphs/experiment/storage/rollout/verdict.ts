import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../../shared/paging.ts';
import type { VerdictRecord } from '../../domain/rollout/rollout-verdict.ts';
import type { VerdictMove, VerdictWord } from '../../domain/rollout/verdict-words.ts';

/** Verdicts are written once: nobody may change or delete one. */
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
  `create function refuse_verdict_change() returns trigger language plpgsql as
     $$ begin raise exception 'a verdict never changes'; end $$`,
  `create trigger verdict_is_final before update or delete on verdict
     for each row execute function refuse_verdict_change()`,
  `create trigger verdict_is_not_emptied before truncate on verdict
     for each statement execute function refuse_verdict_change()`,
];

interface Row {
  readonly id: string;
  readonly project: string;
  readonly rollout: string;
  readonly number: number;
  readonly at: Date | string;
  readonly step: number;
  readonly word: VerdictWord;
  readonly move: VerdictMove | null;
  readonly reasons: readonly string[];
  readonly evidence: VerdictRecord['evidence'];
}
const plain = (row: Row): VerdictRecord => ({ ...row, at: new Date(row.at) });
const COLUMNS = 'id, project, rollout, number, at, step, word, move, reasons, evidence';

export async function insertVerdict(em: EntityManager, verdict: VerdictRecord): Promise<void> {
  const { id, project, rollout, number, at, step, word, move, reasons, evidence } = verdict;
  await em.execute(`insert into verdict (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)`, [
    id,
    project,
    rollout,
    number,
    at.toISOString(),
    step,
    word,
    move,
    JSON.stringify(reasons),
    JSON.stringify(evidence),
  ]);
}

/** The newest first, one more than asked for. */
export async function listVerdicts(
  em: EntityManager,
  { project, rollout }: { readonly project: string; readonly rollout: string },
  { first, after }: PageRequest,
): Promise<readonly VerdictRecord[]> {
  const rows: readonly Row[] = await em.execute(
    `select ${COLUMNS} from verdict where project = ? and rollout = ? and (?::int is null or number < ?::int)
     order by number desc limit ?`,
    [project, rollout, after ? Number(after[0]) : null, after ? Number(after[0]) : null, first + 1],
  );
  return rows.map(plain);
}
