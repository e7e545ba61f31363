import * as z from 'zod';
import { AssetEvent } from '../../../schema/event.ts';
import type { Database } from '../database/database.ts';
import type { DataPlane } from '../http/data-plane.ts';
import { waitSignal } from '../http/running-requests.ts';
import { validated } from '../../../schema/validated.ts';
import { formatCursor, parseCursor, START, type Cursor } from './cursor.ts';

export const FeedPage = z.object({
  events: z.array(AssetEvent),
  /** Where to go on; the cursor that was asked for when nothing is new. */
  cursor: z.string(),
  /** Everything at or before this place has been given once `cursor` has reached it. */
  watermark: z.string(),
});
export type FeedPage = z.infer<typeof FeedPage>;

/** Reads on from a cursor, waiting up to `waitMs`, or until `signal` aborts, for something new. */
export type FeedSource = (after: string | null, waitMs: number, signal?: AbortSignal) => Promise<FeedPage>;

/** Something new is there, but an older transaction still runs: nobody tells when that ends. */
const UNREADABLE_POLL_MS = 20;
/** Commits are heard of; this only covers a listening connection that is away. */
const IDLE_POLL_MS = 1_000;
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
  return async (after, waitMs, signal) => {
    const { xid, seq } = after === null ? START : parseCursor(after);
    const from = [xid.toString(), seq.toString()];
    const deadline = Date.now() + waitMs;
    for (;;) {
      const heard = db.commits.count();
      const [bound] = await db.query<{ below: string; more: boolean }>(
        `select pg_snapshot_xmin(pg_current_snapshot())::text as below,
                exists (select from outbox where (xid, seq) > ($1::xid8, $2::bigint)) as more`,
        from,
      );
      if (!bound) throw new Error('a select without from gave no row');
      const rows = bound.more ? await readBelow(db, from, bound.below) : [];
      const leftMs = deadline - Date.now();
      if (rows.length > 0 || leftMs <= 0 || signal?.aborted) return pageOf(rows, { xid, seq }, bound.below);
      await db.commits.after(heard, Math.min(bound.more ? UNREADABLE_POLL_MS : IDLE_POLL_MS, leftMs), signal);
    }
  };
}

const readBelow = (db: Database, from: readonly string[], below: string): Promise<Row[]> =>
  db.query<Row>(
    // Ordered by the columns: the bare names would mean the texts, in which 1000 comes before 999.
    `select xid::text, seq::text, urn, kind, project, revision, at, event from outbox
     where (xid, seq) > ($1::xid8, $2::bigint) and xid < $3::xid8 order by outbox.xid, outbox.seq limit ${PAGE}`,
    [...from, below],
  );

function pageOf(rows: readonly Row[], from: Cursor, below: string): FeedPage {
  const last = rows.at(-1);
  const cursor = formatCursor(last ? { xid: BigInt(last.xid), seq: BigInt(last.seq) } : from);
  // A full page may be followed by more below the bound; otherwise everything below it has been given.
  const watermark = rows.length === PAGE ? cursor : formatCursor({ xid: BigInt(below), seq: 0n });
  return { events: rows.map(toEvent), cursor, watermark };
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
    return c.json(await feed(after ?? null, wait, waitSignal(c)));
  });
}
