import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import { DomainError } from '../../core/errors.ts';
import type { ServerEvent } from '../../core/server-events.ts';
import { eventStream } from '../../subgraphs/shared/http/event-stream.ts';
import type { PlannedSubscription } from '../answer/planned-subscription.ts';
import type { SubgraphExecutors } from '../answer/subgraph-call.ts';
import type { Limits } from '../limits/limits.ts';
import { answeredEvents, type Subscriber } from './answered-events.ts';

export interface SubscriptionsOptions {
  readonly executors: SubgraphExecutors;
  readonly limits: Limits;
  /** How long a subgraph may take to begin. */
  readonly timeoutMs: number;
  readonly metrics: Registry;
  readonly log: Logger;
}

interface Running {
  readonly caller: string;
  readonly ended: AbortController;
}

const BEAT_MS = 15_000;

/** The subscriptions that run in this gateway: so many of one caller, and all ended when it stops. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #running = new Set<Running>();
  readonly #count: Gauge;
  readonly #ends: Counter<'outcome'>;
  #stopping = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#count = new Gauge({
      name: 'tiffin_gateway_subscriptions',
      help: 'Subscriptions that run.',
      registers: [options.metrics],
    });
    this.#ends = new Counter({
      name: 'tiffin_gateway_subscription_ends_total',
      help: 'Subscriptions that ended, by outcome: left (by the reader), complete, or the code of the error.',
      labelNames: ['outcome'] as const,
      registers: [options.metrics],
    });
  }

  /** The events of a subscription, as the body of an answer. Throws LIMIT_EXCEEDED where the caller has too many. */
  open(planned: PlannedSubscription, subscriber: Subscriber, cut: () => void): ReadableStream<Uint8Array> {
    const caller = subscriber.actor.subject;
    if (this.#stopping) throw stopped();
    this.#refuseTooMany(caller);
    const { limits } = this.#options;
    const running: Running = { caller, ended: new AbortController() };
    this.#running.add(running);
    this.#count.set(this.#running.size);
    const { ended } = running;
    return eventStream(this.#untilEnd(planned, subscriber, running), {
      beatMs: Math.min(BEAT_MS, limits.maxStallMs / 2),
      stallMs: limits.maxStallMs,
      onStall: () => ended.abort(stalled(limits.maxStallMs)),
      cut,
      onCancel: () => ended.abort(),
    });
  }

  /** Ends all, and takes no new ones. */
  close(): void {
    this.#stopping = true;
    this.endAll(stopped());
  }

  /** Ends all that run, each with the reason as its last word. */
  endAll(reason: DomainError): void {
    for (const { ended } of this.#running) ended.abort(reason);
  }

  #refuseTooMany(caller: string): void {
    const { maxSubscriptions: max } = this.#options.limits;
    const asked = [...this.#running].filter((one) => one.caller === caller).length + 1;
    if (asked <= max) return;
    throw new DomainError('LIMIT_EXCEEDED', `a caller may have ${max} subscriptions at a time: end one of them first`, {
      limit: 'subscriptions',
      max,
      asked,
    });
  }

  async *#untilEnd(
    planned: PlannedSubscription,
    subscriber: Subscriber,
    running: Running,
  ): AsyncGenerator<ServerEvent, void, undefined> {
    let outcome = 'left';
    try {
      outcome = yield* answeredEvents(planned, subscriber, { ...this.#options, ended: running.ended });
    } finally {
      running.ended.abort();
      this.#running.delete(running);
      this.#count.set(this.#running.size);
      this.#ends.inc({ outcome });
    }
  }
}

const stopped = (): DomainError =>
  new DomainError('UNAVAILABLE', 'the gateway stops: subscribe again from the last id');

const stalled = (ms: number): DomainError =>
  new DomainError('TIMEOUT', `nobody took an event for ${ms} ms: subscribe again from the last id`, { timeoutMs: ms });
