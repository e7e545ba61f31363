import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEventInput } from '../../schema/event.ts';
import { appendAudit } from '../shared/audit/audit.ts';
import { appendEvent } from '../shared/events/outbox.ts';
import type { RequestContext } from '../shared/graphql/request-context.ts';

/** A change that a mutation made, and where its event stands in the feed; null where nothing changed. */
export interface Changed<T> {
  readonly value: T;
  readonly eventCursor: string | null;
}

/** A value as JSON would hold it: instants as text. */
export const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

/** Writes a change's events and its audit record, in the change's own transaction. Answers the last event's cursor. */
export async function recordChange(
  em: EntityManager,
  by: RequestContext,
  change: {
    readonly action: string;
    readonly subject: string;
    readonly at: Date;
    readonly before: unknown;
    readonly after: unknown;
    readonly events: readonly AssetEventInput[];
  },
): Promise<string | null> {
  const { events, before, after, ...entry } = change;
  let cursor: string | null = null;
  for (const event of events) cursor = await appendEvent(em, event);
  await appendAudit(em, {
    ...entry,
    before: plain(before),
    after: plain(after),
    actor: by.actor,
    requestId: by.requestId,
  });
  return cursor;
}
