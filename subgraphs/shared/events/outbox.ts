import type { EntityManager } from '@mikro-orm/postgresql';
import type { PoolClient } from 'pg';
import { AssetEvent, type AssetEventInput } from '../../../schema/event.ts';
import { validated } from '../../../schema/validated.ts';
import { numberArray, textArray } from '../database/binary-array.ts';
import { formatCursor } from './cursor.ts';

/**
 * Adds an event to the outbox in the change's own transaction and answers with its cursor, `feature:879-9`, which `search`
 * and `lineage` can wait for. The event is the subject's full snapshot.
 */
export async function appendEvent(em: EntityManager, event: AssetEventInput): Promise<string> {
  const { urn, kind, project, revision, at, ...rest } = validated(AssetEvent, event);
  const [row] = await em.execute<{ xid: string; seq: string; feed: string }[]>(
    `insert into outbox (urn, kind, project, revision, at, event) values (?, ?, ?, ?, ?, ?)
     returning xid::text, seq::text, current_schema()::text as feed, pg_notify('outbox_' || current_schema(), '')::text`,
    [urn, kind, project, revision, at, JSON.stringify(rest)],
  );
  if (!row) throw new Error('the outbox took no row');
  return `${row.feed}:${formatCursor({ xid: BigInt(row.xid), seq: BigInt(row.seq) })}`;
}

/** As `appendEvent`, for many at once in a transaction of plain SQL: one statement, which wakes the readers once. */
export async function appendEvents(client: PoolClient, events: readonly AssetEventInput[]): Promise<void> {
  if (events.length === 0) return;
  const all = events.map((event) => validated(AssetEvent, event));
  const texts = (of: (event: AssetEvent) => string): Buffer => textArray('text', all.map(of));
  await client.query(
    `with added as (
       insert into outbox (urn, kind, project, revision, at, event)
       select urn, kind, project, revision, at, event
       from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::jsonb[]) with ordinality
         as told (urn, kind, project, revision, at, event, place)
       order by place returning 1)
     select pg_notify('outbox_' || current_schema(), '') from (select count(*) from added) told`,
    [
      texts(({ urn }) => urn),
      texts(({ kind }) => kind),
      texts(({ project }) => project),
      numberArray(
        'bigint',
        all.map(({ revision }) => revision),
      ),
      numberArray(
        'timestamptz',
        all.map(({ at }) => Date.parse(at)),
      ),
      textArray(
        'jsonb',
        all.map(({ urn: _u, kind: _k, project: _p, revision: _r, at: _a, ...rest }) => JSON.stringify(rest)),
      ),
    ],
  );
}
