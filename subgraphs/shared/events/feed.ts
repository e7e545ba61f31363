import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { AssetEvent } from '../../../schema/event.ts';
import type { Database } from '../database/database.ts';
import type { DataPlane } from '../http/data-plane.ts';
import { validated } from '../http/validated.ts';
import { formatCursor, parseCursor, START } from './cursor.ts';

export const FeedPage = z.object({
  events: z.array(AssetEvent),
  /** Where to go on; the cursor that was asked for when nothing is new. */
  cursor: z.string(),
  /** Everything at or before this place has been given once `cursor` has reached it. */
  watermark: z.string(),
});
export type FeedPage = z.infer<typeof FeedPage>;

/** Reads on from a cursor, waiting up to `waitMs` for something new. */
export type FeedSource = (after: string | null, waitMs: number) => Promise<FeedPage>;

const POLL_MS = 50;
const PAGE = 500;

type Row = {
  xid: string;
  seq: string;
  urn: string;
  kind: string;
  project: string;
  revision: number;
  at: Date;
  event: object;
};

/** The outbox as a feed: only what lies below the oldest running transaction, in commit-safe order. */
export function outboxFeed(db: Database): FeedSource {
  return async (after, waitMs) => {
    const { xid, seq } = after === null ? START : parseCursor(after);
    const deadline = Date.now() + waitMs;
    for (;;) {
      const [bound] = await db.query<{ below: string }>(
        'select pg_snapshot_xmin(pg_current_snapshot())::text as below',
      );
      const below = bound?.below ?? '0';
      const rows = await db.query<Row>(
        `select xid::text, seq::text, urn, kind, project, revision, at, event from outbox
         where (xid, seq) > ($1::xid8, $2::bigint) and xid < $3::xid8 order by xid, seq limit ${PAGE}`,
        [xid.toString(), seq.toString(), below],
      );
      const last = rows.at(-1);
      if (last || Date.now() >= deadline) {
        const cursor = last
          ? formatCursor({ xid: BigInt(last.xid), seq: BigInt(last.seq) })
          : formatCursor({ xid, seq });
        // A full page may be followed by more below the bound; otherwise everything below it has been given.
        const watermark = rows.length === PAGE ? cursor : formatCursor({ xid: BigInt(below), seq: 0n });
        return { events: rows.map(toEvent), cursor, watermark };
      }
      await sleep(Math.min(POLL_MS, Math.max(1, deadline - Date.now())));
    }
  };
}

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
    return c.json(await feed(after ?? null, wait));
  });
}
