import type { DocumentNode } from 'graphql';
import type { SubgraphResult } from './subgraph.ts';

/** One GraphQL operation for a subgraph. */
export interface SubgraphCall {
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/** For whom a subgraph is called. */
export interface CallContext {
  /** The internal token that says who is asking, for one minute. */
  readonly token: string;
  readonly requestId?: string | undefined;
  /** The caller's trace (W3C Trace Context), handed on as it came. */
  readonly traceparent?: string | undefined;
}

/** A subscription for a subgraph. */
export interface SubscriptionCall extends SubgraphCall {
  /** The last event that the subscriber has. */
  readonly lastEventId?: string | undefined;
}

/** What a subscriber hears. */
export interface SubscriptionEvent {
  /** Where to go on after it; left out of a refusal, which ends the subscription. */
  readonly id?: string | undefined;
  /** Left out where only the place has moved. */
  readonly result?: SubgraphResult | undefined;
}

/** One subgraph as the other parts reach it: a function in this process, or a server elsewhere. */
export interface SubgraphExecutor {
  /** May throw or reject: that counts as not available. `signal` asks to give up. */
  execute(call: SubgraphCall, context: CallContext, signal: AbortSignal): Promise<SubgraphResult>;
  /** As long as `signal` does not abort; throws where the subgraph stops or cannot be reached any more. */
  subscribe(call: SubscriptionCall, context: CallContext, signal: AbortSignal): AsyncGenerator<SubscriptionEvent>;
  /** A data-plane or internal route, `path` beginning with `/`. */
  get(path: string, context: CallContext, signal: AbortSignal): Promise<Response>;
  /** Throws when the subgraph cannot serve at the moment. */
  check(signal: AbortSignal): Promise<void>;
}
