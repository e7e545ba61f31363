import type { Logger } from 'pino';
import type { Database } from '../../../shared/database/database.ts';
import { followFeed } from '../../../shared/events/consumer.ts';
import type { Consumer } from '../../../shared/events/follow-pages.ts';
import type { FeedSource } from '../../../shared/events/feed.ts';
import { isSilenced } from '../../../../schema/event.ts';
import type { AssetUrl } from '../../domain/webhook/message.ts';
import { enqueueDeliveries } from '../../storage/webhook/webhook-delivery.ts';
import { ownerOf, SUBGRAPHS, type SubgraphName } from '../../../../schema/nouns.ts';

export interface WebhookFeedsOptions {
  readonly db: Database;
  readonly feeds: Readonly<Record<SubgraphName, FeedSource>>;
  readonly log: Logger;
  readonly now: () => Date;
  readonly assetUrl: AssetUrl;
}

interface FollowedFeeds {
  readonly consumers: Readonly<Record<string, Consumer>>;
  stop(): Promise<void>;
}

/**
 * Turns what every subgraph tells into deliveries. It has places of its own in the feeds: an index that is rebuilt must
 * not send everything again.
 */
export function followForWebhooks({ db, feeds, log, now, assetUrl }: WebhookFeedsOptions): FollowedFeeds {
  const follow = (source: SubgraphName): Consumer =>
    followFeed({
      name: `webhooks:${source}`,
      source: feeds[source],
      db,
      log,
      now,
      apply: async (em, event) => {
        if (ownerOf(event.kind) === source && !isSilenced(event))
          await enqueueDeliveries(em, event, { now: now(), assetUrl });
      },
    });
  const consumers = Object.fromEntries(SUBGRAPHS.map((source) => [`webhooks:${source}`, follow(source)]));
  return {
    consumers,
    stop: async () => {
      await Promise.all(Object.values(consumers).map((consumer) => consumer.stop()));
    },
  };
}
