import type { Logger } from 'pino';
import type { Fact, FactSource } from '../../../schema/fact.ts';
import type { Database } from '../../shared/database/database.ts';
import { followFeed } from '../../shared/events/consumer.ts';
import type { FeedSource } from '../../shared/events/feed.ts';
import { followPages, type Consumer } from '../../shared/events/follow-pages.ts';
import type { ClientFeatures } from '../operations/experiment/client-features.ts';
import type { Experiments } from '../operations/experiment/experiments.ts';
import { applyFacts } from '../operations/experiment/unit-facts.ts';
import { applyAnswers } from '../operations/metric/answer-facts.ts';
import { applyPairs } from '../operations/shadow/pair-facts.ts';
import { withoutErased } from '../operations/erasure/late-records.ts';
import type { Rollouts } from '../operations/rollout/rollouts.ts';
import type { Shadows } from '../operations/shadow/shadows.ts';

export interface PeerFeeds {
  readonly deployments: FeedSource;
  readonly facts: FactSource;
}

export interface Following {
  /** Who follows which feed, by the name of its place in it. */
  readonly consumers: Readonly<Record<string, Consumer>>;
  stop(): Promise<void>;
}

/** Follows the registry's deployments and monitoring's exposures, outcomes and pairs, each from its own place. */
export function followPeers(
  { deployments, facts }: PeerFeeds,
  {
    db,
    experiments,
    shadows,
    rollouts,
    clientFeatures,
    factWaitMs,
    log,
  }: {
    readonly db: Database;
    readonly experiments: Experiments;
    readonly shadows: Shadows;
    readonly rollouts: Rollouts;
    readonly clientFeatures: ClientFeatures;
    readonly factWaitMs: number;
    readonly log: Logger;
  },
): Following {
  const consumers = {
    'registry-deployments': followFeed({
      name: 'registry-deployments',
      source: deployments,
      db,
      log,
      kinds: ['deployment'],
      apply: async (em, event) => {
        await experiments.follow(em, event);
        await shadows.follow(em, event);
        await rollouts.follow(em, event);
        await clientFeatures.follow(em, event);
      },
    }),
    'monitoring-facts': followPages<Fact>({
      name: 'monitoring-facts',
      source: async (after, waitMs, signal) => {
        const page = await facts(after, Math.min(waitMs, factWaitMs), signal);
        const { facts: events, ...place } = page;
        return { events, ...place };
      },
      db,
      log,
      applyPage: async (em, told) => {
        const page = await withoutErased(em, told);
        await applyFacts(em, page);
        await applyPairs(em, page);
        await applyAnswers(em, page);
      },
    }),
  };
  return {
    consumers,
    stop: async () => {
      await Promise.all(Object.values(consumers).map((consumer) => consumer.stop()));
    },
  };
}
