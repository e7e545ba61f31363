import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import type { CallContext, SubgraphCall, SubgraphExecutor } from '../../subgraphs/shared/subgraph-executor.ts';
import type { SubgraphResult } from '../../subgraphs/shared/subgraph.ts';

/** What one request to the gateway carries through to its subgraphs. */
export interface GatewayContext extends CallContext {
  readonly actor: Actor;
  readonly requestId: string;
  /** Fires when the time for the whole request is up. */
  readonly deadline: AbortSignal;
}

export type SubgraphExecutors = ReadonlyMap<string, SubgraphExecutor>;

/** Answers always: what fails comes back as errors in the result. */
export type CallSubgraph = (name: string, call: SubgraphCall, context: GatewayContext) => Promise<SubgraphResult>;
