import type { PoolClient } from 'pg';
import type { PredictionRecord } from '../../../../schema/telemetry.ts';
import { numberArray, textArray, type NumberType, type TextType } from '../../../shared/database/binary-array.ts';
import type { Arrival } from '../../domain/record/prediction.ts';

const text = (type: TextType, value: (record: PredictionRecord) => string | null | undefined) =>
  [type, (records: readonly PredictionRecord[]) => textArray(type, records.map(value))] as const;
const number = (type: NumberType, value: (record: PredictionRecord) => number | null | undefined) =>
  [type, (records: readonly PredictionRecord[]) => numberArray(type, records.map(value))] as const;
const json = (value: (record: PredictionRecord) => object | null | undefined) =>
  text('jsonb', (record) => {
    const held = value(record);
    return held && JSON.stringify(held);
  });

/** What each column is filled with: its type, and its values of a batch. */
const COLUMNS = {
  id: text('uuid', (r) => r.id),
  occurred_at: number('timestamptz', (r) => Date.parse(r.occurredAt)),
  node_time: number('timestamptz', (r) => (r.nodeTime === undefined ? null : Date.parse(r.nodeTime))),
  epoch: text('text', (r) => r.epoch),
  seq: number('bigint', (r) => r.seq),
  deployment: text('text', (r) => r.deployment),
  release: text('text', (r) => r.release),
  models: json((r) => r.models),
  unit: text('text', (r) => r.unit),
  arm: text('text', (r) => r.arm),
  holder: text('text', (r) => r.holder),
  holder_revision: number('bigint', (r) => r.holderRevision),
  bucket: number('float8', (r) => r.bucket),
  layer: text('text', (r) => r.layer),
  variant: text('text', (r) => r.variant),
  holdout: json((r) => r.holdout),
  segments: json((r) => r.segments),
  score: number('float8', (r) => r.score),
  decision: text('text', (r) => r.decision),
  rules: json((r) => r.rules),
  fallback: text('text', (r) => r.fallback),
  fallback_action: text('text', (r) => r.fallbackAction),
  forced: text('text', (r) => r.forced),
  trust: text('text', (r) => r.trust),
  inputs: json((r) => r.inputs),
  features: json((r) => r.features),
  reasons: json((r) => r.reasons),
  timings: json((r) => r.timings),
};

const columns = Object.entries(COLUMNS).map(([name, [type, valuesOf]]) => ({ name, type, valuesOf }));
const names = columns.map(({ name }) => name).join(', ');
const arrays = columns.map(({ type }, i) => `$${i + 5}::${type}[]`).join(', ');

/**
 * One statement: an id that is new is noted in prediction_key and its row written; one that is known changes nothing.
 * The counts per node and per hour are raised by exactly the rows that were written. What was answered in an arm is told
 * to whoever holds the split.
 */
const INSERT = `
  with batch as (select * from unnest(${arrays}) as b(${names})),
  fresh as (
    insert into prediction_key (project, id, occurred_at)
    select $1, id, occurred_at from batch order by id
    on conflict do nothing returning id
  ),
  announced as (
    insert into fact
      (project, kind, holder, holder_revision, unit, arm, trust, prediction_id, score, occurred_at, received_at, answer)
    select $1, 'answer', b.holder, b.holder_revision, b.unit, b.arm, $3, b.id, b.score, b.occurred_at, $4,
      jsonb_build_object('latencyMs', (b.timings->>'total')::float8, 'fallback', b.fallback,
        'segments', coalesce(b.segments, '{}'))
    from batch b join fresh using (id)
    where b.holder is not null and b.holder_revision is not null and b.unit is not null and b.arm is not null
  )
  insert into prediction (project, node, received_at, ${names})
  select $1, $2, $4, ${columns.map(({ name }) => (name === 'trust' ? 'coalesce(b.trust, $3)' : `b.${name}`)).join(', ')}
  from batch b join fresh using (id)
  returning id`;

/** Records as the insert takes them. */
export interface PredictionRows {
  readonly records: readonly PredictionRecord[];
  readonly values: readonly Buffer[];
}

/** Makes rows of records, column by column; before each of them `pass` may let others have their turn. */
export async function predictionRows(
  records: readonly PredictionRecord[],
  pass: () => Promise<void>,
): Promise<PredictionRows> {
  const values: Buffer[] = [];
  for (const { valuesOf } of columns) {
    await pass();
    values.push(valuesOf(records));
  }
  return { records, values };
}

/** Writes the records that are new; answers with these. */
export async function insertPredictions(
  client: PoolClient,
  { project, node, trust, receivedAt }: Arrival,
  { records, values }: PredictionRows,
): Promise<readonly PredictionRecord[]> {
  const { rows } = await client.query<{ id: string }>({
    name: 'insert-predictions',
    text: INSERT,
    values: [project, node, trust, receivedAt, ...values],
  });
  if (rows.length === records.length) return records;
  const written = new Set(rows.map(({ id }) => id));
  return records.filter(({ id }) => written.has(id));
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
