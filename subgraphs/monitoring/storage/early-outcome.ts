import type { Pool, PoolClient } from 'pg';
import type { OutcomeRecord } from '../../../schema/telemetry.ts';
import type { EarlyOutcomes } from '../domain/early-outcome.ts';
import type { Trust } from '../domain/trust.ts';
import type { OutcomeArrival } from './outcome.ts';

/** Keeps outcomes whose predictions are not known yet. One that waits already changes nothing. */
export async function keepEarly(
  client: PoolClient,
  { project, trust, receivedAt }: OutcomeArrival,
  records: readonly OutcomeRecord[],
): Promise<void> {
  await client.query({
    name: 'keep-early-outcomes',
    text: `insert into early_outcome (project, trust, received_at, prediction_id, id, value, occurred_at)
      select $1, $2, $3, * from unnest($4::uuid[], $5::uuid[], $6::float8[], $7::timestamptz[])
      on conflict do nothing`,
    values: [
      project,
      trust,
      receivedAt,
      records.map(({ predictionId }) => predictionId),
      records.map(({ id }) => id),
      records.map(({ value }) => value),
      records.map(({ occurredAt }) => new Date(occurredAt).toISOString()),
    ],
  });
}

/** Gives up what waits beyond `most`, the oldest first, and counts it. Who sends floods loses only what is of its own trust. */
export async function giveUpBeyond(
  client: PoolClient,
  { project, trust }: Pick<OutcomeArrival, 'project' | 'trust'>,
  most: number,
): Promise<void> {
  await client.query(
    `with gone as (
       delete from early_outcome where (project, prediction_id, id) in (
         select project, prediction_id, id from early_outcome where project = $1 and trust = $2
         order by received_at desc, id desc offset $3
       ) returning 1
     )
     insert into early_outcome_account as a (project, trust, given_up)
     select $1, $2, count(*) from gone having count(*) > 0
     on conflict (project, trust) do update set given_up = a.given_up + excluded.given_up`,
    [project, trust, most],
  );
}

/** Gives up what arrived before an instant, and counts it. */
export async function giveUpBefore(pool: Pool, before: Date): Promise<void> {
  await pool.query(
    `with gone as (delete from early_outcome where received_at < $1 returning project, trust)
     insert into early_outcome_account as a (project, trust, given_up)
     select project, trust, count(*) from gone group by project, trust
     on conflict (project, trust) do update set given_up = a.given_up + excluded.given_up`,
    [before],
  );
}

/** Predictions that are known by now and that an outcome still waits for; among these ids, or all. */
export async function findAwaited(
  pool: Pool,
  ids: { readonly project: string; readonly predictions: readonly string[] } | null,
): Promise<readonly { readonly project: string; readonly predictionId: string }[]> {
  const { rows } = await pool.query<{ project: string; predictionId: string }>({
    name: 'find-awaited-predictions',
    text: `select distinct e.project, e.prediction_id as "predictionId" from early_outcome e
      join prediction_key k on k.project = e.project and k.id = e.prediction_id
      where $1::text is null or (e.project = $1 and e.prediction_id = any($2::uuid[])) limit 10000`,
    values: [ids?.project ?? null, ids?.predictions ?? []],
  });
  return rows;
}

export interface EarlyOutcome extends OutcomeRecord {
  readonly trust: Trust;
  readonly receivedAt: Date;
}

/** Takes what waits for these predictions out of the waiting place. */
export async function takeEarly(
  client: PoolClient,
  project: string,
  predictions: readonly string[],
): Promise<readonly EarlyOutcome[]> {
  const { rows } = await client.query<Omit<EarlyOutcome, 'occurredAt'> & { occurredAt: Date }>(
    `delete from early_outcome where project = $1 and prediction_id = any($2::uuid[])
     returning prediction_id as "predictionId", id, value, occurred_at as "occurredAt", trust, received_at as "receivedAt"`,
    [project, predictions],
  );
  return rows.map((row) => ({ ...row, occurredAt: row.occurredAt.toISOString() }));
}

/** What waits in a project, and what was given up. */
export async function countEarly(pool: Pool, project: string): Promise<EarlyOutcomes> {
  const { rows } = await pool.query<{ waiting: string; oldestAt: Date | null; givenUp: string }>(
    `select count(*)::text as waiting, min(received_at) as "oldestAt", (
       select coalesce(sum(given_up), 0)::text from early_outcome_account where project = $1
     ) as "givenUp" from early_outcome where project = $1`,
    [project],
  );
  const [row] = rows;
  return { waiting: Number(row?.waiting ?? 0), oldestAt: row?.oldestAt ?? null, givenUp: Number(row?.givenUp ?? 0) };
}
