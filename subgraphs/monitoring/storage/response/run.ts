import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { PageRequest } from '../../../shared/paging.ts';
import type { ResponseRun, RunState, RunStep } from '../../domain/response/run.ts';

const TIMES = ['startedAt', 'actedAt', 'stageSince', 'endedAt', 'nextAt'] as const;

interface Row {
  readonly document: Readonly<Record<string, unknown>>;
}

const plain = ({ document }: Row): ResponseRun => {
  const times = TIMES.map((name) => [name, timeOf(document[name])]);
  return { ...document, ...Object.fromEntries(times) } as ResponseRun;
};
const timeOf = (value: unknown): Date | null => (typeof value === 'string' ? new Date(value) : null);

export async function saveRun(em: EntityManager, run: ResponseRun): Promise<void> {
  const { project, id, policy, incident, definition, state, startedAt, actedAt, nextAt, modelVersion } = run;
  await em.execute(
    `insert into response_run
       (project, id, policy, incident, deployment, state, started_at, acted_at, next_at, model_version, document)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)
     on conflict (project, id) do update set state = excluded.state, acted_at = excluded.acted_at,
       next_at = excluded.next_at, model_version = excluded.model_version, document = excluded.document`,
    [
      project,
      id,
      policy,
      incident,
      definition.deployment,
      state,
      startedAt,
      actedAt,
      nextAt,
      modelVersion,
      JSON.stringify(run),
    ],
  );
}

/** Adds to what a run has gone through; the run is held by the caller. */
export async function addSteps(
  em: EntityManager,
  { project, id }: Pick<ResponseRun, 'project' | 'id'>,
  steps: readonly RunStep[],
): Promise<void> {
  for (const { at, kind, by, text } of steps) {
    await em.execute(
      `insert into response_step (project, run, number, at, kind, by, text)
       select ?, ?, coalesce(max(number), 0) + 1, ?, ?, ?, ? from response_step where project = ? and run = ?`,
      [project, id, at, kind, by, text, project, id],
    );
  }
}

/** The run, held until the transaction ends; null where there is none. */
export async function lockRun(em: EntityManager, project: string, id: string): Promise<ResponseRun | null> {
  const [row] = await em.execute<Row[]>('select document from response_run where project = ? and id = ? for update', [
    project,
    id,
  ]);
  return row ? plain(row) : null;
}

/** The runs of a policy that stand in some states, or that are about some incidents; held by the lock of the policy. */
export async function runsOfPolicy(
  em: EntityManager,
  { project, policy }: { readonly project: string; readonly policy: string },
  states: readonly RunState[],
  incidents: readonly string[],
): Promise<readonly ResponseRun[]> {
  const rows = await em.execute<Row[]>(
    `select document from response_run where project = ? and policy = ?
       and (state in (select jsonb_array_elements_text(?::jsonb)) or incident in (select jsonb_array_elements_text(?::jsonb)))
     order by started_at, id for update`,
    [project, policy, JSON.stringify(states), JSON.stringify(incidents)],
  );
  return rows.map(plain);
}

/** When a policy acted, asked or suggested, the newest first, of the last year. */
export async function actedTimes(
  em: EntityManager,
  { project, policy, before }: { readonly project: string; readonly policy: string; readonly before: Date },
): Promise<readonly Date[]> {
  const rows = await em.execute<{ at: Date | string }[]>(
    `select acted_at as at from response_run where project = ? and policy = ? and acted_at <= ? and state <> 'LAPSED'
       and acted_at > ?::timestamptz - interval '366 days' order by acted_at desc limit 1000`,
    [project, policy, before, before],
  );
  return rows.map(({ at }) => new Date(at));
}

/** Runs that are under way on a deployment. */
export async function actingOn(
  em: EntityManager,
  project: string,
  deployment: string,
): Promise<readonly ResponseRun[]> {
  const rows = await em.execute<Row[]>(
    `select document from response_run where project = ? and deployment = ? and state = 'ACTING' order by started_at, id`,
    [project, deployment],
  );
  return rows.map(plain);
}

/** Where a claimed run is nobody else's, should this process die: longer than a command may take. */
const LEASE_MS = 30_000;

/** Takes runs whose stage is due, or whose time to be approved is over, each for so long. */
export async function claimDue(pool: Pool, now: Date, limit: number): Promise<readonly ResponseRun[]> {
  const { rows } = await pool.query<Row>(
    `update response_run set next_at = $2, document = document || jsonb_build_object(
         'nextAt', $4::text, 'attempts', (document ->> 'attempts')::int + 1)
     where (project, id) in (
       select project, id from response_run where state in ('ACTING', 'ASKING') and next_at <= $1
       order by next_at, project, id limit $3 for update skip locked)
     returning document`,
    [now, new Date(now.getTime() + LEASE_MS), limit, new Date(now.getTime() + LEASE_MS).toISOString()],
  );
  return rows.map(plain);
}

export async function findRuns(pool: Pool, project: string, ids: readonly string[]): Promise<readonly ResponseRun[]> {
  const { rows } = await pool.query<Row>('select document from response_run where project = $1 and id = any($2)', [
    project,
    ids,
  ]);
  return rows.map(plain);
}

/** The runs that had some model versions made. */
export async function runsOfVersions(
  pool: Pool,
  project: string,
  versions: readonly string[],
): Promise<readonly ResponseRun[]> {
  const { rows } = await pool.query<Row>(
    'select document from response_run where project = $1 and model_version = any($2) order by started_at',
    [project, versions],
  );
  return rows.map(plain);
}

export interface RunFilter {
  readonly project: string;
  readonly policy: string | null;
  readonly deployment: string | null;
  readonly incident: string | null;
  readonly state: RunState | null;
  /** Whose policies are left out. */
  readonly notBy?: readonly string[];
}

/** The newest first, one more than asked for. */
export async function listRuns(
  pool: Pool,
  { project, policy, deployment, incident, state, notBy = [] }: RunFilter,
  { first, after }: PageRequest,
): Promise<readonly ResponseRun[]> {
  const [at = null, id = null] = after ?? [];
  const { rows } = await pool.query<Row>(
    `select document from response_run where project = $1 and ($2::text is null or policy = $2)
       and ($3::text is null or deployment = $3) and ($4::text is null or incident = $4)
       and ($5::text is null or state = $5)
       and ($6::timestamptz is null or (started_at, id) < ($6, $7::text))
       and document ->> 'author' <> all ($9::text[])
     order by started_at desc, id desc limit $8`,
    [project, policy, deployment, incident, state, at, id, first + 1, notBy],
  );
  return rows.map(plain);
}

/** What runs have gone through, the first first, by run. */
export async function stepsOfRuns(
  pool: Pool,
  project: string,
  runs: readonly string[],
): Promise<ReadonlyMap<string, readonly RunStep[]>> {
  const { rows } = await pool.query<RunStep & { readonly run: string }>(
    'select run, at, kind, by, text from response_step where project = $1 and run = any($2) order by run, number',
    [project, runs],
  );
  return Map.groupBy(
    rows.map(({ run, at, kind, by, text }) => ({ run, at: new Date(at), kind, by, text })),
    ({ run }) => run,
  );
}

/** The newest step of a run. */
export async function lastStep(em: EntityManager, { project, id }: ResponseRun): Promise<RunStep | null> {
  const [row] = await em.execute<RunStep[]>(
    'select at, kind, by, text from response_step where project = ? and run = ? order by number desc limit 1',
    [project, id],
  );
  return row ? { ...row, at: new Date(row.at) } : null;
}

/** Predictions of enrolled nodes on a deployment in whole hours up to an instant. */
export async function countPredictions(
  em: EntityManager,
  { project, deployment }: { readonly project: string; readonly deployment: string },
  from: Date,
  to: Date,
): Promise<number> {
  const [row] = await em.execute<{ n: string }[]>(
    `select coalesce(sum(answers), 0)::text as n from prediction_hour
     where project = ? and deployment = ? and trust = 'server' and hour >= ? and hour < ?`,
    [project, deployment, from, to],
  );
  return Number(row?.n ?? 0);
}
