import type { PoolClient } from 'pg';
import type { PredictionRecord } from '../../../schema/telemetry.ts';
import type { Arrival } from '../domain/prediction.ts';

/** Name, type and value of each column that a record fills. */
const COLUMNS: readonly (readonly [name: string, type: string, value: (record: PredictionRecord) => unknown])[] = [
  ['id', 'uuid', (r) => r.id],
  ['occurred_at', 'timestamptz', (r) => new Date(r.occurredAt).toISOString()],
  ['node_time', 'timestamptz', (r) => (r.nodeTime === undefined ? null : new Date(r.nodeTime).toISOString())],
  ['epoch', 'text', (r) => r.epoch],
  ['seq', 'bigint', (r) => r.seq],
  ['deployment', 'text', (r) => r.deployment],
  ['release', 'text', (r) => r.release],
  ['models', 'jsonb', (r) => JSON.stringify(r.models)],
  ['unit', 'text', (r) => r.unit],
  ['arm', 'text', (r) => r.arm],
  ['holder', 'text', (r) => r.holder],
  ['holder_revision', 'bigint', (r) => r.holderRevision],
  ['bucket', 'float8', (r) => r.bucket],
  ['layer', 'text', (r) => r.layer],
  ['variant', 'text', (r) => r.variant],
  ['holdout', 'jsonb', (r) => r.holdout && JSON.stringify(r.holdout)],
  ['score', 'float8', (r) => r.score],
  ['decision', 'text', (r) => r.decision],
  ['fallback', 'text', (r) => r.fallback],
  ['forced', 'text', (r) => r.forced],
  ['inputs', 'jsonb', (r) => r.inputs && JSON.stringify(r.inputs)],
  ['features', 'jsonb', (r) => r.features && JSON.stringify(r.features)],
  ['timings', 'jsonb', (r) => JSON.stringify(r.timings)],
];

const names = COLUMNS.map(([name]) => name).join(', ');
const arrays = COLUMNS.map(([, type], i) => `$${i + 5}::${type}[]`).join(', ');

/**
 * One statement: an id that is new is noted in prediction_key and its row written; one that is known changes nothing.
 * The counts per node and per hour are raised by exactly the rows that were written.
 */
const INSERT = `
  with batch as (select * from unnest(${arrays}) as b(${names})),
  fresh as (
    insert into prediction_key (project, id, occurred_at)
    select $1, id, occurred_at from batch order by id
    on conflict do nothing returning id
  )
  insert into prediction (project, node, trust, received_at, ${names})
  select $1, $2, $3, $4, ${COLUMNS.map(([name]) => `b.${name}`).join(', ')} from batch b join fresh using (id)
  returning id, epoch, deployment, release, coalesce(arm, '') as arm, fallback is not null as fell_back,
    forced is not null as forced, occurred_at`;

export interface WrittenPrediction {
  readonly id: string;
  readonly epoch: string;
  readonly deployment: string;
  readonly release: string;
  readonly arm: string;
  readonly fell_back: boolean;
  readonly forced: boolean;
  readonly occurred_at: Date;
}

/** Writes the records that are new; answers with what was written. */
export async function insertPredictions(
  client: PoolClient,
  { project, node, trust, receivedAt }: Arrival,
  records: readonly PredictionRecord[],
): Promise<readonly WrittenPrediction[]> {
  const values = [project, node, trust, receivedAt, ...COLUMNS.map(([, , value]) => records.map(value))];
  const { rows } = await client.query<WrittenPrediction>({ name: 'insert-predictions', text: INSERT, values });
  return rows;
}

/** When the known predictions among these ids happened, held against shadows that arrive until the transaction ends. */
export async function holdPredictionTimes(
  client: PoolClient,
  project: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await client.query<{ id: string; occurred_at: Date }>({
    name: 'hold-prediction-times',
    text: `select id, occurred_at from prediction_key where project = $1 and id = any($2::uuid[])
      order by id for share`,
    values: [project, ids],
  });
  return new Map(rows.map(({ id, occurred_at }) => [id, occurred_at]));
}

/** When the known predictions among these ids happened. */
export async function findPredictionTimes(
  client: PoolClient,
  project: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await client.query<{ id: string; occurred_at: Date }>({
    name: 'find-prediction-times',
    text: 'select id, occurred_at from prediction_key where project = $1 and id = any($2::uuid[])',
    values: [project, ids],
  });
  return new Map(rows.map(({ id, occurred_at }) => [id, occurred_at]));
}

/** What nodes' own clocks said of the stored predictions among these ids, where those were wrong. */
export async function findNodeTimes(
  client: PoolClient,
  project: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await client.query<{ id: string; node_time: Date }>(
    `select p.id, p.node_time from prediction_key k
     join prediction p on p.project = k.project and p.id = k.id and p.occurred_at = k.occurred_at
     where k.project = $1 and k.id = any($2::uuid[]) and p.node_time is not null`,
    [project, ids],
  );
  return new Map(rows.map(({ id, node_time }) => [id, node_time]));
}
