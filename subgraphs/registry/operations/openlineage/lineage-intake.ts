import { DomainError } from '../../../../core/errors.ts';
import type { LineageEvent } from '../../../../schema/open-lineage.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import { appendEvent } from '../../../shared/events/outbox.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { runKey } from '../../domain/openlineage/lineage-noun.ts';
import { nounEvent, contentOf } from '../../domain/openlineage/noun-event.ts';
import { takeEvent, touchedBy, type LineageState } from '../../domain/openlineage/take-event.ts';
import { keepEvents, listLineageEvents } from '../../storage/openlineage/lineage-event.ts';
import { findNouns, findRuns, lockLineage, saveNouns, saveRuns } from '../../storage/openlineage/lineage-noun.ts';
import type { RegistryDeps } from '../deps.ts';

/** An event that was read, with the text that it came as. */
export interface SentEvent {
  readonly event: LineageEvent;
  readonly body: string;
}

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
      const some = this.#next();
      try {
        await this.#takeIn(some);
        for (const { done } of some) done();
      } catch (error) {
        for (const { failed } of some) failed(error);
      }
      this.#events -= some.reduce((sum, { events }) => sum + events.length, 0);
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

  async #takeIn(some: readonly Waiting[]): Promise<void> {
    const [first] = some;
    if (!first) return;
    const { project, actor } = first;
    const byDigest = new Map(
      some.flatMap(({ events }) => events.map(({ event, body }) => [digestOf(event), { event, body }] as const)),
    );
    const { db, now } = this.#deps;
    await db.transaction(async (em) => {
      await lockLineage(em);
      const at = now();
      const kept = await keepEvents(
        em,
        { project, actor, at },
        [...byDigest].map(([digest, { event, body }]) => ({ digest, body, eventTime: event.eventTime })),
      );
      const fresh = [...byDigest].filter(([digest]) => kept.has(digest)).map(([, { event }]) => event);
      if (fresh.length === 0) return;
      const touched = fresh.map((event) => touchedBy(project, event));
      const before = await findNouns(em, [...new Set(touched.flatMap(({ urns }) => urns))]);
      const runs = await findRuns(em, project, [...new Set(touched.flatMap(({ runIds }) => runIds))]);
      const state: LineageState = { project, nouns: new Map(before), runs: new Map(runs) };
      for (const event of fresh) takeEvent(state, event);
      const saved = [...state.nouns.values()].flatMap((noun) => {
        const old = before.get(noun.urn);
        if (old === noun) return [];
        const isNews = !old || digestOf(contentOf(nounEvent(old, at))) !== digestOf(contentOf(nounEvent(noun, at)));
        return [{ noun: isNews ? { ...noun, revision: noun.revision + 1 } : noun, isNews }];
      });
      await saveNouns(
        em,
        saved.map(({ noun }) => noun),
      );
      await saveRuns(
        em,
        [...state.runs.values()].filter((run) => runs.get(runKey(run)) !== run),
      );
      for (const { noun, isNews } of saved) if (isNews) await appendEvent(em, nounEvent(noun, at));
    });
  }
}
