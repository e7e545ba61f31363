import { DomainError } from '../../../core/errors.ts';
import { INBOXES, inboxOf, type InboxOf } from '../../../schema/inbox.ts';
import type { AccessRule } from '../auth/actor.ts';
import { reference, type Reference } from './reference.ts';

/** The gateway's own noun, to which each subgraph adds lists of what waits in it. */
export interface Inbox extends Reference {
  readonly id: InboxOf;
}

export const inboxType = (rule: AccessRule): new (id: string) => Reference =>
  reference('Inbox', rule, { description: 'What waits for a person, as lists of the things themselves.' });

/** Throws INVALID_INPUT for an id that is none. */
export function inboxReference({ id }: Reference): Inbox {
  const of = inboxOf(id);
  if (of !== undefined) return { id: of };
  throw new DomainError('INVALID_INPUT', `inbox: there is none of "${id}"; allowed: ${INBOXES.join(', ')}`, {
    field: 'inbox',
    allowed: [...INBOXES],
  });
}
