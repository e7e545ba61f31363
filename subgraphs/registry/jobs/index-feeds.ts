import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import type { Database } from '../../shared/database/database.ts';
import { followFeed } from '../../shared/events/consumer.ts';
import type { Consumer } from '../../shared/events/follow-pages.ts';
import type { FeedSource } from '../../shared/events/feed.ts';
import { SOURCES, type Source } from '../domain/asset-owner.ts';
import { applyEvent } from '../storage/asset-events.ts';

export interface IndexOptions {
  readonly db: Database;
  readonly feeds: Readonly<Record<Source, FeedSource>>;
  readonly log: Logger;
  readonly now: () => Date;
}

const WAIT_MS = 2_000;

/** Keeps the asset index up with every subgraph's feed, the registry's own included. */
export class IndexFeeds {
  readonly #consumers: ReadonlyMap<Source, Consumer>;

  constructor({ db, feeds, log, now }: IndexOptions) {
    this.#consumers = new Map(
      SOURCES.map((source) => [
        source,
        followFeed({
          name: `asset-index:${source}`,
          source: feeds[source],
          db,
          apply: (em, event) => applyEvent(em, source, event),
          log,
          now,
        }),
      ]),
    );
  }

  /** When each feed was last read to its end; null for one that never was. */
  caughtUpAt(source: Source): Date | null {
    return this.#consumers.get(source)?.caughtUpAt() ?? null;
  }

  /** Waits up to 2 s until everything of one feed up to a cursor is in the index. */
  async waitFor(source: Source, cursor: string): Promise<boolean> {
    return (await this.#consumers.get(source)?.waitFor(cursor, WAIT_MS)) ?? false;
  }

  /** As `waitFor`, for what the feature subgraph told. Throws UNAVAILABLE when the time is over. */
  async awaitFeatures(cursor: string): Promise<void> {
    if (await this.waitFor('feature', cursor)) return;
    throw new DomainError(
      'UNAVAILABLE',
      `what the feature subgraph told up to ${cursor} has not arrived in ${WAIT_MS} ms`,
      {
        field: 'after',
        subgraph: 'feature',
      },
    );
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.stop()));
  }
}
