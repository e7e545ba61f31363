import type { PoolClient } from 'pg';
import { textArray } from '../../../shared/database/binary-array.ts';
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
  client: PoolClient,
  { project, actor, at }: { readonly project: string; readonly actor: string; readonly at: Date },
  events: readonly KeptEvent[],
): Promise<ReadonlySet<string>> {
  const texts = (of: (event: KeptEvent) => string): Buffer => textArray('text', events.map(of));
  const { rows } = await client.query<{ digest: string }>(
    `insert into lineage_event (project, digest, event_time, received_at, actor, body)
     select $1, digest, event_time::timestamptz, $2, $3, body
     from unnest($4::text[], $5::text[], $6::text[]) with ordinality as given (digest, event_time, body, place)
     order by place on conflict do nothing returning digest`,
    [project, at, actor, texts(({ digest }) => digest), texts(({ eventTime }) => eventTime), texts(({ body }) => body)],
  );
  return new Set(rows.map(({ digest }) => digest));
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
