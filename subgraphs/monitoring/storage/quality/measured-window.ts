import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool, PoolClient } from 'pg';
import type { TimeWindow } from '../../domain/time-window.ts';
import {
  DAY_SECONDS,
  GRID_SECONDS,
  HOUR_SECONDS,
  REFERENCE_DAYS,
  SHORT_SECONDS,
  startOf,
  windowFrom,
} from '../../domain/indicators/grid.ts';
import type { MetricSample } from '../../domain/metric.ts';
import { writeSamples } from '../metric-sample.ts';
import { inTransaction } from '../../../shared/database/in-transaction.ts';

/** A window that got records since it was measured. */
export interface DueWindow extends TimeWindow {
  readonly project: string;
  readonly deployment: string;
  readonly seconds: number;
  /** Who noted it last: what is noted after the records were read is measured again. */
  readonly noted: string;
  /** The series that it was written to before. */
  readonly series: readonly string[];
}

interface Noted {
  readonly deployment: string;
  readonly at: Date;
}

/**
 * Says that windows have new records. Those of the days after them are held against what has changed: they are noted too. In the
 * order of the keys, so that two writers never wait for each other in a circle.
 */
export const noteAnswers = (client: PoolClient, project: string, now: Date, answers: readonly Noted[]): Promise<void> =>
  note(client, { project, now, lengths: GRID_SECONDS, later: [HOUR_SECONDS, DAY_SECONDS] }, answers);

/** Says that answers have new outcomes: the days after them are held against how wrong these were. */
export const noteOutcomes = (
  client: PoolClient,
  project: string,
  now: Date,
  answers: readonly Noted[],
): Promise<void> => note(client, { project, now, lengths: [HOUR_SECONDS, DAY_SECONDS], later: [DAY_SECONDS] }, answers);

/** Says that what windows of a deployment cost from an instant on has changed. */
export async function notePrices(
  em: EntityManager,
  {
    project,
    deployment,
    validFrom,
  }: { readonly project: string; readonly deployment: string; readonly validFrom: Date },
  now: Date,
): Promise<void> {
  await em.execute(
    `with held as (
       select deployment, seconds, start from measured_window where project = ? and deployment = ?
         and seconds > ${SHORT_SECONDS} and start > ?::timestamptz - seconds * interval '1 second'
       order by deployment, seconds, start for update)
     update measured_window w set noted = pg_current_xact_id(), noted_at = ? from held
     where w.project = ? and (w.deployment, w.seconds, w.start) = (held.deployment, held.seconds, held.start)`,
    [project, deployment, validFrom, now, project],
  );
}

async function note(
  client: PoolClient,
  {
    project,
    now,
    lengths,
    later,
  }: {
    readonly project: string;
    readonly now: Date;
    readonly lengths: readonly number[];
    /** Of what length the windows are that are held against these. */
    readonly later: readonly number[];
  },
  answers: readonly Noted[],
): Promise<void> {
  const windows = new Map<string, { deployment: string; seconds: number; start: string }>();
  for (const { deployment, at } of answers) {
    for (const seconds of lengths) {
      const start = startOf(at, seconds).toISOString();
      windows.set(`${start} ${seconds} ${deployment}`, { deployment, seconds, start });
    }
  }
  if (windows.size === 0) return;
  const all = [...windows.values()];
  await client.query({
    name: 'note-windows',
    text: `with own as (
       select * from unnest($2::text[], $3::int[], $4::timestamptz[]) as t(deployment, seconds, start)),
     later as (
       select w.deployment, w.seconds, w.start from own join measured_window w on w.project = $1
         and w.deployment = own.deployment and w.seconds = any($6::int[])
         and w.start >= own.start + interval '24 hours' and w.start <= own.start + interval '${REFERENCE_DAYS * 24 + 23} hours'
       where own.seconds = ${DAY_SECONDS})
     insert into measured_window (project, deployment, seconds, start, noted, noted_at)
     select $1, deployment, seconds, start, pg_current_xact_id(), $5
     from (select * from own union select * from later) as t order by deployment, seconds, start
     on conflict (project, deployment, seconds, start) do update set noted = excluded.noted, noted_at = excluded.noted_at`,
    values: [
      project,
      all.map(({ deployment }) => deployment),
      all.map(({ seconds }) => seconds),
      all.map(({ start }) => start),
      now.toISOString(),
      later,
    ],
  });
}

/** Which windows to measure: those whose samples lie in a time, of one project or of all. */
export interface DueFilter {
  readonly project: string | null;
  /** Samples after this instant are wanted; null: all. */
  readonly from: Date | null;
  /** Windows that are over by then. */
  readonly at: Date;
}

/** Windows that are over and have records that were not measured, the oldest first. */
export async function dueWindows(
  pool: Pool,
  { project, from, at }: DueFilter,
  limit: number,
): Promise<readonly DueWindow[]> {
  const { rows } = await pool.query<{
    project: string;
    deployment: string;
    seconds: number;
    start: Date;
    noted: string;
    series: string[];
  }>(
    `select project, deployment, seconds, start, noted::text as noted, series::text[] as series from measured_window
     where measured is distinct from noted and ($1::text is null or project = $1)
       and start <= $2::timestamptz - seconds * interval '1 second'
       and ($3::timestamptz is null or (start > $3::timestamptz - interval '2 days'
         and start > $3::timestamptz - seconds * interval '2 seconds'))
     order by start, seconds, project, deployment limit $4`,
    [project, at.toISOString(), from?.toISOString() ?? null, limit],
  );
  return rows.map(({ start, ...row }) => ({ ...row, ...windowFrom(start, row.seconds) }));
}

/** What was noted last of each of some days: the same as before means that nothing has come since. */
export async function stateOfDays(
  pool: Pool,
  { project, deployment, from, to }: TimeWindow & { readonly project: string; readonly deployment: string },
): Promise<string> {
  const { rows } = await pool.query<{ state: string | null }>(
    `select string_agg(noted::text, ',' order by start) as state from measured_window
     where project = $1 and deployment = $2 and seconds = ${DAY_SECONDS} and start >= $3 and start < $4`,
    [project, deployment, from, to],
  );
  return rows[0]?.state ?? '';
}

export interface Measured {
  readonly window: DueWindow;
  readonly samples: readonly MetricSample[];
}

/** Writes what windows of one project show, in place of what they showed before. */
export function saveMeasured(pool: Pool, project: string, measured: readonly Measured[]): Promise<void> {
  return inTransaction(pool, async (client) => {
    for (const { window } of measured) {
      if (window.series.length === 0) continue;
      await client.query('delete from metric_sample where series = any($1::bigint[]) and at = $2', [
        window.series,
        window.to,
      ]);
    }
    const ids = await writeSamples(
      client,
      project,
      measured.flatMap(({ samples }) => samples),
    );
    const series = measured.map(({ samples }) => [...new Set(samples.map(({ name, labels }) => ids(name, labels)))]);
    await client.query(
      `with given as (
         select * from unnest($2::text[], $3::int[], $4::timestamptz[], $5::text[], $6::text[])
           as t(deployment, seconds, start, noted, series)),
       held as (
         select w.deployment, w.seconds, w.start from measured_window w join given using (deployment, seconds, start)
         where w.project = $1 order by w.deployment, w.seconds, w.start for update of w)
       update measured_window w set measured = given.noted::xid8, series = given.series::bigint[]
       from given join held using (deployment, seconds, start)
       where w.project = $1 and (w.deployment, w.seconds, w.start) = (given.deployment, given.seconds, given.start)`,
      [
        project,
        measured.map(({ window }) => window.deployment),
        measured.map(({ window }) => window.seconds),
        measured.map(({ window }) => window.from.toISOString()),
        measured.map(({ window }) => window.noted),
        series.map((list) => `{${list.join(',')}}`),
      ],
    );
  });
}

/** Forgets windows that got no record since an instant: their samples are gone. */
export async function dropMeasuredWindows(pool: Pool, before: Date): Promise<void> {
  await pool.query('delete from measured_window where noted_at < $1', [before]);
}
