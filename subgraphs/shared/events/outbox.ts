import type { EntityManager } from '@mikro-orm/postgresql';
import { AssetEvent, type AssetEventInput } from '../../../schema/event.ts';
import { validated } from '../../../schema/validated.ts';
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
