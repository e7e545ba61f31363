import type { PoolClient } from 'pg';
import { textArray } from '../../../shared/database/binary-array.ts';
import { runKey, type LineageNoun, type LineageRun } from '../../domain/openlineage/lineage-noun.ts';

export const lineageNounSql: readonly string[] = [
  `create table lineage_noun (
     urn text primary key,
     project text not null,
     noun jsonb not null
   )`,
  `create table lineage_run (
     project text not null,
     run_id text not null,
     job text not null,
     run jsonb not null,
     primary key (project, run_id, job)
   )`,
];

/** Our own number among advisory locks. */
const LINEAGE_LOCK = 741_302_116;

/** One transaction at a time takes events in: what they say of one job adds up. */
export async function lockLineage(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [LINEAGE_LOCK]);
}

/** What is known of some jobs and datasets, and of some runs. */
export async function findKnown(
  client: PoolClient,
  project: string,
  { urns, runIds }: { readonly urns: readonly string[]; readonly runIds: readonly string[] },
): Promise<{ readonly nouns: Map<string, LineageNoun>; readonly runs: Map<string, LineageRun> }> {
  // Lists, so that each is looked up in the index: a subquery in their place reads the whole table while it has no statistics.
  const { rows } = await client.query<{ noun: LineageNoun | null; run: LineageRun | null }>(
    `select noun, null as run from lineage_noun where urn = any($1::text[])
     union all select null, run from lineage_run where project = $2 and run_id = any($3::text[])`,
    [textArray('text', urns), project, textArray('text', runIds)],
  );
  return {
    nouns: new Map(rows.flatMap(({ noun }) => (noun ? [[noun.urn, noun]] : []))),
    runs: new Map(rows.flatMap(({ run }) => (run ? [[runKey(run), run]] : []))),
  };
}

const texts = <Row>(rows: readonly Row[], of: (row: Row) => string): Buffer => textArray('text', rows.map(of));
const jsons = (rows: readonly object[]): Buffer =>
  textArray(
    'jsonb',
    rows.map((row) => JSON.stringify(row)),
  );

export async function saveKnown(
  client: PoolClient,
  nouns: readonly LineageNoun[],
  runs: readonly LineageRun[],
): Promise<void> {
  await client.query(
    `with nouns as (
       insert into lineage_noun (urn, project, noun)
       select * from unnest($1::text[], $2::text[], $3::jsonb[])
       on conflict (urn) do update set noun = excluded.noun)
     insert into lineage_run (project, run_id, job, run)
     select * from unnest($4::text[], $5::text[], $6::text[], $7::jsonb[])
     on conflict (project, run_id, job) do update set run = excluded.run`,
    [
      texts(nouns, ({ urn }) => urn),
      texts(nouns, ({ project }) => project),
      jsons(nouns),
      texts(runs, ({ project }) => project),
      texts(runs, ({ runId }) => runId),
      texts(runs, ({ job }) => job),
      jsons(runs),
    ],
  );
}
