import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEvent } from '../../../schema/event.ts';
import { appliedRevisions, saveRevisions } from './applied-revisions.ts';
import type { FeedSource } from './feed.ts';
import { followPages, type Consumer, type FollowOptions } from './follow-pages.ts';

export interface ConsumerOptions extends Omit<FollowOptions<AssetEvent>, 'source' | 'applyPage'> {
  readonly source: FeedSource;
  /** The effect of one event, in the transaction that also moves the cursor. Never called with a revision older than one before. */
  readonly apply: (em: EntityManager, event: AssetEvent) => Promise<void>;
}

/**
 * Follows a feed of events. A revision older than one already applied is dropped: two transactions on one subject may be
 * given in the other order.
 */
export function followFeed({ apply, ...options }: ConsumerOptions): Consumer {
  return followPages<AssetEvent>({
    ...options,
    applyPage: async (em, events) => {
      const revisions = await appliedRevisions(em, options.name, events);
      for (const event of events) {
        if (event.revision < (revisions.get(event.urn) ?? 0)) continue;
        await apply(em, event);
        revisions.set(event.urn, event.revision);
      }
      await saveRevisions(em, options.name, revisions);
    },
  });
}
