import type { ExecutionResult } from 'graphql';
import type { SubgraphCall } from '../../subgraphs/shared/subgraph-executor.ts';
import type { SubgraphResult } from '../../subgraphs/shared/subgraph.ts';
import type { GatewayContext } from './subgraph-call.ts';

/** A validated subscription: who brings its events, and what becomes of each. */
export interface PlannedSubscription {
  readonly subgraph: string;
  readonly call: SubgraphCall;
  /** The answer for one event: what other subgraphs know is fetched as for a query. */
  answer(event: SubgraphResult, context: GatewayContext): Promise<ExecutionResult>;
}
