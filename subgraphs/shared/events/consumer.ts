import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEvent } from '../../../schema/event.ts';
import type { UrnKind } from '../../../core/urn.ts';
import { appliedRevisions, saveRevisions } from './applied-revisions.ts';
import type { FeedSource } from './feed.ts';
import { followPages, type Consumer, type FollowOptions } from './follow-pages.ts';

export interface ConsumerOptions extends Omit<FollowOptions<AssetEvent>, 'source' | 'applyPage'> {
  readonly source: FeedSource;
  /** What is followed; all kinds where left out. Of the others nothing is kept. */
  readonly kinds?: readonly UrnKind[];
  /** The effect of one event, in the transaction that also moves the cursor. Never called with a revision older than one before. */
  readonly apply: (em: EntityManager, event: AssetEvent) => Promise<void>;
}

/**
 * Follows a feed of events. A revision older than one already applied is dropped: two transactions on one subject may be
 * given in the other order.
 */
export function followFeed({ apply, kinds, ...options }: ConsumerOptions): Consumer {
  return followPages<AssetEvent>({
    ...options,
    applyPage: async (em, page) => {
      const events = page.filter(({ kind }) => !kinds || kinds.includes(kind));
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
