import { onTestFinished } from 'vitest';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { signInternalToken, type InternalSecret } from '../../subgraphs/shared/auth/internal-token.ts';
import type { Subgraph } from '../../subgraphs/shared/subgraph.ts';
import { knownFields } from './known-fields.ts';

export interface ListenOptions {
  readonly actor: Actor;
  readonly secret: InternalSecret;
  readonly variables?: Record<string, unknown>;
  readonly lastEventId?: string;
}

/** A subscriber at a subgraph's own door; it leaves with the test. */
export interface Listener {
  /** The next change, or refusal; places alone go by. */
  next(): Promise<any>;
  leave(): Promise<void>;
}

/** Subscribes, and waits until it is said where the subscription stands, or why it is refused. */
export async function listenTo(subgraph: Subgraph, query: string, options: ListenOptions): Promise<Listener> {
  const { actor, secret, variables, lastEventId } = options;
  const token = await signInternalToken(actor, secret);
  const gone = new AbortController();
  const events = subgraph.subscribe(
    { document: knownFields(subgraph, query), variables, token, lastEventId },
    gone.signal,
  );
  const leave = async (): Promise<void> => {
    gone.abort();
    await events.return();
  };
  onTestFinished(leave);
  let held = (await events.next()).value?.result;
  return {
    next: async () => {
      let result = held;
      held = undefined;
      while (!result) {
        const { done, value } = await events.next();
        if (done) return undefined;
        result = value.result;
      }
      return JSON.parse(JSON.stringify(result));
    },
    leave,
  };
}
