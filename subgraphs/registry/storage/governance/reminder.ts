import type { EntityManager } from '@mikro-orm/postgresql';
import type { VersionKey } from '../../domain/ids.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';

/** Of which date of a version people were told. */
export const reminderSql: readonly string[] = [
  `create table reminder (
     project text not null,
     model text not null,
     number int not null,
     revalidate_by timestamptz(3) not null,
     primary key (project, model, number, revalidate_by)
   )`,
];

const MOST_AT_ONCE = 1_000;

/** Approved versions that are due before a moment and of whose date nobody was told. */
export function versionsToRemind(em: EntityManager, before: Date): Promise<(VersionKey & { project: string })[]> {
  return em.execute(
    `select project, model, number from model_version as due
     where state = 'APPROVED' and revalidate_by < ? and not exists (
       select from reminder where reminder.project = due.project and reminder.model = due.model
         and reminder.number = due.number and reminder.revalidate_by = due.revalidate_by)
     order by revalidate_by limit ${MOST_AT_ONCE}`,
    [before],
  );
}

export async function saveReminded(
  em: EntityManager,
  { project, model, number, revalidateBy }: Pick<ModelVersion, 'project' | 'model' | 'number' | 'revalidateBy'>,
): Promise<void> {
  await em.execute(
    'insert into reminder (project, model, number, revalidate_by) values (?, ?, ?, ?) on conflict do nothing',
    [project, model, number, revalidateBy],
  );
}
