import type { OrderedPage } from './ordered-feed.ts';
import type { AssetEvent } from '../../../schema/event.ts';
import type { FeedSource } from './feed.ts';

interface Read {
  readonly page: Promise<OrderedPage<AssetEvent>>;
  readonly giveUp: AbortController;
  readers: number;
}

/**
 * The same feed for many readers: those that wait behind the same place wait together, with one read. It ends when all
 * of them have gone.
 */
export function sharedFeed(feed: FeedSource): FeedSource {
  const reads = new Map<string, Read>();

  const begin = (key: string, after: string | null, waitMs: number): Read => {
    const giveUp = new AbortController();
    const page = feed(after, waitMs, giveUp.signal).finally(() => {
      if (reads.get(key)?.page === page) reads.delete(key);
    });
    // Readers that have gone do not hear of its failure.
    page.catch(() => undefined);
    const read = { page, giveUp, readers: 0 };
    reads.set(key, read);
    return read;
  };

  return async (after, waitMs, signal) => {
    const key = `${after} ${waitMs}`;
    const read = reads.get(key) ?? begin(key, after, waitMs);
    read.readers += 1;
    const gone = Promise.withResolvers<never>();
    const leave = (): void => gone.reject(signal?.reason);
    signal?.addEventListener('abort', leave);
    try {
      signal?.throwIfAborted();
      return await Promise.race([read.page, gone.promise]);
    } finally {
      signal?.removeEventListener('abort', leave);
      read.readers -= 1;
      if (read.readers === 0) {
        if (reads.get(key) === read) reads.delete(key);
        read.giveUp.abort();
      }
    }
  };
}
