import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../core/errors.ts';
import type { AssetEventInput } from '../../../schema/event.ts';
import { appendAudit } from '../../shared/audit/audit.ts';
import { appendEvent } from '../../shared/events/outbox.ts';
import type { RegistryDeps, Request, Work } from './deps.ts';

/** A changed noun with the place of its event, for `search` and `lineage` to wait for. */
export interface Changed<Noun> {
  readonly value: Noun;
  readonly eventCursor: string;
}

/** The noun that is changed and the verb, `model-version.approve`, and whom it befalls. */
export interface About {
  readonly action: string;
  readonly subject: string;
}

/**
 * Runs one change in one transaction. A refusal that names a rule is recorded in the audit chain, in a transaction of
 * its own since the change's is rolled back (G14).
 */
export async function change<Result>(
  deps: RegistryDeps,
  request: Request,
  about: About,
  work: Work<Result>,
): Promise<Result> {
  try {
    return await deps.db.transaction(work);
  } catch (error) {
    if (error instanceof DomainError) await recordRefusal(deps, request, about, error);
    throw error;
  }
}

async function recordRefusal(deps: RegistryDeps, request: Request, about: About, error: DomainError): Promise<void> {
  const rule = error.details['rule'];
  if (typeof rule !== 'string') return;
  await deps.db.transaction((em) =>
    appendAudit(em, {
      ...request,
      action: `${about.action}.refused`,
      subject: about.subject,
      at: deps.now(),
      reason: error.message,
      rule,
    }),
  );
}

export interface Recorded extends About {
  readonly at: Date;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | null;
}

/** Adds what a change leaves behind, in its transaction: an audit record, then the events. Answers the last cursor. */
export async function record(
  em: EntityManager,
  { actor, requestId }: Request,
  { reason, ...what }: Recorded,
  events: readonly AssetEventInput[],
): Promise<string> {
  await appendAudit(em, { actor, requestId, ...what, ...(typeof reason === 'string' && { reason }) });
  let cursor = '';
  for (const event of events) cursor = await appendEvent(em, event);
  return cursor;
}

/** Ids of other projects are as unknown as ids that never were. */
export function requireProject({ actor }: Request, project: string, field: string): void {
  if (actor.project === project) return;
  throw new DomainError('NOT_FOUND', `there is no project "${project}" for you: you are in "${actor.project}"`, {
    field,
  });
}
