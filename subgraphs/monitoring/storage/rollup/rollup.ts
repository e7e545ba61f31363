import type { Pool, PoolClient } from 'pg';
import type { DdSketch } from '../../../../core/sketch/ddsketch.ts';
import { ACCURACY, type Distribution, type RollupFigures } from '../../domain/rollup/figures.ts';
import { foldMinutes, mergeRollups, type Rollup, type TimedRollup } from '../../domain/rollup/rollup.ts';
import type { Trust } from '../../domain/trust.ts';
import { inTransaction } from '../../../shared/database/in-transaction.ts';

type Bins = readonly (readonly [key: number, count: number])[];

/** Figures as JSON. */
interface Document extends Omit<RollupFigures, 'latency' | 'score'> {
  readonly latency: WrittenDistribution;
  readonly score: WrittenDistribution;
}

interface WrittenDistribution {
  readonly sum: number;
  readonly positive: Bins;
  readonly negative: Bins;
  readonly zeros: number;
}

const written = ({ sum, sketch: { positive, negative, zeros } }: Distribution): WrittenDistribution => ({
  sum,
  positive: [...positive],
  negative: [...negative],
  zeros,
});

function read({ sum, positive, negative, zeros }: WrittenDistribution): Distribution {
  const sketch: DdSketch = {
    relativeAccuracy: ACCURACY,
    positive: new Map(positive),
    negative: new Map(negative),
    zeros,
  };
  return { sum, sketch };
}

const documentOf = (figures: RollupFigures): Document => ({
  ...figures,
  latency: written(figures.latency),
  score: written(figures.score),
});

interface Row {
  readonly project: string;
  readonly deployment: string;
  readonly start: Date;
  readonly release: string;
  readonly arm: string;
  readonly trust: Trust;
  readonly figures: Document;
}

const rollupOf = ({ figures, ...key }: Row): Rollup => ({
  ...key,
  figures: { ...figures, latency: read(figures.latency), score: read(figures.score) },
});

const KEY = 'project, deployment, start, release, arm, trust';

const columnsOf = (rollups: readonly Rollup[]): unknown[][] => [
  rollups.map(({ project }) => project),
  rollups.map(({ deployment }) => deployment),
  rollups.map(({ start }) => start.toISOString()),
  rollups.map(({ release }) => release),
  rollups.map(({ arm }) => arm),
  rollups.map(({ trust }) => trust),
  rollups.map(({ figures }) => JSON.stringify(documentOf(figures))),
];

/** Adds what a batch counted, beside what waits to be added up: no two batches wait for each other. */
export async function appendMinutes(client: PoolClient, minutes: readonly Rollup[]): Promise<void> {
  if (minutes.length === 0) return;
  await client.query({
    name: 'append-rollup-minutes',
    text: `insert into rollup_delta (${KEY}, figures) select * from unnest(
      $1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::jsonb[])`,
    values: columnsOf(minutes),
  });
}

/**
 * Adds up to so many counted minutes to the rollups, in one transaction with their removal: each counts once, wherever a
 * process dies. Minutes before `minutesSince` go into the hours alone. How many there were.
 */
export function foldSome(pool: Pool, minutesSince: Date | null, limit: number): Promise<number> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<Row>({
      name: 'take-rollup-minutes',
      text: `delete from rollup_delta where id in (
          select id from rollup_delta order by id limit $1 for update skip locked)
        returning ${KEY}, figures`,
      values: [limit],
    });
    const folded = foldMinutes(rows.map(rollupOf)).filter(
      ({ seconds, start }) => seconds > 60 || minutesSince === null || start >= minutesSince,
    );
    if (folded.length > 0) await raise(client, folded);
    return rows.length;
  });
}

/** Rows are made before they are locked, so that two processes that fold add to the same ones. */
async function raise(client: PoolClient, folded: readonly TimedRollup[]): Promise<void> {
  const keys = [folded.map(({ seconds }) => seconds), ...columnsOf(folded).slice(0, 6)];
  const key = `seconds, ${KEY}`;
  const given = `select * from unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
    as t(${key})`;
  await client.query({
    name: 'make-rollups',
    text: `insert into rollup (${key}, figures) select ${key}, null from (${given} order by ${key}) as t
      on conflict (${key}) do nothing`,
    values: keys,
  });
  const { rows } = await client.query<Omit<Row, 'figures'> & { seconds: number; figures: Document | null }>({
    name: 'hold-rollups',
    text: `select ${key}, r.figures from rollup r join (${given}) as t using (${key}) order by ${key} for update of r`,
    values: keys,
  });
  const held = rows.flatMap(({ figures, seconds, ...row }) =>
    figures === null ? [] : [{ ...rollupOf({ ...row, figures }), seconds }],
  );
  for (const [seconds, added] of Map.groupBy(folded, (one) => one.seconds)) {
    const sums = mergeRollups([...held.filter((one) => one.seconds === seconds), ...added]);
    await client.query({
      name: 'raise-rollups',
      text: `update rollup r set figures = t.figures from unnest(
          $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::jsonb[]) as t(${KEY}, figures)
        where r.seconds = $1 and (${KEY.replaceAll(/\w+/g, 'r.$&')}) = (${KEY.replaceAll(/\w+/g, 't.$&')})`,
      values: [seconds, ...columnsOf(sums)],
    });
  }
}

export interface RollupFilter {
  readonly project: string;
  readonly deployment: string;
  readonly trust: Trust;
  readonly from: Date;
  readonly to: Date;
  readonly seconds: number;
  readonly modelVersion: string | null;
  readonly arm: string | null;
}

/** What was counted in a time, what waits to be added up with it: what a batch acknowledged is in the next answer. */
export async function readRollups(pool: Pool, filter: RollupFilter): Promise<readonly Rollup[]> {
  const { project, deployment, trust, from, to, seconds, modelVersion, arm } = filter;
  const matches = `project = $1 and deployment = $2 and trust = $3 and start >= $4 and start < $5
    and ($7::text is null or release in (select release from release_version
      where project = $1 and trust = $3 and model_version = $7))
    and ($8::text is null or arm = $8)`;
  const { rows } = await pool.query<Row>({
    name: 'read-rollups',
    text: `select ${KEY}, figures from rollup where seconds = $6 and figures is not null and ${matches}
      union all select ${KEY}, figures from rollup_delta where ${matches}`,
    values: [project, deployment, trust, from, to, seconds, modelVersion, arm],
  });
  return rows.map(rollupOf);
}

/** Forgets the rollups of a length before an instant. */
export async function dropRollups(pool: Pool, seconds: number, before: Date): Promise<void> {
  await pool.query('delete from rollup where seconds = $1 and start < $2', [seconds, before]);
}
