import type { EntityManager } from '@mikro-orm/postgresql';
import { msOf } from '../ms-of.ts';
import type { VersionKey } from '../../domain/ids.ts';

/** Of what people were told, about a version. */
export const reminderSql: readonly string[] = [
  `create table reminder (
     project text not null,
     model text not null,
     number int not null,
     about text not null,
     due timestamptz(3) not null,
     primary key (project, model, number, about, due)
   )`,
];

const MOST_AT_ONCE = 1_000;

/** What ends soon: an approval that must be renewed, or the waiver of a gate. */
export interface Ending extends VersionKey {
  readonly project: string;
  /** The gate whose waiver ends; null: the version must have been validated and approved again. */
  readonly gate: string | null;
  readonly due: Date;
}

const NOT_REMINDED = (of: string, about: string, due: string): string => `not exists (
  select from reminder where reminder.project = ${of}.project and reminder.model = ${of}.model
    and reminder.number = ${of}.number and reminder.about = ${about} and reminder.due = ${due})`;

const endings = async (em: EntityManager, sql: string, parameters: readonly unknown[]): Promise<Ending[]> => {
  const rows = await em.execute<(Omit<Ending, 'due'> & { readonly ms: number })[]>(sql, [...parameters]);
  return rows.map(({ ms, ...row }) => ({ ...row, due: new Date(ms) }));
};

/** Approved versions that are due before a moment and of whose date nobody was told. */
export const versionsToRemind = (em: EntityManager, before: Date): Promise<Ending[]> =>
  endings(
    em,
    `select project, model, number, null as gate, ${msOf('revalidate_by')} as ms from model_version as ending
     where state = 'APPROVED' and revalidate_by < ? and ${NOT_REMINDED('ending', "'revalidate'", 'ending.revalidate_by')}
     order by revalidate_by limit ${MOST_AT_ONCE}`,
    [before],
  );

/** The newest waiver of each gate of versions that may serve by it, where it ends before a moment and nobody was told. */
export const waiversToRemind = (em: EntityManager, now: Date, before: Date): Promise<Ending[]> =>
  endings(
    em,
    `select project, model, number, gate, ${msOf('expires_at')} as ms from (
       select distinct on (project, model, number, gate) project, model, number, gate, expires_at
       from approval_step join model_version version using (project, model, number)
       where action = 'WAIVE' and version.state in ('VALIDATED', 'APPROVED')
       order by project, model, number, gate, approval_step.id desc
     ) as ending
     where expires_at > ? and expires_at < ? and ${NOT_REMINDED('ending', 'ending.gate', 'ending.expires_at')}
     order by expires_at limit ${MOST_AT_ONCE}`,
    [now, before],
  );

export async function saveReminded(em: EntityManager, { project, model, number, gate, due }: Ending): Promise<void> {
  await em.execute(
    'insert into reminder (project, model, number, about, due) values (?, ?, ?, ?, ?) on conflict do nothing',
    [project, model, number, gate ?? 'revalidate', due],
  );
}
