import type { EntityManager } from '@mikro-orm/postgresql';
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
export async function lockLineage(em: EntityManager): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(?)', [LINEAGE_LOCK]);
}

export async function findNouns(em: EntityManager, urns: readonly string[]): Promise<Map<string, LineageNoun>> {
  const rows = await em.execute<{ noun: LineageNoun }[]>(
    'select noun from lineage_noun where urn in (select jsonb_array_elements_text(?::jsonb))',
    [JSON.stringify(urns)],
  );
  return new Map(rows.map(({ noun }) => [noun.urn, noun]));
}

export async function findRuns(
  em: EntityManager,
  project: string,
  runIds: readonly string[],
): Promise<Map<string, LineageRun>> {
  const rows = await em.execute<{ run: LineageRun }[]>(
    'select run from lineage_run where project = ? and run_id in (select jsonb_array_elements_text(?::jsonb))',
    [project, JSON.stringify(runIds)],
  );
  return new Map(rows.map(({ run }) => [runKey(run), run]));
}

export async function saveNouns(em: EntityManager, nouns: readonly LineageNoun[]): Promise<void> {
  await em.execute(
    `insert into lineage_noun (urn, project, noun)
     select noun->>'urn', noun->>'project', noun from jsonb_array_elements(?::jsonb) as noun
     on conflict (urn) do update set noun = excluded.noun`,
    [JSON.stringify(nouns)],
  );
}

export async function saveRuns(em: EntityManager, runs: readonly LineageRun[]): Promise<void> {
  await em.execute(
    `insert into lineage_run (project, run_id, job, run)
     select run->>'project', run->>'runId', run->>'job', run from jsonb_array_elements(?::jsonb) as run
     on conflict (project, run_id, job) do update set run = excluded.run`,
    [JSON.stringify(runs)],
  );
}
