import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../../shared/paging.ts';
import { releasesAnswering } from '../../../../core/traffic/layers.ts';
import type { TrafficRecord } from '../../domain/serving/deployment.ts';
import type { DeploymentKey } from '../../domain/ids.ts';
import { plainRow } from '../../../shared/database/plain-row.ts';
import { arrayLiteral } from '../version/model.ts';
import { readRows } from '../../../shared/database/read-rows.ts';

export const TrafficRecordRow = defineEntity({
  name: 'TrafficRecord',
  tableName: 'traffic_record',
  primaryKeys: ['project', 'endpoint', 'environment', 'revision'],
  properties: {
    project: p.text().primary(),
    endpoint: p.text().primary(),
    environment: p.text().primary(),
    revision: p.integer().primary(),
    kind: p.text().$type<TrafficRecord['kind']>(),
    cause: p.text(),
    request: p.text(),
    layers: p.json<TrafficRecord['layers']>(),
    /** Digests of every release that can answer: finds what ever had traffic. */
    releases: p.array(),
    reason: p.text().nullable(),
    actor: p.text(),
    onBehalfOf: p.text().nullable(),
    at: p.datetime(3),
  },
  uniques: [{ name: 'traffic_record_cause', properties: ['project', 'endpoint', 'environment', 'cause'] }],
  indexes: [
    { name: 'traffic_record_at', properties: ['project', 'endpoint', 'environment', 'at'] },
    {
      name: 'traffic_record_releases',
      expression: `create index traffic_record_releases on traffic_record using gin (releases)`,
    },
  ],
});

export const trafficRecordSql: readonly string[] = [
  `create table traffic_record (
     project text not null,
     endpoint text not null,
     environment text not null,
     revision int not null,
     kind text not null,
     cause text not null,
     request text not null,
     layers jsonb not null,
     releases text[] not null,
     reason text,
     actor text not null,
     on_behalf_of text,
     at timestamptz(3) not null,
     primary key (project, endpoint, environment, revision),
     constraint traffic_record_cause unique (project, endpoint, environment, cause)
   )`,
  'create index traffic_record_at on traffic_record (project, endpoint, environment, at)',
  'create index traffic_record_releases on traffic_record using gin (releases)',
];

const plain = (row: Parameters<typeof plainRow<TrafficRecord & { releases: string[] }>>[0]): TrafficRecord => {
  const { releases: _, ...record } = plainRow<TrafficRecord & { releases: string[] }>(row);
  return record;
};

export async function insertTrafficRecord(em: EntityManager, record: TrafficRecord): Promise<void> {
  await em.insert(TrafficRecordRow, { ...record, releases: [...releasesAnswering(record.layers)] });
}

/** The change that was made for a cause, if one was. */
export async function findByCause(
  em: EntityManager,
  { project, endpoint, environment }: DeploymentKey,
  cause: string,
): Promise<TrafficRecord | undefined> {
  const row = await em.findOne(TrafficRecordRow, { project, endpoint, environment, cause });
  return row ? plain(row) : undefined;
}

/** What the registry had ordered at a moment. */
export async function recordAt(
  em: EntityManager,
  { project, endpoint, environment }: DeploymentKey,
  at: Date,
): Promise<TrafficRecord | undefined> {
  const row = await em.findOne(
    TrafficRecordRow,
    { project, endpoint, environment, at: { $lte: at } },
    { orderBy: { revision: 'desc' } },
  );
  return row ? plain(row) : undefined;
}

/** Newest first, below the revision of `after`; one more than asked for. */
export async function listRecords(
  em: EntityManager,
  { project, endpoint, environment }: DeploymentKey,
  { first, after }: PageRequest,
): Promise<readonly TrafficRecord[]> {
  const [below] = after ?? [];
  const rows = await em.find(
    TrafficRecordRow,
    { project, endpoint, environment, ...(below !== undefined && { revision: { $lt: Number(below) } }) },
    { orderBy: { revision: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}

/** Changes of a deployment's traffic after which one of the releases answers, or no longer does. */
export async function recordsOfReleases(
  em: EntityManager,
  { project, endpoint, environment }: DeploymentKey,
  digests: readonly string[],
): Promise<readonly TrafficRecord[]> {
  const wanted = `{${digests.join(',')}}`;
  const rows = await readRows(em, TrafficRecordRow, AROUND, [project, endpoint, environment, wanted, wanted]);
  return rows.map((row) => plain(row));
}

const AROUND = `(project, endpoint, environment, revision) in (
  select project, endpoint, environment, revision from (
    select *, lag(releases) over (order by revision) as before from traffic_record
    where project = ? and endpoint = ? and environment = ?) as change
  where releases && ?::text[] or before && ?::text[])`;

/** Whether one of the releases was ever in a shadow or a split of a deployment. */
export async function everTried(
  em: EntityManager,
  { project, endpoint, environment }: DeploymentKey,
  digests: readonly string[],
): Promise<boolean> {
  const layers = digests.flatMap((release) => [
    [{ kind: 'SHADOW', release }],
    [{ kind: 'ALLOCATION', arms: [{ release }] }],
  ]);
  if (layers.length === 0) return false;
  const [row] = await em.execute<{ tried: boolean }[]>(
    `select exists (select from traffic_record where project = ? and endpoint = ? and environment = ?
       and layers @> any (?::jsonb[])) as tried`,
    [project, endpoint, environment, arrayLiteral(layers.map((layer) => JSON.stringify(layer)))],
  );
  return row?.tried === true;
}

/** Which of the releases ever had traffic. */
export async function everServed(
  em: EntityManager,
  project: string,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  if (digests.length === 0) return new Set();
  const rows = await em.execute<{ digest: string }[]>(
    `select wanted.digest from unnest(?::text[]) as wanted (digest)
     where exists (select from traffic_record where project = ? and releases @> array[wanted.digest])`,
    [`{${digests.join(',')}}`, project],
  );
  return new Set(rows.map(({ digest }) => digest));
}
