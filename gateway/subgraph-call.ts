import type { DocumentNode } from 'graphql';
import type { Actor } from '../subgraphs/shared/auth/actor.ts';
import type { SubgraphResult } from '../subgraphs/shared/subgraph.ts';

/** What one request to the gateway carries through to its subgraphs. */
export interface GatewayContext {
  readonly actor: Actor;
  /** The internal token that says who is asking, for one minute. */
  readonly token: string;
  readonly requestId: string;
  /** Fires when the time for the whole request is up. */
  readonly deadline: AbortSignal;
}

/** One fetch of a query plan. */
export interface SubgraphCall {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly operationName: string | undefined;
}

/** One subgraph as the gateway reaches it: a function in this process, or a server elsewhere. */
export interface SubgraphExecutor {
  /** May throw or reject: that counts as not available. `signal` asks to give up. */
  execute(call: SubgraphCall, context: GatewayContext, signal: AbortSignal): Promise<SubgraphResult>;
  /** Throws when the subgraph cannot serve at the moment. */
  check(signal: AbortSignal): Promise<void>;
}

export type SubgraphExecutors = ReadonlyMap<string, SubgraphExecutor>;

/** Answers always: what fails comes back as errors in the result. */
export type CallSubgraph = (name: string, call: SubgraphCall, context: GatewayContext) => Promise<SubgraphResult>;
