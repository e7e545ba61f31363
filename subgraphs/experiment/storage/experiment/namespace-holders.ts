import type { EntityManager } from '@mikro-orm/postgresql';
import type { Holder, NamespaceSlice } from '../../domain/experiment/namespace.ts';
import { experimentIds, holdoutIds } from '../../domain/ids.ts';

/**
 * The slices of a namespace that are held: by experiments which are being designed or run, and by holdouts. Until the
 * transaction ends nobody else gets one.
 */
export async function holdersOf(em: EntityManager, project: string, namespace: string): Promise<readonly Holder[]> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`namespace ${project} ${namespace}`]);
  const rows = await em.execute<
    { kind: 'experiment' | 'holdout'; name: string; unit: string; slice: NamespaceSlice }[]
  >(
    `select kind, name, unit, own -> 'namespace' as slice from study
     where project = ? and kind = 'experiment' and status in ('DRAFT', 'RUNNING') and own -> 'namespace' ->> 'name' = ?
     union all
     select 'holdout', name, unit, namespace from holdout
     where project = ? and status = 'ACTIVE' and namespace ->> 'name' = ?
     order by kind, name`,
    [project, namespace, project, namespace],
  );
  const ids = { experiment: experimentIds, holdout: holdoutIds };
  return rows.map(({ kind, name, unit, slice }) => ({ id: ids[kind].format({ project, name }), unit, slice }));
}
