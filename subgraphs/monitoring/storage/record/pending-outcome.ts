import type { Pool, PoolClient } from 'pg';
import type { OutcomeRecord } from '../../../../schema/telemetry.ts';
import type { OutcomeAccount } from '../../domain/record/pending-outcome.ts';
import type { Trust } from '../../domain/trust.ts';
import type { OutcomeArrival } from './outcome.ts';

/** How many outcomes of a project wait. */
export async function countPending(client: PoolClient, project: string, trust: Trust): Promise<number> {
  const { rows } = await client.query<{ pending: string }>(
    'select pending::text from outcome_account where project = $1 and trust = $2',
    [project, trust],
  );
  return Number(rows[0]?.pending ?? 0);
}

/** Keeps outcomes until their predictions come; those that wait already change nothing. */
export async function insertPending(
  client: PoolClient,
  { project, trust, receivedAt }: OutcomeArrival,
  records: readonly OutcomeRecord[],
): Promise<number> {
  const { rowCount } = await client.query({
    name: 'insert-pending-outcomes',
    text: `insert into pending_outcome (project, trust, received_at, id, prediction_id, value, occurred_at)
      select $1, $2, $3, * from unnest($4::uuid[], $5::uuid[], $6::float8[], $7::timestamptz[]) as b(id, prediction_id, value, at)
      order by prediction_id, id on conflict do nothing`,
    values: [
      project,
      trust,
      receivedAt,
      records.map(({ id }) => id),
      records.map(({ predictionId }) => predictionId),
      records.map(({ value }) => value),
      records.map(({ occurredAt }) => new Date(occurredAt).toISOString()),
    ],
  });
  return rowCount ?? 0;
}

/** Those of the predictions for which an outcome waits. */
export async function awaitedPredictions(
  pool: Pool,
  project: string,
  predictionIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'awaited-predictions',
    text: `select distinct prediction_id as id from pending_outcome
      where project = $1 and prediction_id = any($2::uuid[])`,
    values: [project, predictionIds],
  });
  return rows.map(({ id }) => id);
}

export interface PendingOutcome extends Omit<OutcomeRecord, 'trust'> {
  readonly trust: Trust;
  readonly receivedAt: Date;
  /** Whether an exposure was told by it already, so that it is counted as joined. */
  readonly exposed: boolean;
}

/** Removes what waits for the predictions. What another process removes in this moment is left to it. */
export async function takePending(
  client: PoolClient,
  project: string,
  predictionIds: readonly string[],
): Promise<readonly PendingOutcome[]> {
  const { rows } = await client.query<Omit<PendingOutcome, 'occurredAt'> & { occurredAt: Date }>(
    `with own as (
       select project, prediction_id, id from pending_outcome
       where project = $1 and prediction_id = any($2::uuid[]) order by prediction_id, id for update skip locked
     )
     delete from pending_outcome o using own
     where o.project = own.project and o.prediction_id = own.prediction_id and o.id = own.id
     returning o.id, o.prediction_id as "predictionId", o.value, o.trust, o.occurred_at as "occurredAt",
       o.received_at as "receivedAt", o.exposed`,
    [project, predictionIds],
  );
  return rows.map((row) => ({ ...row, occurredAt: row.occurredAt.toISOString() }));
}

/**
 * Tells the experiments what happened to units of which an exposure is all that is known: nobody asked an edge for them, or their
 * prediction was sampled out. What happened before a unit met its arm is none of it. Answers how many outcomes were new, by trust.
 */
export async function tellExposed(
  client: PoolClient,
  project: string,
  predictionIds: readonly string[],
): Promise<readonly { readonly trust: Trust; readonly count: number }[]> {
  const { rows } = await client.query<{ trust: Trust; count: number }>({
    name: 'tell-exposed-outcomes',
    text: `
      with own as (
        select * from pending_outcome where project = $1 and prediction_id = any($2::uuid[])
        order by prediction_id, id for update
      ),
      met as (
        select o.project, o.prediction_id, o.id, o.value, o.occurred_at, o.received_at, e.holder, e.holder_revision, e.unit,
          e.arm, case when e.trust = 'server' and o.trust = 'server' then 'server' else 'device' end as trust
        from own o join exposure e on e.project = o.project and e.prediction_id = o.prediction_id
          and e.occurred_at <= o.occurred_at
      ),
      told as (
        insert into fact
          (project, kind, holder, holder_revision, unit, arm, trust, prediction_id, value, occurred_at, received_at)
        select project, 'outcome', holder, holder_revision, unit, arm, trust, prediction_id, value, occurred_at, received_at
        from met
      ),
      marked as (
        update pending_outcome o set exposed = true
        from (select distinct project, prediction_id, id from met) m
        where o.project = m.project and o.prediction_id = m.prediction_id and o.id = m.id and not o.exposed
        returning o.trust
      )
      select trust, count(*)::int as count from marked group by trust order by trust`,
    values: [project, predictionIds],
  });
  return rows;
}

/** Predictions that are stored, or exposures, though outcomes still wait for them: their process ended in between. */
export async function joinablePredictions(
  pool: Pool,
  limit: number,
): Promise<readonly { readonly project: string; readonly id: string }[]> {
  const { rows } = await pool.query<{ project: string; id: string }>(
    `select distinct o.project, o.prediction_id as id
     from pending_outcome o join prediction_key k on k.project = o.project and k.id = o.prediction_id
     union
     select o.project, o.prediction_id from pending_outcome o
     join exposure e on e.project = o.project and e.prediction_id = o.prediction_id and e.occurred_at <= o.occurred_at
     where not o.exposed
     limit $1`,
    [limit],
  );
  return rows;
}

/** Gives up what has waited since before an instant, at most `limit` at once; how many. Those that exposures were told by are let go. */
export async function expirePending(
  client: PoolClient,
  before: Date,
  limit: number,
): Promise<{ readonly gone: number; readonly lost: number }> {
  const { rows } = await client.query<{ project: string; trust: Trust; count: number; lost: number }>(
    `with old as (
       select project, prediction_id, id from pending_outcome where received_at < $1
       order by received_at limit $2 for update skip locked
     ),
     gone as (
       delete from pending_outcome o using old
       where o.project = old.project and o.prediction_id = old.prediction_id and o.id = old.id
       returning o.project, o.trust, o.exposed
     )
     select project, trust, count(*)::int as count, (count(*) filter (where not exposed))::int as lost
     from gone group by project, trust order by project, trust`,
    [before, limit],
  );
  const total = { gone: 0, lost: 0 };
  for (const { project, trust, count, lost } of rows) {
    await raiseOutcomeAccount(client, project, trust, { pending: -lost, givenUp: lost });
    total.gone += count;
    total.lost += lost;
  }
  return total;
}

type Raise = Partial<Record<'pending' | 'joined' | 'givenUp' | 'refused', number>>;

/** Last in its transaction: batches of one project wait for each other only while they commit. */
export async function raiseOutcomeAccount(
  client: Pool | PoolClient,
  project: string,
  trust: Trust,
  { pending = 0, joined = 0, givenUp = 0, refused = 0 }: Raise,
): Promise<void> {
  await client.query(
    `insert into outcome_account as held (project, trust, pending, joined, given_up, refused)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (project, trust) do update set pending = held.pending + excluded.pending,
       joined = held.joined + excluded.joined, given_up = held.given_up + excluded.given_up,
       refused = held.refused + excluded.refused`,
    [project, trust, pending, joined, givenUp, refused],
  );
}

export async function findOutcomeAccount(pool: Pool, project: string, trust: Trust): Promise<OutcomeAccount> {
  const { rows } = await pool.query<
    Record<'pending' | 'joined' | 'givenUp' | 'refused', string> & Pick<OutcomeAccount, 'oldestPendingAt'>
  >(
    `select pending::text, joined::text, given_up::text as "givenUp", refused::text,
       (select min(received_at) from pending_outcome where project = $1 and trust = $2 and not exposed) as "oldestPendingAt"
     from outcome_account where project = $1 and trust = $2`,
    [project, trust],
  );
  const [row] = rows;
  return {
    pending: Number(row?.pending ?? 0),
    oldestPendingAt: row?.oldestPendingAt ?? null,
    joined: Number(row?.joined ?? 0),
    givenUp: Number(row?.givenUp ?? 0),
    refused: Number(row?.refused ?? 0),
  };
}

/** How many outcomes of all projects wait. */
export async function sumPending(pool: Pool): Promise<readonly { readonly trust: Trust; readonly pending: number }[]> {
  const { rows } = await pool.query<{ trust: Trust; pending: string }>(
    'select trust, sum(pending)::text as pending from outcome_account group by trust',
  );
  return rows.map(({ trust, pending }) => ({ trust, pending: Number(pending) }));
}
