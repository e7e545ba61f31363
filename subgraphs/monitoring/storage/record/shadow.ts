import type { Pool, PoolClient } from 'pg';
import type { ShadowRecord } from '../../../../schema/telemetry.ts';
import type { Arrival } from '../../domain/record/prediction.ts';
import type { StoredShadow } from '../../domain/record/shadow.ts';
import type { Trust } from '../../domain/trust.ts';

/** Name, type and value of each column that a record fills. */
const COLUMNS: readonly (readonly [name: string, type: string, value: (record: ShadowRecord) => unknown])[] = [
  ['id', 'uuid', (r) => r.id],
  ['prediction_id', 'uuid', (r) => r.predictionId],
  ['occurred_at', 'timestamptz', (r) => new Date(r.occurredAt).toISOString()],
  ['deployment', 'text', (r) => r.deployment],
  ['holder', 'text', (r) => r.holder],
  ['holder_revision', 'bigint', (r) => r.holderRevision],
  ['release', 'text', (r) => r.release],
  ['models', 'jsonb', (r) => JSON.stringify(r.models)],
  ['score', 'float8', (r) => r.score],
  ['decision', 'text', (r) => r.decision],
  ['failure', 'text', (r) => r.failure],
  ['timings', 'jsonb', (r) => JSON.stringify(r.timings)],
];

const names = COLUMNS.map(([name]) => name).join(', ');
const arrays = COLUMNS.map(([, type], i) => `$${i + 5}::${type}[]`).join(', ');

const modelMs = (timings: string): string =>
  `coalesce((${timings}->>'derive')::float8, 0) + (${timings}->>'model')::float8`;

/** A pair as its fact tells of it, of a shadow `s` and its prediction `p`. */
export const PAIR = `jsonb_build_object('predictedAt', to_char(s.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'release', s.release, 'failure', s.failure, 'segments', coalesce(p.segments, '{}'),
  'primary', jsonb_build_object('release', p.release, 'score', p.score, 'decision', p.decision,
    'latencyMs', ${modelMs('p.timings')}),
  'shadow', jsonb_build_object('score', s.score, 'decision', s.decision, 'latencyMs', ${modelMs('s.timings')}))`;

/**
 * Writes the records that are new and tells of each pair: once when it arrives, and once more for each outcome that is
 * in force already. Their predictions must be held (see `lockPredictions`), or an outcome that arrives in this moment is
 * seen neither from here nor from there.
 */
const INSERT = `
  with batch as (select * from unnest(${arrays}) as b(${names})),
  fresh as (
    insert into shadow (project, node, trust, received_at, ${names})
    select $1, $2, $3, $4, ${names} from batch order by prediction_id
    on conflict do nothing returning *
  ),
  announced as (
    select s.*, null::text as label_trust, null::float8 as value, s.occurred_at as at, s.received_at as heard_at
    from fresh s
    union all
    select s.*, o.trust, o.value, o.occurred_at, o.received_at
    from fresh s join outcome o
      on o.project = s.project and o.prediction_id = s.prediction_id and o.prediction_at = s.occurred_at
  ),
  facts as (
    insert into fact
      (project, kind, holder, holder_revision, trust, prediction_id, score, value, occurred_at, received_at, shadow)
    select s.project, 'shadow', s.holder, s.holder_revision,
      case when s.trust = 'server' and coalesce(s.label_trust, 'server') = 'server' then 'server' else 'device' end,
      s.prediction_id, p.score, s.value, s.at, s.heard_at, ${PAIR}
    from announced s
    join prediction p on p.project = s.project and p.id = s.prediction_id and p.occurred_at = s.occurred_at
    order by s.prediction_id, s.value nulls first
  )
  select id from fresh`;

/** Writes the records that are new; answers with their ids. */
export async function insertShadows(
  client: PoolClient,
  { project, node, trust, receivedAt }: Arrival,
  records: readonly ShadowRecord[],
): Promise<ReadonlySet<string>> {
  const values = [project, node, trust, receivedAt, ...COLUMNS.map(([, , value]) => records.map(value))];
  const { rows } = await client.query<{ id: string }>({ name: 'insert-shadows', text: INSERT, values });
  return new Set(rows.map(({ id }) => id));
}

/** What a pair is checked against. */
export interface ShadowedPrediction {
  readonly id: string;
  readonly occurredAt: Date;
  readonly nodeTime: Date | null;
  readonly trust: Trust;
  readonly release: string;
}

/** The known predictions among these ids, held against outcomes that arrive until the transaction ends. */
export async function lockPredictions(
  client: PoolClient,
  project: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ShadowedPrediction>> {
  const { rows } = await client.query<ShadowedPrediction>({
    name: 'lock-shadowed-predictions',
    text: `select k.id, k.occurred_at as "occurredAt", p.node_time as "nodeTime", p.trust, p.release
      from prediction_key k
      join prediction p on p.project = k.project and p.id = k.id and p.occurred_at = k.occurred_at
      where k.project = $1 and k.id = any($2::uuid[]) order by k.id for no key update of k`,
    values: [project, ids],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

type Row = Omit<StoredShadow, 'holderRevision'> & { readonly holderRevision: string };

/** The shadow beside each prediction, by the prediction's id. */
export async function findShadows(
  pool: Pool | PoolClient,
  project: string,
  predictions: readonly { readonly id: string; readonly occurredAt: Date }[],
): Promise<ReadonlyMap<string, StoredShadow>> {
  const { rows } = await pool.query<Row>(
    `select s.id, s.prediction_id as "predictionId", s.holder, s.holder_revision as "holderRevision", s.release,
       s.models, s.score, s.decision, s.failure, s.timings, s.received_at as "receivedAt"
     from unnest($2::uuid[], $3::timestamptz[]) as p(id, occurred_at)
     join shadow s on s.project = $1 and s.prediction_id = p.id and s.occurred_at = p.occurred_at`,
    [project, predictions.map(({ id }) => id), predictions.map(({ occurredAt }) => occurredAt.toISOString())],
  );
  return new Map(rows.map((row) => [row.predictionId, { ...row, holderRevision: Number(row.holderRevision) }]));
}
