import type { Pool, PoolClient } from 'pg';
import type { OutcomeRecord } from '../../../../schema/telemetry.ts';
import type { Outcome } from '../../domain/record/prediction.ts';
import type { Trust } from '../../domain/trust.ts';
import { noteOutcomes } from '../quality/measured-window.ts';
import { PAIR } from './shadow.ts';

export interface OutcomeArrival {
  readonly project: string;
  readonly trust: Trust;
  readonly receivedAt: Date;
}

/**
 * Takes outcomes whose predictions are known. Ids that were taken before change nothing. Of several for one prediction
 * the later in life is in force, then the later to arrive, then the greater id: the same whatever the order of batches
 * that differ in time. What comes into force is told to the experiments, with the arm that the prediction was made in, and
 * to the shadow beside it, if there is one.
 */
const INSERT = `
  with batch as (
    select * from unnest($2::text[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::float8[],
      $8::timestamptz[]) as b(trust, received_at, id, prediction_id, prediction_at, value, occurred_at)
  ),
  fresh as (
    insert into outcome_record (project, trust, received_at, id, prediction_id, prediction_at, value, occurred_at)
    select $1, trust, received_at, id, prediction_id, prediction_at, value, occurred_at from batch
    order by prediction_id, id
    on conflict do nothing returning *
  ),
  newest as (
    select distinct on (prediction_id, trust) * from fresh
    order by prediction_id, trust, occurred_at desc, received_at desc, id desc
  ),
  in_force as (
    insert into outcome as held
      (project, trust, received_at, id, prediction_id, prediction_at, value, occurred_at)
    select project, trust, received_at, id, prediction_id, prediction_at, value, occurred_at from newest
    order by prediction_id, trust
    on conflict (project, prediction_id, trust, prediction_at) do update
    set id = excluded.id, value = excluded.value, occurred_at = excluded.occurred_at, received_at = excluded.received_at
    where (excluded.occurred_at, excluded.received_at, excluded.id) > (held.occurred_at, held.received_at, held.id)
    returning *
  ),
  announced as (
    select o.project, o.prediction_id, o.prediction_at, o.value, o.occurred_at, o.received_at,
      case when p.trust = 'server' and o.trust = 'server' then 'server' else 'device' end as trust
    from in_force o
    join prediction p on p.project = o.project and p.id = o.prediction_id and p.occurred_at = o.prediction_at
  ),
  pairs as (
    insert into fact
      (project, kind, holder, holder_revision, trust, prediction_id, score, value, occurred_at, received_at, shadow)
    select o.project, 'shadow', s.holder, s.holder_revision, o.trust, o.prediction_id, p.score, o.value, o.occurred_at,
      o.received_at, ${PAIR}
    from announced o
    join prediction p on p.project = o.project and p.id = o.prediction_id and p.occurred_at = o.prediction_at
    join shadow s on s.project = o.project and s.prediction_id = o.prediction_id and s.occurred_at = o.prediction_at
  )
  insert into fact
    (project, kind, holder, holder_revision, unit, arm, trust, prediction_id, score, value, occurred_at, received_at)
  select p.project, 'outcome', p.holder, p.holder_revision, p.unit, p.arm, o.trust, p.id, p.score, o.value, o.occurred_at,
    o.received_at
  from announced o
  join prediction p on p.project = o.project and p.id = o.prediction_id and p.occurred_at = o.prediction_at
  where p.holder is not null and p.holder_revision is not null and p.unit is not null and p.arm is not null`;

export async function insertOutcomes(
  client: PoolClient,
  project: string,
  records: readonly (Omit<OutcomeRecord, 'trust'> &
    Omit<OutcomeArrival, 'project'> & { readonly predictionAt: Date })[],
): Promise<void> {
  await client.query({
    name: 'insert-outcomes',
    text: INSERT,
    values: [
      project,
      records.map(({ trust }) => trust),
      records.map(({ receivedAt }) => receivedAt.toISOString()),
      records.map(({ id }) => id),
      records.map(({ predictionId }) => predictionId),
      records.map(({ predictionAt }) => predictionAt.toISOString()),
      records.map(({ value }) => value),
      records.map(({ occurredAt }) => new Date(occurredAt).toISOString()),
    ],
  });
  const measured = records.filter(({ trust }) => trust === 'server');
  const [first] = measured;
  if (first) await noteOutcomes(client, project, first.receivedAt, await answersOf(client, project, measured));
}

/** Where the predictions of outcomes are measured. */
async function answersOf(
  client: PoolClient,
  project: string,
  outcomes: readonly { readonly predictionId: string; readonly predictionAt: Date }[],
): Promise<readonly { readonly deployment: string; readonly at: Date }[]> {
  const { rows } = await client.query<{ deployment: string; at: Date }>({
    name: 'answers-of-outcomes',
    text: `select distinct p.deployment, date_trunc('hour', p.occurred_at, 'UTC') as at
     from unnest($2::uuid[], $3::timestamptz[]) as o(id, at)
     join prediction p on p.project = $1 and p.id = o.id and p.occurred_at = o.at
     where p.trust = 'server' and p.forced is null`,
    values: [
      project,
      outcomes.map(({ predictionId }) => predictionId),
      outcomes.map(({ predictionAt }) => predictionAt.toISOString()),
    ],
  });
  return rows;
}

interface Row {
  readonly id: string;
  readonly prediction_id: string;
  readonly value: number;
  readonly occurred_at: Date;
  readonly received_at: Date;
  readonly trust: Trust;
}

/** The outcome in force of each prediction: a server's word before a device's. */
export async function findOutcomes(
  pool: Pool,
  project: string,
  predictions: readonly { readonly id: string; readonly occurredAt: Date; readonly trust: Trust }[],
): Promise<ReadonlyMap<string, Outcome>> {
  const { rows } = await pool.query<Row>(
    `select distinct on (o.prediction_id) o.id, o.prediction_id, o.value, o.occurred_at, o.received_at, o.trust
     from unnest($2::uuid[], $3::timestamptz[], $4::text[]) as p(id, occurred_at, trust)
     join outcome o on o.project = $1 and o.prediction_id = p.id and o.prediction_at = p.occurred_at
       and (o.trust = 'server' or p.trust = 'device')
     order by o.prediction_id, o.trust desc`,
    [
      project,
      predictions.map(({ id }) => id),
      predictions.map(({ occurredAt }) => occurredAt.toISOString()),
      predictions.map(({ trust }) => trust),
    ],
  );
  return new Map(
    rows.map(({ id, prediction_id: predictionId, value, occurred_at, received_at, trust }) => [
      predictionId,
      { id, predictionId, value, occurredAt: occurred_at, receivedAt: received_at, trust },
    ]),
  );
}
