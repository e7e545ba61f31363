import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import type { AssetEvent } from '../../../schema/event.ts';
import type { Database } from '../database/database.ts';
import { compareCursors, parseCursor } from './cursor.ts';
import type { FeedSource } from './feed.ts';

export interface ConsumerOptions {
  /** Names the place in the feed; one per consumer and feed. */
  readonly name: string;
  readonly source: FeedSource;
  readonly db: Database;
  /** The effect of one event, in the transaction that also moves the cursor. Must drop revisions older than it has. */
  readonly apply: (em: EntityManager, event: AssetEvent) => Promise<void>;
  readonly log: Logger;
  readonly now?: () => Date;
}

export interface Consumer {
  /** Waits until everything up to the cursor has been applied; false when the time is over. */
  waitFor(cursor: string, timeoutMs: number): Promise<boolean>;
  /** When the feed was last read to its end, or null: how far this consumer can be trusted to be complete. */
  caughtUpAt(): Date | null;
  stop(): Promise<void>;
}

const WAIT_MS = 5_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** Follows a feed for ever: cursor and effect commit together, so each event takes effect exactly once. */
export function followFeed(options: ConsumerOptions): Consumer {
  const { name, source, db, apply, log, now = (): Date => new Date() } = options;
  const stopping = new AbortController();
  let watermark: string | undefined;
  let caughtUpAt: Date | null = null;

  const step = async (): Promise<void> => {
    const after = await readCursor(db, name);
    const page = await source(after, WAIT_MS);
    if (stopping.signal.aborted) return;
    if (page.events.length > 0 || after === null) {
      await db.transaction(async (em) => {
        for (const event of page.events) await apply(em, event);
        await em.execute(
          `insert into feed_cursor (consumer, cursor, watermark, at) values (?, ?, ?, ?)
           on conflict (consumer) do update set cursor = excluded.cursor, watermark = excluded.watermark, at = excluded.at`,
          [name, page.cursor, page.watermark, now()],
        );
      });
    }
    watermark = page.watermark;
    if (compareCursors(parseCursor(page.watermark), parseCursor(page.cursor)) >= 0) caughtUpAt = now();
  };

  const run = async (): Promise<void> => {
    let retryMs = FIRST_RETRY_MS;
    while (!stopping.signal.aborted) {
      try {
        await step();
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn({ err: error, consumer: name, retryMs }, 'a feed could not be followed and is tried again');
        await sleep(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      }
    }
  };
  const running = run();

  return {
    waitFor: async (cursor, timeoutMs) => {
      const sought = parseCursor(cursor);
      const deadline = Date.now() + timeoutMs;
      const reached = (): boolean => watermark !== undefined && compareCursors(parseCursor(watermark), sought) >= 0;
      while (!reached()) {
        if (Date.now() >= deadline || stopping.signal.aborted) return false;
        await sleep(10);
      }
      return true;
    },
    caughtUpAt: () => caughtUpAt,
    stop: async () => {
      stopping.abort();
      // The source may still be waiting for something new; nothing of it will be applied.
      await Promise.race([running, sleep(250)]);
    },
  };
}

async function readCursor(db: Database, name: string): Promise<string | null> {
  const [row] = await db.query<{ cursor: string }>('select cursor from feed_cursor where consumer = $1', [name]);
  return row?.cursor ?? null;
}
