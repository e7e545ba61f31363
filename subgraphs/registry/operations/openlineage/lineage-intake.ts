import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { touchedBy } from '../../domain/openlineage/take-event.ts';
import { listLineageEvents } from '../../storage/openlineage/lineage-event.ts';
import type { RegistryDeps } from '../deps.ts';
import { takeIn, type SentEvent } from './take-in.ts';

interface Waiting {
  readonly project: string;
  readonly actor: string;
  readonly events: readonly SentEvent[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** The most events that wait to be taken in, and the most that one transaction takes. */
const MOST_WAITING = 5_000;
const MOST_AT_ONCE = 500;
const RETRY_AFTER_MS = 1_000;
/** Where several senders wait others are about to come: a transaction begins so long after the one before, for all of them. */
const GATHERING_MS = 25;

/**
 * Events of OpenLineage become jobs, datasets and fields of the catalogue. Those that come while a transaction runs share
 * the next one, so that many small senders cost no more than one that sends batches.
 */
export class LineageIntake {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;
  #waiting: Waiting[] = [];
  #events = 0;
  #running = false;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  /** Takes events in, each once however often it is sent. Throws RATE_LIMITED where too many wait. */
  take({ actor }: RequestContext, events: readonly SentEvent[]): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    // What no id can be made of is refused before it waits.
    for (const { event } of events) touchedBy(actor.project, event);
    if (this.#events > 0 && this.#events + events.length > MOST_WAITING) {
      throw new DomainError('RATE_LIMITED', `${this.#events} events wait to be taken in; allowed: ${MOST_WAITING}`, {
        retryAfterMs: RETRY_AFTER_MS,
        allowed: { max: MOST_WAITING },
      });
    }
    this.#events += events.length;
    const taken = new Promise<void>((done, failed) => {
      this.#waiting.push({ project: actor.project, actor: actor.subject, events, done, failed });
    });
    void this.#run();
    return taken;
  }

  /** Events as they came, the newest first. */
  list(
    { actor }: RequestContext,
    page: { readonly limit: number; readonly offset: number },
  ): ReturnType<typeof listLineageEvents> {
    return listLineageEvents(this.#deps.db, actor.project, page);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.length > 0) {
      const from = performance.now();
      const some = this.#next();
      const [first] = some;
      const events = some.flatMap((one) => one.events);
      try {
        if (first) await takeIn(this.#deps, first, events);
        for (const { done } of some) done();
      } catch (error) {
        for (const { failed } of some) failed(error);
      }
      this.#events -= events.length;
      const leftMs = GATHERING_MS - (performance.now() - from);
      // One sender that waits for each answer is never kept waiting.
      if (leftMs > 0 && this.#waiting.length > 1 && this.#events < MOST_AT_ONCE) await sleep(leftMs);
    }
    this.#running = false;
  }

  /** Those at the front that are of one sender's project. */
  #next(): readonly Waiting[] {
    const [first] = this.#waiting;
    const some: Waiting[] = [];
    let events = 0;
    for (const one of this.#waiting) {
      if (one.project !== first?.project || one.actor !== first.actor) break;
      if (some.length > 0 && events + one.events.length > MOST_AT_ONCE) break;
      some.push(one);
      events += one.events.length;
    }
    this.#waiting = this.#waiting.slice(some.length);
    return some;
  }
}
