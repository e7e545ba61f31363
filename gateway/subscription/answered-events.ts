import type { ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import { DomainError } from '../../core/errors.ts';
import type { ServerEvent } from '../../core/server-events.ts';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { refuseDrift, unavailable } from '../answer/call-subgraph.ts';
import type { PlannedSubscription } from '../answer/planned-subscription.ts';
import { publicError } from '../answer/public-error.ts';
import type { GatewayContext, SubgraphExecutors } from '../answer/subgraph-call.ts';
import type { Limits } from '../limits/limits.ts';

/** Who listens. */
export interface Subscriber {
  readonly actor: Actor;
  /** The last event that the subscriber has. */
  readonly lastEventId: string | undefined;
  readonly requestId: string;
  /** With a new token for what is asked next. Throws where the caller may no longer ask. */
  readonly context: (deadline: AbortSignal) => Promise<GatewayContext>;
}

export interface AnsweringOptions {
  readonly executors: SubgraphExecutors;
  readonly limits: Limits;
  readonly timeoutMs: number;
  readonly log: Logger;
  /** Ends the subscription; its reason, if it is a DomainError, is shown. */
  readonly ended: AbortController;
}

/** How often it is looked whether the caller may still listen, events or not. */
const RECHECK_MS = 30_000;

/** The events of a subscription in the form of GraphQL over SSE, with the reason why it ended. Answers how it ended. */
export async function* answeredEvents(
  planned: PlannedSubscription,
  subscriber: Subscriber,
  options: AnsweringOptions,
): AsyncGenerator<ServerEvent, string, undefined> {
  const { ended, limits, log } = options;
  const contextNow = (): Promise<GatewayContext> => subscriber.context(AbortSignal.timeout(limits.maxTimeMs));
  const recheck = setInterval(() => void contextNow().catch((error: unknown) => ended.abort(error)), RECHECK_MS);
  recheck.unref();
  let outcome = 'complete';
  try {
    for await (const { id, result } of begun(planned, subscriber, await contextNow(), options)) {
      if (result) {
        refuseDrift(result);
        yield next(await planned.answer(result, await contextNow()), id, log);
      } else yield { id };
      if (ended.signal.aborted) break;
    }
    ended.signal.throwIfAborted();
  } catch (error) {
    if (ended.signal.aborted && !(ended.signal.reason instanceof DomainError)) return 'left';
    const failure = error instanceof DomainError ? error : unavailable(planned.subgraph);
    if (failure !== error) {
      log.warn({ err: error, subgraph: planned.subgraph, requestId: subscriber.requestId }, 'a subscription broke off');
    }
    const { code, message, details } = failure;
    outcome = code;
    yield { name: 'next', data: JSON.stringify({ errors: [{ message, extensions: { code, ...details } }] }) };
  } finally {
    clearInterval(recheck);
  }
  yield { name: 'complete', data: '' };
  return outcome;
}

/** The subgraph's own events; the first must come in time. */
async function* begun(
  { subgraph, call }: PlannedSubscription,
  { lastEventId }: Subscriber,
  context: GatewayContext,
  { executors, timeoutMs, ended }: AnsweringOptions,
) {
  const executor = executors.get(subgraph);
  if (!executor) throw unavailable(subgraph);
  const late = (): void => {
    const message = `${subgraph} did not answer within ${timeoutMs} ms`;
    ended.abort(new DomainError('TIMEOUT', message, { subgraph, timeoutMs }));
  };
  const timer = setTimeout(late, timeoutMs);
  try {
    const events = executor.subscribe({ ...call, lastEventId }, context, ended.signal);
    for await (const event of untilAborted(events, ended.signal)) {
      clearTimeout(timer);
      yield event;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The same events, to their end or until the signal aborts, whether or not their source hears it. */
async function* untilAborted<T>(events: AsyncGenerator<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const { promise: aborted, resolve: abort } = Promise.withResolvers<undefined>();
  const onAbort = (): void => abort(undefined);
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const step = await Promise.race([events.next(), aborted]);
      if (!step || step.done) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    events.return(undefined).catch(() => undefined);
  }
}

function next({ data, errors }: ExecutionResult, id: string | undefined, log: Logger): ServerEvent {
  const shown = errors?.map((error) => publicError(error.toJSON(), log));
  return { id, name: 'next', data: JSON.stringify({ ...(shown && { errors: shown }), data }) };
}
