import { OperationTypeNode } from 'graphql';
import type { Histogram } from 'prom-client';
import type { Logger } from 'pino';
import { DomainError } from '../../core/errors.ts';
import type { SubgraphResult } from '../../subgraphs/shared/subgraph.ts';
import type { SubgraphCall } from '../../subgraphs/shared/subgraph-executor.ts';
import { isOperation, type CallSubgraph, type GatewayContext, type SubgraphExecutors } from './subgraph-call.ts';

export interface CallOptions {
  /** How long one subgraph may take for one fetch of a query. */
  readonly timeoutMs: number;
  readonly log: Logger;
  /** Seconds per fetch, by subgraph and outcome. */
  readonly duration: Histogram<'subgraph' | 'outcome'>;
}

/** Our fault towards a subgraph, not the caller's: it does not know the graph that we composed. */
const DRIFTED = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);

/** Reaches subgraphs within their time; what cannot be reached costs its fields and nothing else. */
export function callSubgraphs(executors: SubgraphExecutors, options: CallOptions): CallSubgraph {
  const { timeoutMs, log, duration } = options;
  return async (name, call, context) => {
    const stop = duration.startTimer({ subgraph: name });
    try {
      const result = await withinTime(executors, name, call, context, timeoutMs);
      refuseDrift(result);
      stop({ outcome: result.errors ? 'errors' : 'ok' });
      return result;
    } catch (error) {
      const failure = error instanceof DomainError ? error : unavailable(name);
      stop({ outcome: failure.code });
      log.warn({ err: error, subgraph: name, requestId: context.requestId }, 'a subgraph did not answer');
      return { errors: [{ message: failure.message, extensions: { code: failure.code, ...failure.details } }] };
    }
  };
}

/** Throws for the answer of a subgraph that does not know the graph that we composed. */
export function refuseDrift({ errors }: SubgraphResult): void {
  const drifted = errors?.find(({ extensions }) => DRIFTED.has(String(extensions?.['code'])));
  if (drifted) throw new Error(`does not know the composed schema: ${drifted.message}`);
}

export const unavailable = (name: string): DomainError =>
  new DomainError('SUBGRAPH_UNAVAILABLE', `${name} is not available at the moment`, { subgraph: name });

/** A query has `timeoutMs`. A mutation, which giving up would not undo, has as long as the whole request. */
async function withinTime(
  executors: SubgraphExecutors,
  name: string,
  call: SubgraphCall,
  context: GatewayContext,
  timeoutMs: number,
): Promise<SubgraphResult> {
  const executor = executors.get(name);
  if (!executor) throw unavailable(name);
  const changes = isOperation(call, OperationTypeNode.MUTATION);
  const outOfTime = (): DomainError =>
    new DomainError('TIMEOUT', `the time for the whole request ran out before ${name} had answered`, {
      subgraph: name,
      ...(changes && { mayBeDone: true }),
    });
  if (context.deadline.aborted) throw new DomainError('TIMEOUT', outOfTime().message, { subgraph: name });
  const giveUp = new AbortController();
  const late = Promise.withResolvers<never>();
  const refuse = (error: DomainError): void => {
    late.reject(error);
    giveUp.abort();
  };
  const onDeadline = (): void => refuse(outOfTime());
  context.deadline.addEventListener('abort', onDeadline);
  const timer = changes
    ? undefined
    : setTimeout(() => {
        const message = `${name} did not answer within ${timeoutMs} ms`;
        refuse(new DomainError('TIMEOUT', message, { subgraph: name, timeoutMs }));
      }, timeoutMs);
  try {
    return await Promise.race([late.promise, executor.execute(call, context, giveUp.signal)]);
  } finally {
    clearTimeout(timer);
    context.deadline.removeEventListener('abort', onDeadline);
  }
}
