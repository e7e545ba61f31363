import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../core/errors.ts';
import type { AssetEventInput } from '../../../schema/event.ts';
import { appendAudit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { appendEvent } from '../events/outbox.ts';
import type { RequestContext } from '../graphql/request-context.ts';

/** What every operation that changes something needs. */
export interface ChangeDeps {
  readonly db: Database;
  readonly now: () => Date;
}

/** Names a change in the audit: the noun and the verb, `model-version.approve`, and the URN that it is about. */
export interface ChangeName {
  readonly action: string;
  readonly subject: string;
}

/** What a change comes to, decided inside its transaction. */
export interface ChangeEffect<Noun> {
  /** The noun after the change. */
  readonly value: Noun;
  /** The URN where only the change itself makes it known, as the next version of a feature view. */
  readonly subject?: string;
  /** The noun before; left out for a new one. Only its digest enters the audit. */
  readonly before?: unknown;
  /** What the audit takes as the noun after, where that is not `value`; null where nothing is left. Only its digest is kept. */
  readonly after?: unknown;
  readonly reason?: string | null | undefined;
  /** Full snapshots for the feed; the last one's cursor is the change's. */
  readonly events: readonly AssetEventInput[];
  /** Done last in the transaction, with the cursor that the change answers. */
  readonly finish?: (eventCursor: string | null) => Promise<void>;
}

/** A change that asked for what stands already: nothing is recorded. */
export interface NoChange<Noun> {
  readonly value: Noun;
  readonly unchanged: true;
}

/** A changed noun, and where its event stands in the feed for `search` and `lineage` to wait for. */
export interface Changed<Noun> {
  readonly value: Noun;
  /** Null where nothing changed or no event tells of it. */
  readonly eventCursor: string | null;
}

/**
 * One change in one transaction: decides, then adds the audit record and the events. `decide` locks, checks and saves.
 * A refusal that names a rule (`details.rule`) is recorded as `<action>.refused`, in a transaction of its own since the
 * change's is rolled back.
 */
export async function change<Noun>(
  deps: ChangeDeps,
  context: RequestContext,
  name: ChangeName,
  decide: (em: EntityManager, at: Date) => Promise<ChangeEffect<Noun> | NoChange<Noun>>,
): Promise<Changed<Noun>> {
  try {
    return await deps.db.transaction(async (em) => {
      const at = deps.now();
      const effect = await decide(em, at);
      if ('unchanged' in effect) return { value: effect.value, eventCursor: null };
      const eventCursor = await record(em, context, { ...name, at, ...effect });
      await effect.finish?.(eventCursor);
      return { value: effect.value, eventCursor };
    });
  } catch (error) {
    if (error instanceof DomainError) await recordRefusal(deps, context, name, error);
    throw error;
  }
}

type Recorded = ChangeName & Omit<ChangeEffect<unknown>, 'subject'> & { readonly at: Date };

/**
 * Adds what a change leaves behind to the change's own transaction: the audit record, then the events. Answers with the
 * cursor of the last event; null without events. For work that is no single `change`: an evaluation, a followed event.
 */
export async function record(
  em: EntityManager,
  { actor, requestId }: RequestContext,
  { value, after = value, before, reason, events, action, subject, at }: Recorded,
): Promise<string | null> {
  await appendAudit(em, {
    actor,
    requestId,
    action,
    subject,
    at,
    ...(before !== undefined && before !== null && { before }),
    ...(after !== undefined && after !== null && { after }),
    ...(typeof reason === 'string' && { reason }),
  });
  let cursor: string | null = null;
  for (const event of events) cursor = await appendEvent(em, event);
  return cursor;
}

async function recordRefusal(
  deps: ChangeDeps,
  { actor, requestId }: RequestContext,
  { action, subject }: ChangeName,
  { message, details }: DomainError,
): Promise<void> {
  const { rule } = details;
  if (typeof rule !== 'string') return;
  const refusal = { actor, requestId, action: `${action}.refused`, subject, at: deps.now(), reason: message, rule };
  await deps.db.transaction((em) => appendAudit(em, refusal));
}
