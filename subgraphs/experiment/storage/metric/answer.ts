import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { CoMoments } from '../../../../core/statistics/comoments.ts';
import type { CovariateMoments } from '../../../../core/statistics/covariate-moments.ts';
import type { Guardrail } from '../../domain/metric/guardrail.ts';
import type { MetricDefinition } from '../../domain/metric/metric.ts';
import { CANDIDATE, CONTROL } from '../../domain/rollout/rollout.ts';
import type { StepEvidence } from '../../domain/rollout/rollout-verdict.ts';
import type { SwitchWindow } from '../../domain/rollout/switch-check.ts';
import type { Trust } from '../../domain/trust.ts';
import { partsOf } from './metric-sql.ts';

const OF_ROLLOUT = `holder like '%:rollout:%'`;

/**
 * One answer of a unit in an arm of a rollout or an experiment, as seen by one class of trust, with its outcome once there
 * is one. `revision` is that of whoever held the split: the step of a rollout, the revision of an experiment.
 */
export const answerSql: readonly string[] = [
  `create table answer (
     project text not null,
     holder text not null,
     revision bigint not null,
     trust text not null,
     prediction_id uuid not null,
     unit text not null,
     arm text not null,
     score double precision,
     answered_at timestamptz(3),
     heard_at timestamptz(3),
     latency_ms double precision,
     fallback boolean,
     segments jsonb,
     value double precision,
     value_at timestamptz(3),
     value_received_at timestamptz(3),
     primary key (project, holder, revision, trust, unit, prediction_id)
   )`,
  // The last minute of a blue-green switch is asked for every few seconds; experiments do not pay for it.
  `create index rollout_answer_by_heard on answer (project, holder, revision, heard_at)
     where ${OF_ROLLOUT} and answered_at is not null`,
];

export interface AnswersOf {
  readonly project: string;
  /** The id of whoever held the split. */
  readonly holder: string;
  readonly trust: Trust;
}

/** What a fact says of an answer: what was answered, or what came of it. */
export interface AnswerPart extends AnswersOf {
  readonly revision: number;
  readonly predictionId: string;
  readonly unit: string;
  readonly arm: string;
  readonly score: number | null;
  readonly answeredAt: string | null;
  readonly heardAt: string | null;
  readonly latencyMs: number | null;
  readonly fallback: boolean | null;
  readonly segments: Readonly<Record<string, string>> | null;
  readonly value: number | null;
  readonly valueAt: string | null;
  readonly valueReceivedAt: string | null;
}

/** Of several parts of one answer each fills what it knows; of several outcomes the newest holds, in whatever order. */
export async function addAnswers(em: EntityManager, parts: readonly AnswerPart[]): Promise<void> {
  const outcomes = parts.filter(({ value }) => value !== null);
  await write(
    em,
    parts.filter(({ value }) => value === null),
  );
  await write(em, outcomes);
}

async function write(em: EntityManager, parts: readonly AnswerPart[]): Promise<void> {
  if (parts.length === 0) return;
  await em.execute(
    `insert into answer as held
       (project, holder, revision, trust, prediction_id, unit, arm, score, answered_at, heard_at, latency_ms, fallback,
        segments, value, value_at, value_received_at)
     select distinct on (project, holder, revision, trust, unit, "predictionId") project, holder, revision, trust, "predictionId",
       unit, arm, score, "answeredAt", "heardAt", "latencyMs", fallback, segments, value, "valueAt", "valueReceivedAt"
     from jsonb_to_recordset(?::jsonb) as f(project text, holder text, revision bigint, trust text, "predictionId" uuid,
       unit text, arm text, score float8, "answeredAt" timestamptz, "heardAt" timestamptz, "latencyMs" float8,
       fallback boolean, segments jsonb, value float8, "valueAt" timestamptz, "valueReceivedAt" timestamptz)
     order by project, holder, revision, trust, unit, "predictionId", "valueAt" desc nulls last,
       "valueReceivedAt" desc nulls last
     on conflict (project, holder, revision, trust, unit, prediction_id) do update
     set score = coalesce(held.score, excluded.score), answered_at = coalesce(held.answered_at, excluded.answered_at),
       heard_at = coalesce(held.heard_at, excluded.heard_at),
       latency_ms = coalesce(held.latency_ms, excluded.latency_ms),
       fallback = coalesce(held.fallback, excluded.fallback), segments = coalesce(held.segments, excluded.segments),
       (value, value_at, value_received_at) = (select * from (
         values (excluded.value, excluded.value_at, excluded.value_received_at),
           (held.value, held.value_at, held.value_received_at)) as v(value, at, received)
         order by at desc nulls last, received desc nulls last limit 1)`,
    [JSON.stringify(parts)],
  );
}

const OF = 'project = $1 and holder = $2 and trust = $3';
const keyOf = ({ project, holder, trust }: AnswersOf): unknown[] => [project, holder, trust];

export interface StepUnits {
  readonly control: number;
  readonly candidate: number;
  /** When the store took the newest answer of the candidate. */
  readonly heardAt: Date | null;
}

/** The units that one step has answered, by arm; those that met both arms count in neither. */
export async function countStepUnits(pool: Pool, of: AnswersOf, step: number): Promise<StepUnits> {
  const { rows } = await pool.query<{ arm: string; units: string; heard_at: Date | null }>(
    `select arm, count(*) as units, max(heard_at) as heard_at from (
       select min(arm) as arm, max(heard_at) as heard_at from answer
       where ${OF} and revision = $4 and answered_at is not null group by unit having min(arm) = max(arm)
     ) units group by arm`,
    [...keyOf(of), step],
  );
  const units = (name: string): number => Number(rows.find(({ arm }) => arm === name)?.units ?? 0);
  const heardAt = rows.find(({ arm }) => arm === CANDIDATE)?.heard_at ?? null;
  return { control: units(CONTROL), candidate: units(CANDIDATE), heardAt };
}

/** The answers of one arm in one step that the store took after an instant. */
export async function countWindow(
  pool: Pool,
  of: AnswersOf,
  { step, arm, after }: { readonly step: number; readonly arm: string; readonly after: Date },
): Promise<SwitchWindow> {
  const { rows } = await pool.query<{ answers: string; errors: string; p99: number | null }>(
    `select count(*) as answers, count(*) filter (where fallback) as errors,
       percentile_cont(0.99) within group (order by latency_ms) as p99
     from answer where ${OF} and ${OF_ROLLOUT} and revision = $4 and arm = $5 and answered_at is not null
       and heard_at > $6`,
    [...keyOf(of), step, arm, after],
  );
  const [row] = rows;
  return { answers: Number(row?.answers ?? 0), errors: Number(row?.errors ?? 0), p99Ms: row?.p99 ?? null };
}

/** Sums of units as Postgres gives them. */
export interface SumsRow {
  readonly n: string;
  readonly mean_x: number | null;
  readonly mean_y: number | null;
  readonly m2_x: number | null;
  readonly m2_y: number | null;
  readonly m_xy: number | null;
}

interface SumRow extends SumsRow {
  readonly step: string;
  readonly arm: string;
  readonly segment: string | null;
}

/** What the units say of a guardrail in each step, over all of them and by the values of its segment. */
export async function sumGuardrail(pool: Pool, of: AnswersOf, guardrail: Guardrail): Promise<readonly StepEvidence[]> {
  const { name, definition, segment } = guardrail;
  const totals = await sumUnits(pool, of, definition, null);
  const parts = segment === null ? [] : await sumUnits(pool, of, definition, segment);
  const scopes = Map.groupBy([...totals, ...parts], ({ step, segment: value }) =>
    JSON.stringify([Number(step), value]),
  );
  return [...scopes.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first) return [];
    const sumsOf = (name_: string): CoMoments => coMomentsOf(rows.find(({ arm }) => arm === name_));
    const label = first.segment === null ? null : `${segment}=${first.segment}`;
    const sums = { control: sumsOf(CONTROL), candidate: sumsOf(CANDIDATE) };
    return [{ guardrail: name, step: Number(first.step), segment: label, ...sums }];
  });
}

export const coMomentsOf = (row: SumsRow | undefined): CoMoments => ({
  n: Number(row?.n ?? 0),
  meanX: row?.mean_x ?? 0,
  meanY: row?.mean_y ?? 0,
  m2X: row?.m2_x ?? 0,
  m2Y: row?.m2_y ?? 0,
  mXY: row?.m_xy ?? 0,
});

/** Of units with x and y. */
export const SUMS =
  'regr_count(y, x) as n, regr_avgx(y, x) as mean_x, regr_avgy(y, x) as mean_y, regr_sxx(y, x) as m2_x, regr_syy(y, x) as m2_y, regr_sxy(y, x) as m_xy';

export interface CovariateSumsRow extends SumsRow {
  readonly mean_c: number | null;
  readonly m2_c: number | null;
  readonly m_xc: number | null;
  readonly m_yc: number | null;
}

export const covariateMomentsOf = (row: CovariateSumsRow): CovariateMoments => ({
  ...coMomentsOf(row),
  meanC: row.mean_c ?? 0,
  m2C: row.m2_c ?? 0,
  mXC: row.m_xc ?? 0,
  mYC: row.m_yc ?? 0,
});

/** Of units with x, y and what was known of them before, c. */
export const COVARIATE_SUMS = `${SUMS}, avg(c) as mean_c, regr_sxx(y, c) as m2_c, regr_sxy(x, c) as m_xc, regr_sxy(y, c) as m_yc`;

/** Postgres adds up with Youngs and Cramer's recurrence, so that variances lose no digits. */
async function sumUnits(
  pool: Pool,
  of: AnswersOf,
  definition: MetricDefinition,
  segment: string | null,
): Promise<readonly SumRow[]> {
  const values: unknown[] = [...keyOf(of), segment];
  const { x, y } = partsOf(definition, (value) => `$${values.push(value)}::float8`);
  const { rows } = await pool.query<SumRow>(
    `with valued as (
       select revision as step, unit, arm, score, latency_ms, fallback, answered_at, value, value_at,
         case when $4::text is null then null else segments->>$4 end as segment
       from answer where ${OF} and answered_at is not null
     ), measured as (
       select step, unit, arm, segment, (${x})::float8 as x, (${y})::float8 as y from valued
       where $4::text is null or segment is not null
     ), units as (
       select step, segment, min(arm) as arm, sum(x) as x, sum(y) as y from measured
       where x is not null and y is not null
       group by step, segment, unit having min(arm) = max(arm)
     ), counted as (
       select step, segment, arm, ${definition.kind === 'COUNT' ? '1::float8' : 'x'} as x, y from units
     )
     select step, arm, segment, ${SUMS} from counted group by step, segment, arm order by step, segment, arm`,
    values,
  );
  return rows;
}
