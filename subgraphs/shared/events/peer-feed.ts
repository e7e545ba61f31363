import { DomainError } from '../../../core/errors.ts';
import type { Actor } from '../auth/actor.ts';
import { validated } from '../../../schema/validated.ts';
import type { Peer } from '../peer.ts';
import { FeedPage, type FeedSource } from './feed.ts';

/** Another subgraph's feed, through its door. Throws SUBGRAPH_UNAVAILABLE when it does not answer. */
export function peerFeed(peer: Peer, actor: Actor): FeedSource {
  return async (after, waitMs, signal) => {
    const query = new URLSearchParams({ wait: String(waitMs), ...(after !== null && { after }) });
    const answer = await peer.get(
      `/internal/events?${query.toString()}`,
      actor,
      AbortSignal.any([AbortSignal.timeout(waitMs + 10_000), ...(signal ? [signal] : [])]),
    );
    if (!answer.ok) {
      throw new DomainError('SUBGRAPH_UNAVAILABLE', `the feed of ${peer.name} answered ${answer.status}`, {
        subgraph: peer.name,
      });
    }
    return validated(FeedPage, await answer.json());
  };
}
