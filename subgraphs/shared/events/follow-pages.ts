import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { compareCursors, formatCursor, parseCursor, START } from './cursor.ts';
import { Outage } from './outage.ts';

/** What a feed of any kind gives at once; cursor and watermark as those of the events' feed. */
export interface Page<Item> {
  readonly events: readonly Item[];
  readonly cursor: string;
  readonly watermark: string;
  /** Whether something lies behind the cursor: the next page, or what an older transaction that still runs holds back. */
  readonly more: boolean;
}

export interface FollowOptions<Item> {
  /** Names the place in the feed; one per consumer and feed. */
  readonly name: string;
  readonly source: (after: string | null, waitMs: number, signal?: AbortSignal) => Promise<Page<Item>>;
  readonly db: Database;
  /** The effect of one page, in the transaction that also moves the cursor. */
  readonly applyPage: (em: EntityManager, items: readonly Item[]) => Promise<void>;
  readonly log: Logger;
  readonly now?: () => Date;
  /** How long a peer or the storage may be away before it is worth a line: all parts start, and stop, at some time. */
  readonly quietMs?: number;
}

export interface Consumer {
  /** Waits until everything up to the cursor has been applied; false when the time is over. */
  waitFor(cursor: string, timeoutMs: number): Promise<boolean>;
  /** When the feed was last read to its end, or null: how far this consumer can be trusted to be complete. */
  caughtUpAt(): Date | null;
  /** How far the items have been applied; null before the first. */
  cursor(): Promise<string | null>;
  stop(): Promise<void>;
}

const WAIT_MS = 5_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/**
 * Follows a feed for ever: cursor and effect commit together, so each item takes effect exactly once, also when several
 * replicas follow under one name.
 */
export function followPages<Item>(options: FollowOptions<Item>): Consumer {
  const { name, source, db, now = (): Date => new Date() } = options;
  const stopping = new AbortController();
  let watermark: string | undefined;
  let caughtUpAt: Date | null = null;
  /** Those who wait for the watermark to move. */
  const waiting = new Set<() => void>();

  const moveTo = (place: string): void => {
    watermark = later(watermark, place);
    for (const look of waiting) look();
  };

  const step = async (): Promise<void> => {
    const { cursor: after, watermark: stored } = await readPlace(db, name);
    // Another replica may have gone further than this one.
    if (stored !== undefined) moveTo(stored);
    const page = await source(after, WAIT_MS, stopping.signal);
    if (stopping.signal.aborted) return;
    const moved = page.events.length > 0 || after === null;
    if (moved && !(await db.transaction((em) => takePage(em, options, after, page, now())))) return;
    moveTo(page.watermark);
    // Where commits come all the time something is always held back for a moment; only a full page means that more can be read.
    const readable = page.more && compareCursors(parseCursor(page.watermark), parseCursor(page.cursor)) <= 0;
    if (!readable) caughtUpAt = now();
  };

  const run = async (): Promise<void> => {
    let retryMs = FIRST_RETRY_MS;
    const outage = new Outage(options);
    while (!stopping.signal.aborted) {
      try {
        await step();
        retryMs = FIRST_RETRY_MS;
        outage.over();
      } catch (error) {
        if (stopping.signal.aborted) return;
        outage.failed(error);
        await sleep(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      }
    }
  };
  const running = run();

  return {
    waitFor: async (cursor, timeoutMs) => {
      const sought = parseCursor(cursor);
      const reached = (): boolean => watermark !== undefined && compareCursors(parseCursor(watermark), sought) >= 0;
      if (reached() || stopping.signal.aborted || timeoutMs <= 0) return reached();
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = (): void => {
        if (reached() || stopping.signal.aborted) resolve();
      };
      const over = setTimeout(resolve, timeoutMs);
      waiting.add(look);
      await promise;
      waiting.delete(look);
      clearTimeout(over);
      return reached();
    },
    caughtUpAt: () => caughtUpAt,
    cursor: async () => (await readPlace(db, name)).cursor,
    stop: async () => {
      stopping.abort();
      for (const look of waiting) look();
      // The source may still be waiting for something new; nothing of it will be applied.
      await Promise.race([running, sleep(250)]);
    },
  };
}

/** Applies a page and moves the cursor; false when another replica has moved it since it was read. */
async function takePage<Item>(
  em: EntityManager,
  { name, applyPage }: FollowOptions<Item>,
  after: string | null,
  page: Page<Item>,
  at: Date,
): Promise<boolean> {
  if (after === null) {
    const begin = formatCursor(START);
    await em.execute(
      `insert into feed_cursor (consumer, cursor, watermark, at) values (?, ?, ?, ?) on conflict (consumer) do nothing`,
      [name, begin, begin, at],
    );
  }
  // Holds the place until the transaction ends.
  const moved = await em.execute<unknown[]>(
    'update feed_cursor set cursor = ?, watermark = ?, at = ? where consumer = ? and cursor = ? returning consumer',
    [page.cursor, page.watermark, at, name, after ?? formatCursor(START)],
  );
  if (moved.length === 0) return false;
  await applyPage(em, page.events);
  return true;
}

const later = (one: string | undefined, other: string): string =>
  one !== undefined && compareCursors(parseCursor(one), parseCursor(other)) > 0 ? one : other;

interface Place {
  readonly cursor: string | null;
  readonly watermark: string | undefined;
}

async function readPlace(db: Database, name: string): Promise<Place> {
  const [row] = await db.query<{ cursor: string; watermark: string }>(
    'select cursor, watermark from feed_cursor where consumer = $1',
    [name],
  );
  return { cursor: row?.cursor ?? null, watermark: row?.watermark };
}
