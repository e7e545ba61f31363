import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../../shared/database/database.ts';
import { arrayLiteral } from '../version/model.ts';

/** A blob that one owner let go of: nobody may need it any more. */
export interface DroppedBlob {
  readonly sha256: string;
  readonly droppedMs: number;
}

export const droppedBlobSql: readonly string[] = [
  'create table dropped_blob (sha256 text primary key, dropped_ms bigint not null)',
  'create index dropped_blob_time on dropped_blob (dropped_ms)',
];

export async function noteDropped(em: EntityManager, digests: readonly string[], at: Date): Promise<void> {
  if (digests.length === 0) return;
  await em.execute(
    `insert into dropped_blob (sha256, dropped_ms) select distinct sha256, ?::bigint from unnest(?::text[]) as sha256
     on conflict (sha256) do update set dropped_ms = excluded.dropped_ms`,
    [at.getTime(), arrayLiteral(digests)],
  );
}

export function droppedBefore(db: Database, before: Date, limit: number): Promise<DroppedBlob[]> {
  return db.query<DroppedBlob>(
    `select sha256, dropped_ms::float8 as "droppedMs" from dropped_blob where dropped_ms < $1
     order by dropped_ms limit $2`,
    [before.getTime(), limit],
  );
}

/** Forgets what was decided on, unless it was dropped again meanwhile. */
export async function forgetDropped(db: Database, { sha256, droppedMs }: DroppedBlob): Promise<void> {
  await db.query('delete from dropped_blob where sha256 = $1 and dropped_ms = $2', [sha256, droppedMs]);
}

/** Tables that name no blob, or only such as others name too, and are too large to be read through. */
const NAME_NONE = [
  'dropped_blob',
  'audit_record',
  'outbox',
  'run_metric',
  'asset_edge',
  'lineage_event',
  'lineage_run',
];

/**
 * Which of these digests stand anywhere in the tables of this schema, in whatever column: a table that is made later counts by
 * itself, so nothing is removed because somebody forgot to say that it is needed.
 */
export async function namedAnywhere(db: Database, digests: readonly string[]): Promise<ReadonlySet<string>> {
  const tables = await db.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p') and c.relname <> all($2)`,
    [db.schema, NAME_NONE],
  );
  const named = new Set<string>();
  for (const { name } of tables) {
    const rows = await db.query<{ wanted: string }>(
      `select asked.wanted from unnest($1::text[]) as asked (wanted)
       where exists (select from "${db.schema}"."${name}" as line where strpos(line::text, asked.wanted) > 0)`,
      [digests],
    );
    for (const { wanted } of rows) named.add(wanted);
  }
  return named;
}
