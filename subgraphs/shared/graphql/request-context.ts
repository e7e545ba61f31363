import type { Actor } from '../auth/actor.ts';

/** What every resolver gets. A subgraph's own context adds its operations and loaders. */
export interface RequestContext {
  readonly actor: Actor;
  readonly requestId: string;
}
