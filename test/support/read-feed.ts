import type { AssetEvent } from '../../schema/event.ts';
import type { FeedSource } from '../../subgraphs/shared/events/feed.ts';

/**
 * Reads on until `enough` says so, 10 s at most. One look is not enough: a transaction that runs in the same
 * database, as that of a job, holds back what commits after it began.
 */
export async function readFeed(
  feed: FeedSource,
  after: string | null,
  enough: (events: readonly AssetEvent[]) => boolean,
): Promise<{ events: AssetEvent[]; cursor: string }> {
  const deadline = Date.now() + 10_000;
  const events: AssetEvent[] = [];
  for (let cursor = after; ;) {
    const page = await feed(cursor, 5_000);
    events.push(...page.events);
    cursor = page.cursor;
    if (enough(events) || Date.now() > deadline) return { events, cursor };
  }
}
