import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Metric, MetricDefinition } from '../../domain/metric/metric.ts';

/** Each revision of each metric; none is ever changed. */
export const MetricRow = defineEntity({
  name: 'Metric',
  tableName: 'metric',
  primaryKeys: ['project', 'name', 'revision'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    revision: p.integer().primary(),
    description: p.text(),
    definition: p.json<MetricDefinition>(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
  },
});

export const metricSql: readonly string[] = [
  `create table metric (
     project text not null,
     name text not null,
     revision int not null,
     description text not null,
     definition jsonb not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     primary key (project, name, revision)
   )`,
];

const plain = (row: Metric): Metric => ({ ...row });

/** Holds the name of a metric until the transaction ends. Answers with its newest revision; null where there is none. */
export async function lockMetric(em: EntityManager, project: string, name: string): Promise<Metric | null> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`metric ${project} ${name}`]);
  const row = await em.findOne(MetricRow, { project, name }, { orderBy: { revision: 'desc' } });
  return row && plain(row);
}

export async function insertMetric(em: EntityManager, metric: Metric): Promise<void> {
  await em.insert(MetricRow, metric);
}

/** All revisions of one metric, the newest first. */
export async function revisionsOf(em: EntityManager, project: string, name: string): Promise<readonly Metric[]> {
  return (await em.find(MetricRow, { project, name }, { orderBy: { revision: 'desc' } })).map(plain);
}

/** The newest revisions of these names, in no order. */
export async function findMetrics(
  em: EntityManager,
  project: string,
  names: readonly string[],
): Promise<readonly Metric[]> {
  if (names.length === 0) return [];
  const rows = await em.find(MetricRow, { project, name: { $in: [...names] } }, { orderBy: { revision: 'asc' } });
  return [...new Map(rows.map((row) => [row.name, plain(row)])).values()];
}

/** The newest revision of each metric by name, one more than asked for. */
export async function listMetrics(
  em: EntityManager,
  project: string,
  { first, after }: PageRequest,
): Promise<readonly Metric[]> {
  const names: { readonly name: string }[] = await em.execute(
    'select distinct name from metric where project = ? and name > ? order by name limit ?',
    [project, after ? String(after[0]) : '', first + 1],
  );
  const found = await findMetrics(
    em,
    project,
    names.map(({ name }) => name),
  );
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** One revision of a metric; the newest where none is named. Throws NOT_FOUND that names `field`. */
export async function requireMetric(
  em: EntityManager,
  { project, name, revision }: { project: string; name: string; revision: number | null },
  field: string,
): Promise<Metric> {
  const row = await em.findOne(
    MetricRow,
    { project, name, ...(revision !== null && { revision }) },
    { orderBy: { revision: 'desc' } },
  );
  if (row) return plain(row);
  const what = revision === null ? `metric "${name}"` : `revision ${revision} of the metric "${name}"`;
  throw new DomainError('NOT_FOUND', `${field}: there is no ${what}`, { field });
}
