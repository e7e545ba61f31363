import type { EntityManager } from '@mikro-orm/postgresql';
import type { RoutedGroup } from '../../domain/notify/routing.ts';

/** The groups of a project, held until the transaction ends. */
export async function lockGroups(em: EntityManager, project: string): Promise<Map<string, RoutedGroup>> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('monitoring.alert-group ' || ?, 0))`, [project]);
  const rows = await em.execute<{ key: string; taken: RoutedGroup['taken']; state: RoutedGroup['group'] }[]>(
    'select key, taken, state from alert_group where project = ?',
    [project],
  );
  return new Map(rows.map(({ key, taken, state }) => [key, { key, taken, group: state }]));
}

export async function saveGroups(em: EntityManager, project: string, groups: readonly RoutedGroup[]): Promise<void> {
  if (groups.length === 0) return;
  const rows = groups.map(({ key, taken, group }) => ({ key, taken, state: group }));
  await em.execute(
    `insert into alert_group (project, key, taken, state)
     select ?, key, taken, state from jsonb_to_recordset(?::jsonb) as t(key text, taken jsonb, state jsonb)
     on conflict (project, key) do update set taken = excluded.taken, state = excluded.state`,
    [project, JSON.stringify(rows)],
  );
}

export async function forgetGroups(em: EntityManager, project: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await em.execute(
    'delete from alert_group where project = ? and key in (select jsonb_array_elements_text(?::jsonb))',
    [project, JSON.stringify(keys)],
  );
}
