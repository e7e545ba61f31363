import type { Logger } from 'pino';
import type { Database } from '../../shared/database/database.ts';
import { followFeed } from '../../shared/events/consumer.ts';
import type { Consumer } from '../../shared/events/follow-pages.ts';
import { peerFeed } from '../../shared/events/peer-feed.ts';
import { serviceActor, type Peer } from '../../shared/peer.ts';
import { saveDeployment } from '../storage/deployment.ts';

/** Keeps what the registry says of its deployments. */
export const followDeployments = (registry: Peer, db: Database, log: Logger, now: () => Date): Consumer =>
  followFeed({
    name: 'registry-deployments',
    source: peerFeed(registry, serviceActor('monitoring', ['events:read'])),
    db,
    log,
    now,
    apply: async (em, event) => {
      if (event.kind === 'deployment') await saveDeployment(em, event);
    },
  });
