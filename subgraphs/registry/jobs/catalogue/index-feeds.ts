import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../../shared/database/database.ts';
import { requireEvent, waitForEvent } from '../../../shared/events/await-event.ts';
import { followPages, type Consumer } from '../../../shared/events/follow-pages.ts';
import type { FeedSource } from '../../../shared/events/feed.ts';
import type { Coverage } from '../../domain/catalogue/lineage.ts';
import { applyEvents } from '../../storage/catalogue/asset-events.ts';
import { SUBGRAPHS, type SubgraphName } from '../../../../schema/nouns.ts';

export interface IndexOptions {
  readonly db: Database;
  readonly feeds: Readonly<Record<SubgraphName, FeedSource>>;
  readonly log: Logger;
  readonly now: () => Date;
}

/** How long a producer may take to say whether it has anything newer, and the index to take that in. */
const PROBE_MS = 1_000;

/** Keeps the asset index up with every subgraph's feed, the registry's own included. */
export class IndexFeeds {
  readonly #feeds: IndexOptions['feeds'];
  readonly #consumers: Readonly<Record<SubgraphName, Consumer>>;
  #asked: Promise<readonly Coverage[]> | undefined;

  constructor({ db, feeds, log, now }: IndexOptions) {
    this.#feeds = feeds;
    const follow = (source: SubgraphName): Consumer =>
      followPages({
        name: `asset-index:${source}`,
        source: feeds[source],
        db,
        applyPage: (em, events) => applyEvents(em, source, events),
        log,
        now,
      });
    this.#consumers = {
      feature: follow('feature'),
      registry: follow('registry'),
      experiment: follow('experiment'),
      monitoring: follow('monitoring'),
    };
  }

  /** Who follows which feed, by the name of its place in it. */
  get consumers(): Readonly<Record<string, Consumer>> {
    return Object.fromEntries(SUBGRAPHS.map((source) => [`asset-index:${source}`, this.#consumers[source]]));
  }

  /**
   * Asks every producer whether the index has all that it told: up to now, or up to a moment in the past, for which
   * having been at its end since then is enough.
   */
  coverage(asOf: Date | null): Promise<readonly Coverage[]> {
    if (asOf !== null) return this.#ask(asOf);
    // Questions that begin together, as the fields of one document do, share an answer that is begun after them all.
    this.#asked ??= nextTurn().then(() => {
      this.#asked = undefined;
      return this.#ask(null);
    });
    return this.#asked;
  }

  #ask(asOf: Date | null): Promise<readonly Coverage[]> {
    return Promise.all(SUBGRAPHS.map(async (source) => ({ source, behind: await this.#behind(source, asOf) })));
  }

  /** Waits up to 2 s until a mutation's event is in the index. Throws INVALID_INPUT for what is no mutation's cursor. */
  waitFor(cursor: string, field: string): Promise<boolean> {
    return waitForEvent(this.#consumers, cursor, field);
  }

  /** As `waitFor`. Throws UNAVAILABLE when the time is over. */
  require(cursor: string, field: string): Promise<void> {
    return requireEvent(this.#consumers, cursor, field);
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#consumers).map((consumer) => consumer.stop()));
  }

  async #behind(source: SubgraphName, asOf: Date | null): Promise<string | null> {
    const consumer = this.#consumers[source];
    const at = consumer.caughtUpAt();
    if (asOf !== null && at !== null && at > asOf) return null;
    const known = at === null ? 'nothing of it has been read to the end' : `known up to ${at.toISOString()}`;
    try {
      const deadline = performance.now() + PROBE_MS;
      const cursor = await consumer.cursor();
      const end = await Promise.race([this.#feeds[source](cursor, 0), sleep(PROBE_MS, undefined, { ref: false })]);
      if (!end) return `it does not answer; ${known}`;
      // What was there when it was asked, no more: where commits come all the time, the end never stands still.
      if (end.newest === cursor || (await consumer.waitFor(end.newest, deadline - performance.now()))) return null;
      return end.events.length > 0
        ? `its events wait to be taken in; ${known}`
        : `its newest events cannot be read yet; ${known}`;
    } catch {
      return `it cannot be reached; ${known}`;
    }
  }
}
