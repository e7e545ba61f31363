import { Kind, type OperationTypeNode } from 'graphql';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import type { CallContext, SubgraphCall, SubgraphExecutor } from '../../subgraphs/shared/subgraph-executor.ts';
import type { PlannedSubscription } from './planned-subscription.ts';
import type { SubgraphResult } from '../../subgraphs/shared/subgraph.ts';

/** Takes over a subscription, to answer it by its events. */
export type OnSubscription = (planned: PlannedSubscription) => void;

/** What one request to the gateway carries through to its subgraphs. */
export interface GatewayContext extends CallContext {
  readonly actor: Actor;
  readonly requestId: string;
  /** Fires when the time for the whole request is up. */
  readonly deadline: AbortSignal;
  /** Whether the request may change nothing: it came by GET. */
  readonly isReadOnly?: boolean | undefined;
  /** Given where the caller can be answered by a stream of events: takes over the subscription that was asked for. */
  readonly onSubscription?: OnSubscription | undefined;
  /** While an event of a subscription is answered: stands for the subgraph that has sent it. */
  readonly answerSubscription?: CallSubgraph;
}

export type SubgraphExecutors = ReadonlyMap<string, SubgraphExecutor>;

/** Answers always: what fails comes back as errors in the result. */
export type CallSubgraph = (name: string, call: SubgraphCall, context: GatewayContext) => Promise<SubgraphResult>;

/** Whether a call is of this kind: a fetch has one operation. */
export const isOperation = ({ document }: SubgraphCall, kind: OperationTypeNode): boolean =>
  document.definitions.some((node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === kind);
