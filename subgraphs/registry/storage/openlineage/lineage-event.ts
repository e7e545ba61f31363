import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../../shared/database/database.ts';

/** An event as it came, under the digest of what it says. */
export interface KeptEvent {
  readonly digest: string;
  readonly eventTime: string;
  readonly body: string;
}

export const lineageEventSql: readonly string[] = [
  `create table lineage_event (
     project text not null,
     digest text not null,
     position bigserial not null,
     event_time timestamptz(3) not null,
     received_at timestamptz(3) not null,
     actor text not null,
     body text not null,
     primary key (project, digest)
   )`,
  'create index lineage_event_time on lineage_event (project, event_time, position)',
];

/** Keeps events; answers the digests of those that had not come before. */
export async function keepEvents(
  em: EntityManager,
  { project, actor, at }: { readonly project: string; readonly actor: string; readonly at: Date },
  events: readonly KeptEvent[],
): Promise<ReadonlySet<string>> {
  const rows = events.map(({ digest, eventTime, body }) => ({ digest, event_time: eventTime, body }));
  const kept = await em.execute<{ digest: string }[]>(
    `insert into lineage_event (project, digest, event_time, received_at, actor, body)
     select ?, digest, event_time, ?, ?, body
     from jsonb_to_recordset(?::jsonb) as given (digest text, event_time timestamptz, body text)
     on conflict do nothing returning digest`,
    [project, at, actor, JSON.stringify(rows)],
  );
  return new Set(kept.map(({ digest }) => digest));
}

/** Events as they came, the newest first. */
export async function listLineageEvents(
  db: Database,
  project: string,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly bodies: readonly string[]; readonly total: number }> {
  const rows = await db.query<{ body: string }>(
    'select body from lineage_event where project = $1 order by event_time desc, position desc limit $2 offset $3',
    [project, limit, offset],
  );
  const [count] = await db.query<{ total: number }>(
    'select count(*)::int as total from lineage_event where project = $1',
    [project],
  );
  return { bodies: rows.map(({ body }) => body), total: count?.total ?? 0 };
}
