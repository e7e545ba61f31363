import type { InboxOf } from '../../../schema/inbox.ts';
import { MUTATIONS } from '../../../schema/mutations.ts';
import { isAllowed, type Actor } from '../auth/actor.ts';

/** Whether what takes this mutation belongs into an inbox: into that of whoever asks only if they may call it. */
export const belongs = (inbox: InboxOf, actor: Actor, mutation: keyof typeof MUTATIONS): boolean =>
  inbox === 'ANYBODY' || isAllowed(actor, MUTATIONS[mutation]);
