import type { AssetEvent } from '../../../schema/event.ts';
import { ownerOf, SUBGRAPHS, type SubgraphName } from '../../../schema/nouns.ts';
import type { RequestContext } from '../graphql/request-context.ts';
import type { FeedSource } from './feed.ts';
import { Places } from './places.ts';
import { beginAtEnds, pagesOf } from './merged-feeds.ts';
import { sharedFeed } from './shared-feed.ts';

/** What a subscriber is told, and where to go on after it. */
export interface Change {
  /** As `Places` writes it. */
  readonly cursor: string;
  /** Undefined where only the place has moved. */
  readonly event: AssetEvent | undefined;
}

export interface ChangesInput {
  /** Behind this cursor, or a mutation's eventCursor; from now on where there is none. */
  readonly after: string | null | undefined;
  readonly matches: (event: AssetEvent) => boolean;
}

/** Feeds as subscriptions give them on: nothing is kept here, since the outboxes are there to be read again. */
export class Changes {
  readonly #feeds: ReadonlyMap<SubgraphName, FeedSource>;

  constructor(feeds: Readonly<Partial<Record<SubgraphName, FeedSource>>>) {
    const given = SUBGRAPHS.map((name) => [name, feeds[name]] as const);
    this.#feeds = new Map(given.flatMap(([name, feed]) => (feed ? [[name, sharedFeed(feed)] as const] : [])));
  }

  /**
   * The events of the caller's project until the subscriber has gone; a place alone at first, and behind events that do
   * not match. Throws INVALID_INPUT for a cursor of other feeds, and what the feeds throw when none can be read.
   */
  async *follow(
    { actor, subscription }: RequestContext,
    { after, matches }: ChangesInput,
  ): AsyncGenerator<Change, void, undefined> {
    if (!subscription) throw new Error('only a subscription follows changes');
    const { signal, lastEventId } = subscription;
    const names = [...this.#feeds.keys()];
    const places =
      lastEventId === undefined
        ? Places.read(after ?? '', names, 'after')
        : Places.read(lastEventId, names, 'last-event-id');
    await beginAtEnds(this.#feeds, places, signal);
    yield { cursor: places.toString(), event: undefined };
    for await (const { name, page } of pagesOf(this.#feeds, places, signal)) {
      let lastCursor = places.toString();
      for (const [index, event] of page.events.entries()) {
        places.set(name, page.cursors[index] ?? page.cursor);
        const isFor = event.project === actor.project && ownerOf(event.kind) === name;
        if (!isFor || !matches(event)) continue;
        lastCursor = places.toString();
        yield { cursor: lastCursor, event };
      }
      places.set(name, page.cursor);
      const cursor = places.toString();
      if (cursor !== lastCursor) yield { cursor, event: undefined };
    }
  }
}
