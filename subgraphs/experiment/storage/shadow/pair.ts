import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Moments } from '../../../../core/statistics/moments.ts';
import type { Trust } from '../../domain/trust.ts';
import type { SignedRanks } from '../../../../core/statistics/ranks/signed-rank.ts';
import type { DecidedCell } from '../../domain/shadow/shadow-impact.ts';
import type { ShadowSums } from '../../domain/shadow/shadow-result.ts';
import type { SliceCounts } from '../../domain/shadow/shadow-slices.ts';

/** One answer with what the shadow said beside it, as seen by one class of trust. */
export const pairSql: readonly string[] = [
  `create table pair (
     project text not null,
     shadow text not null,
     revision bigint not null,
     trust text not null,
     prediction_id uuid not null,
     predicted_at timestamptz(3) not null,
     primary_release text not null,
     primary_score double precision,
     primary_decision text,
     primary_ms double precision,
     candidate_score double precision,
     candidate_decision text,
     candidate_ms double precision,
     failure text,
     segments jsonb not null default '{}',
     value double precision,
     value_at timestamptz(3),
     value_received_at timestamptz(3),
     primary key (project, shadow, revision, trust, prediction_id)
   )`,
];

export interface PairsOf {
  readonly project: string;
  readonly shadow: string;
  readonly revision: number;
  readonly trust: Trust;
}

export interface Pair extends PairsOf {
  readonly predictionId: string;
  readonly predictedAt: string;
  readonly primaryRelease: string;
  readonly primaryScore: number | null;
  readonly primaryDecision: string | null;
  readonly primaryMs: number | null;
  readonly candidateScore: number | null;
  readonly candidateDecision: string | null;
  readonly candidateMs: number | null;
  readonly failure: string | null;
  readonly segments: Readonly<Record<string, string>>;
  readonly value: number | null;
  readonly valueAt: string | null;
  readonly valueReceivedAt: string | null;
}

/** A pair counts once; of several outcomes the newest holds, in whatever order they come. */
export async function addPairs(em: EntityManager, pairs: readonly Pair[]): Promise<void> {
  if (pairs.length === 0) return;
  await em.execute(
    `insert into pair as held
       (project, shadow, revision, trust, prediction_id, predicted_at, primary_release, primary_score, primary_decision,
        primary_ms, candidate_score, candidate_decision, candidate_ms, failure, segments, value, value_at,
        value_received_at)
     select distinct on (project, shadow, revision, trust, "predictionId") project, shadow, revision, trust,
       "predictionId", "predictedAt", "primaryRelease", "primaryScore", "primaryDecision", "primaryMs", "candidateScore",
       "candidateDecision", "candidateMs", failure, segments, value, "valueAt", "valueReceivedAt"
     from jsonb_to_recordset(?::jsonb) as f(project text, shadow text, revision bigint, trust text, "predictionId" uuid,
       "predictedAt" timestamptz, "primaryRelease" text, "primaryScore" float8, "primaryDecision" text,
       "primaryMs" float8, "candidateScore" float8, "candidateDecision" text, "candidateMs" float8, failure text,
       segments jsonb, value float8, "valueAt" timestamptz, "valueReceivedAt" timestamptz)
     order by project, shadow, revision, trust, "predictionId", "valueAt" desc nulls last,
       "valueReceivedAt" desc nulls last
     on conflict (project, shadow, revision, trust, prediction_id) do update
     set value = excluded.value, value_at = excluded.value_at, value_received_at = excluded.value_received_at
     where excluded.value is not null and (held.value is null
       or (excluded.value_at, excluded.value_received_at) > (held.value_at, held.value_received_at))`,
    [JSON.stringify(pairs)],
  );
}

const OF = 'project = $1 and shadow = $2 and revision = $3 and trust = $4';
const SCORED = 'primary_score is not null and candidate_score is not null';
const keyOf = ({ project, shadow, revision, trust }: PairsOf): unknown[] => [project, shadow, revision, trust];

/** Postgres adds up with Youngs and Cramer's recurrence, so that variances lose no digits. */
const moments = (n: string, mean: number | null, spread: number | null): Moments => ({
  n: Number(n),
  mean: mean ?? 0,
  m2: (spread ?? 0) * Math.max(0, Number(n) - 1),
});

interface SumRow {
  readonly pairs: string;
  readonly scored: string;
  readonly shift: number | null;
  readonly shift_variance: number | null;
  readonly higher: string;
  readonly lower: string;
  readonly labelled: string;
  readonly outside: string;
  readonly primary_brier: number | null;
  readonly candidate_brier: number | null;
  readonly brier_difference: number | null;
  readonly brier_variance: number | null;
}

/** All sums over the pairs of a shadow, added up by the database. `positiveFrom`: outcomes from there on are positives. */
export async function sumPairs(pool: Pool, of: PairsOf, positiveFrom: number): Promise<ShadowSums> {
  const sums = pool.query<SumRow>(
    `with pair as (
       select failure, primary_score as p, candidate_score as c, (value >= $5)::int as y, ${SCORED} as scored,
         ${SCORED} and value is not null as labelled
       from pair where ${OF}
     ), error as (
       select *, case when labelled then (p - y) ^ 2 end as pe, case when labelled then (c - y) ^ 2 end as ce from pair
     )
     select count(*) as pairs, count(*) filter (where scored) as scored,
       avg(c - p) filter (where scored) as shift, var_samp(c - p) filter (where scored) as shift_variance,
       count(*) filter (where scored and c > p) as higher, count(*) filter (where scored and c < p) as lower,
       count(*) filter (where labelled) as labelled,
       count(*) filter (where labelled and (p not between 0 and 1 or c not between 0 and 1)) as outside,
       avg(pe) as primary_brier, avg(ce) as candidate_brier, avg(ce - pe) as brier_difference,
       var_samp(ce - pe) as brier_variance
     from error`,
    [...keyOf(of), positiveFrom],
  );
  const failures = pool.query<{ failure: string; count: string }>(
    `select failure, count(*) from pair where ${OF} and failure is not null group by failure order by failure`,
    keyOf(of),
  );
  const decisions = pool.query<{ primary: string; candidate: string; count: string }>(
    `select primary_decision as primary, candidate_decision as candidate, count(*) from pair
     where ${OF} and primary_decision is not null and candidate_decision is not null
     group by primary_decision, candidate_decision order by count(*) desc, primary_decision, candidate_decision`,
    keyOf(of),
  );
  const [{ rows }, failed, decided] = await Promise.all([sums, failures, decisions]);
  const [row] = rows;
  if (!row) throw new Error('an aggregate without a row');
  return {
    pairs: Number(row.pairs),
    failures: Object.fromEntries(failed.rows.map(({ failure, count }) => [failure, Number(count)])),
    decisions: decided.rows.map(({ count, ...pair }) => ({ ...pair, count: Number(count) })),
    shift: moments(row.scored, row.shift, row.shift_variance),
    higher: Number(row.higher),
    lower: Number(row.lower),
    labelled: Number(row.labelled),
    outside: Number(row.outside),
    primaryBrier: row.primary_brier,
    candidateBrier: row.candidate_brier,
    brierDifference: moments(row.labelled, row.brier_difference, row.brier_variance),
  };
}

/** Area under the ROC curve of both over the labelled pairs, ties counted half; null unless both classes occur. */
export async function pairedAuc(
  pool: Pool,
  of: PairsOf,
  positiveFrom: number,
): Promise<{ readonly primary: number | null; readonly candidate: number | null }> {
  const auc = async (score: string): Promise<number | null> => {
    const { rows } = await pool.query<{ auc: number | null }>(
      `with grouped as (
         select ${score} as score, count(*) filter (where value >= $5) as yes, count(*) filter (where value < $5) as no
         from pair where ${OF} and ${SCORED} and value is not null group by 1
       ), ranked as (
         select yes, no, sum(no) over (order by score) - no as below from grouped
       )
       select (sum(yes * (below + no / 2.0)) / nullif(sum(yes) * sum(no), 0))::float8 as auc from ranked`,
      [...keyOf(of), positiveFrom],
    );
    return rows[0]?.auc ?? null;
  };
  const [primary, candidate] = await Promise.all([auc('primary_score'), auc('candidate_score')]);
  return { primary, candidate };
}

/** The signed ranks of the score shift, ties sharing the mean of their ranks. */
export async function signedRanks(pool: Pool, of: PairsOf): Promise<SignedRanks> {
  const { rows } = await pool.query<{ n: string | null; rank_sum: number | null; ties: number | null }>(
    `with shift as (
       select abs(candidate_score - primary_score) as size, count(*) as t,
         count(*) filter (where candidate_score > primary_score) as up
       from pair where ${OF} and ${SCORED} and candidate_score <> primary_score group by 1
     ), ranked as (select t, up, sum(t) over (order by size) - t + (t + 1) / 2.0 as rank from shift)
     select sum(t) as n, sum(up * rank)::float8 as rank_sum, sum(t::float8 ^ 3 - t) as ties from ranked`,
    keyOf(of),
  );
  const [row] = rows;
  return { n: Number(row?.n ?? 0), rankSum: row?.rank_sum ?? 0, tieTerm: row?.ties ?? 0 };
}

/** Decided pairs and flips by the values of each segment. */
export async function countSlices(pool: Pool, of: PairsOf): Promise<readonly SliceCounts[]> {
  const { rows } = await pool.query<{ segment: string; value: string; decided: string; flipped: string }>(
    `select key as segment, s.value, count(*) as decided,
       count(*) filter (where primary_decision <> candidate_decision) as flipped
     from pair, jsonb_each_text(segments) s(key, value)
     where ${OF} and primary_decision is not null and candidate_decision is not null
     group by 1, 2 order by 1, 2`,
    keyOf(of),
  );
  return rows.map(({ decided, flipped, ...slice }) => ({
    ...slice,
    decided: Number(decided),
    flipped: Number(flipped),
  }));
}

/** What was decided by both and what it came to, over the pairs with an outcome. */
export async function countDecided(pool: Pool, of: PairsOf, positiveFrom: number): Promise<readonly DecidedCell[]> {
  const { rows } = await pool.query<{ primary: string; candidate: string; positive: boolean; count: string }>(
    `select primary_decision as primary, candidate_decision as candidate, value >= $5 as positive, count(*)
     from pair
     where ${OF} and primary_decision is not null and candidate_decision is not null and value is not null
     group by 1, 2, 3 order by 1, 2, 3`,
    [...keyOf(of), positiveFrom],
  );
  return rows.map(({ count, ...cell }) => ({ ...cell, count: Number(count) }));
}

export interface PairedLatency {
  readonly n: number;
  readonly meanDifference: number | null;
  /** Milliseconds at p50, p95 and p99. */
  readonly primary: readonly number[];
  readonly candidate: readonly number[];
}

/** What derived fields and model took in the pairs in which both were timed. */
export async function pairedLatency(pool: Pool, of: PairsOf): Promise<PairedLatency> {
  const { rows } = await pool.query<{
    n: string;
    difference: number | null;
    primary: number[] | null;
    candidate: number[] | null;
  }>(
    `select count(*) as n, avg(candidate_ms - primary_ms) as difference,
       percentile_cont(array[.5, .95, .99]) within group (order by primary_ms) as primary,
       percentile_cont(array[.5, .95, .99]) within group (order by candidate_ms) as candidate
     from pair where ${OF} and primary_ms is not null and candidate_ms is not null`,
    keyOf(of),
  );
  const [row] = rows;
  return {
    n: Number(row?.n ?? 0),
    meanDifference: row?.difference ?? null,
    primary: row?.primary ?? [],
    candidate: row?.candidate ?? [],
  };
}
