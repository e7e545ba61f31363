import * as z from 'zod';
import { AssetEvent } from '../../../schema/event.ts';
import type { Database } from '../database/database.ts';
import type { DataPlane } from '../http/data-plane.ts';
import { waitSignal } from '../http/running-requests.ts';
import { validated } from '../../../schema/validated.ts';
import { orderedFeed, type OrderedPage } from './ordered-feed.ts';

export const FeedPage = z.object({
  events: z.array(AssetEvent),
  /** The place of each event. */
  cursors: z.array(z.string()),
  /** Where to go on; the cursor that was asked for when nothing is new. */
  cursor: z.string(),
  /** Everything at or before this place has been given once `cursor` has reached it. */
  watermark: z.string(),
  /** The place of the newest that is committed, which may not be readable yet; the cursor where nothing lies behind it. */
  newest: z.string(),
  /** Whether something lies behind the cursor: the next page, or what an older transaction that still runs holds back. */
  more: z.boolean().default(false),
});
export type FeedPage = z.infer<typeof FeedPage>;

/** Reads on from a cursor, waiting up to `waitMs`, or until `signal` aborts, for something new. */
export type FeedSource = (
  after: string | null,
  waitMs: number,
  signal?: AbortSignal,
) => Promise<OrderedPage<AssetEvent>>;

type Row = {
  urn: string;
  kind: string;
  project: string;
  revision: number;
  at: Date;
  event: object;
};

/** The outbox as a feed: only what lies below the oldest transaction that runs in this database, in commit-safe order. */
export const outboxFeed = (db: Database): FeedSource =>
  orderedFeed<Row, AssetEvent>({
    db,
    commits: db.commits,
    name: 'outbox',
    columns: 'urn, kind, project, revision, at, event',
    itemOf: toEvent,
    pageSize: 500,
  });

const toEvent = ({ urn, kind, project, revision, at, event }: Row): AssetEvent =>
  validated(AssetEvent, { urn, kind, project, revision, at: at.toISOString(), ...event });

const Query = z.object({
  after: z.string().optional(),
  wait: z.coerce.number().min(0).max(30_000).default(0),
});

/** `GET /internal/events?after=<cursor>&wait=<ms>` for the other subgraphs. */
export function addFeedRoute(plane: DataPlane, feed: FeedSource): void {
  plane.route({ method: 'GET', path: '/internal/events', scope: 'events:read' }, async (c) => {
    const { after, wait } = validated(Query, c.req.query());
    return c.json(await feed(after ?? null, wait, waitSignal(c)));
  });
}
