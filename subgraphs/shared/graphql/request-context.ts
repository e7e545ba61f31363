import type { Actor } from '../auth/actor.ts';

/** What every resolver gets. A subgraph's own context adds its operations and loaders. */
export interface RequestContext {
  readonly actor: Actor;
  readonly requestId: string;
  /** For a subscription alone. */
  readonly subscription?: SubscriptionContext;
}

export interface SubscriptionContext {
  /** The last event that the subscriber has; it counts more than the argument `after`. */
  readonly lastEventId: string | undefined;
  /** Aborts when nobody listens any more, or when the process is about to stop. */
  readonly signal: AbortSignal;
}
