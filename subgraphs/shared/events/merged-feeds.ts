import { setTimeout as sleep } from 'node:timers/promises';
import type { AssetEvent } from '../../../schema/event.ts';
import type { SubgraphName } from '../../../schema/nouns.ts';
import { END, formatCursor } from './cursor.ts';
import type { FeedSource } from './feed.ts';
import type { OrderedPage } from './ordered-feed.ts';
import type { Places } from './places.ts';

interface NamedPage {
  readonly name: SubgraphName;
  readonly page: OrderedPage<AssetEvent>;
}

/** How long a feed may take to say where it ends. */
const BEGIN_MS = 2_000;
const WAIT_MS = 15_000;
const RETRY_MS = 1_000;

/**
 * The pages of several feeds as they come, behind `places`, which the reader moves; a feed without a place begins at its
 * end, with an empty page, when it can be read again. One that cannot be read is tried again while another can be; throws what the last one threw.
 */
export async function* pagesOf(
  feeds: ReadonlyMap<SubgraphName, FeedSource>,
  places: Pick<Places, 'get'>,
  signal: AbortSignal,
): AsyncGenerator<NamedPage, void, undefined> {
  const failing = new Set<SubgraphName>();

  const attempt = async (name: SubgraphName, feed: FeedSource): Promise<NamedPage | undefined> => {
    try {
      const place = places.get(name);
      const page = place === undefined ? await endOf(feed, signal) : await feed(place, WAIT_MS, signal);
      failing.delete(name);
      return { name, page };
    } catch (error) {
      if (signal.aborted) return undefined;
      failing.add(name);
      if (failing.size === feeds.size) throw error;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      return undefined;
    }
  };
  const next = async (name: SubgraphName, feed: FeedSource): Promise<NamedPage | undefined> => {
    while (!signal.aborted) {
      const page = await attempt(name, feed);
      if (page) return page;
    }
    return undefined;
  };
  const read = (name: SubgraphName, feed: FeedSource): Promise<NamedPage | undefined> => {
    const page = next(name, feed);
    // One may fail when another has failed already, and nobody reads on.
    page.catch(() => undefined);
    return page;
  };

  const reads = new Map([...feeds].map(([name, feed]) => [name, read(name, feed)]));
  while (!signal.aborted) {
    const first = await Promise.race(reads.values());
    const feed = first && feeds.get(first.name);
    if (!feed) return;
    yield first;
    reads.set(first.name, read(first.name, feed));
  }
}

/**
 * Gives each feed without a place the one where it ends just now. One that is away gets none: it commits nothing either.
 * Throws what a feed throws when none can be read.
 */
export async function beginAtEnds(
  feeds: ReadonlyMap<SubgraphName, FeedSource>,
  places: Pick<Places, 'get' | 'set'>,
  signal: AbortSignal,
): Promise<void> {
  const unplaced = [...feeds].filter(([name]) => places.get(name) === undefined);
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(BEGIN_MS)]);
  const begun = await Promise.allSettled(
    unplaced.map(async ([name, feed]) => {
      const { cursor } = await endOf(feed, inTime);
      places.set(name, cursor);
    }),
  );
  const failed = begun.find((one) => one.status === 'rejected');
  if (failed && begun.every(({ status }) => status === 'rejected') && unplaced.length === feeds.size)
    throw failed.reason;
}

/** Where a feed ends just now, as an empty page. */
async function endOf(feed: FeedSource, signal: AbortSignal): Promise<OrderedPage<AssetEvent>> {
  const { watermark } = await feed(formatCursor(END), 0, signal);
  return { events: [], cursors: [], cursor: watermark, watermark, newest: watermark, more: false };
}
