import type { Logger } from 'pino';
import type { Database } from '../../shared/database/database.ts';
import { followFeed } from '../../shared/events/consumer.ts';
import type { Consumer } from '../../shared/events/follow-pages.ts';
import { peerFeed } from '../../shared/events/peer-feed.ts';
import { serviceActor, type Peer } from '../../shared/peer.ts';
import type { Operations } from '../operations/operations.ts';
import { saveDeployment } from '../storage/deployment.ts';

interface FollowOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly now: () => Date;
  readonly responses: Operations['responses'];
}

/** Keeps what the registry says of its deployments, and takes versions that were made for responses as their answers. */
export const followRegistry = (registry: Peer, { db, log, now, responses }: FollowOptions): Consumer =>
  followFeed({
    name: 'registry-deployments',
    source: peerFeed(registry, serviceActor('monitoring', ['events:read'])),
    db,
    log,
    now,
    kinds: ['deployment', 'model-version'],
    apply: async (em, event) => {
      if (event.kind === 'deployment') await saveDeployment(em, event);
      if (event.kind === 'model-version') await responses.followVersion(em, event);
    },
  });
