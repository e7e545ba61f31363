import type { Logger } from 'pino';
import type { Database } from '../shared/database/database.ts';
import { blockLayoutOf, onlineEntryOf, type LogRow } from './domain/block.ts';
import type { FeatureView } from './domain/feature-view.ts';
import type { OnlineEntry } from './domain/online-store.ts';
import type { Segment } from './domain/segment.ts';
import type { Duck } from './storage/duckdb.ts';
import { findViews } from './storage/feature-view.ts';
import { forEachNewest } from './storage/log/newest-rows.ts';
import { appendPushed, pushedRows, storedPushOf, type PushedBatch } from './storage/log/pushed-row.ts';
import { allSegments } from './storage/log/segment.ts';
import type { MemoryOnlineStore } from './storage/online/memory-online-store.ts';
import { readSnapshot, writeSnapshot } from './storage/online/snapshot.ts';
import type { ParquetFiles } from './storage/parquet-files.ts';

export interface OnlineLogDeps {
  readonly db: Database;
  readonly duck: Duck;
  readonly segments: ParquetFiles;
  readonly store: MemoryOnlineStore;
  readonly snapshotFile: string;
  readonly log: Logger;
  readonly now: () => Date;
}

interface Waiting {
  readonly batch: PushedBatch;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const ROWS_PER_COMMIT = 5_000;
const SNAPSHOT_EVERY_MS = 60_000;

/**
 * The online store as a fold of the log: first the log has a row for good, then the store, then the sender hears of it.
 * A start reads the last snapshot and replays what the log has beyond it, so a killed process loses nothing.
 */
export class OnlineLog {
  readonly #deps: OnlineLogDeps;
  readonly #applied = new Set<number>();
  #pushedSeq = 0;
  #queue: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #dirty = false;
  #timer: NodeJS.Timeout | undefined;
  #snapshotting: Promise<void> = Promise.resolve();

  constructor(deps: OnlineLogDeps) {
    this.#deps = deps;
  }

  /** Brings the store to where the log is, and keeps snapshots from then on. */
  async restore(): Promise<void> {
    const { db, store, snapshotFile, log } = this.#deps;
    const snapshot = await readSnapshot(snapshotFile);
    if (snapshot) {
      await store.write([...snapshot.entries]);
      this.#pushedSeq = snapshot.position.pushedSeq;
      for (const seq of snapshot.position.segments) this.#applied.add(seq);
    }
    const views = new Map<string, FeatureView | undefined>();
    const viewOf = async (project: string, name: string, version: number): Promise<FeatureView | undefined> => {
      const key = `${project}/${name}@${version}`;
      if (!views.has(key)) views.set(key, (await findViews(db.em(), project, [{ name, version }]))[0]);
      return views.get(key);
    };
    for (const segment of await allSegments(db.em())) {
      // What is not published yet is applied by the load that wrote it, when it is taken up again.
      if (this.#applied.has(segment.seq) || segment.availableAt === null) continue;
      const view = await viewOf(segment.project, segment.view, segment.version);
      if (view) await this.applySegment(view, segment);
    }
    let replayed = 0;
    for await (const rows of pushedRows(db, this.#pushedSeq)) {
      const entries: OnlineEntry[] = [];
      for (const row of rows) {
        const view = await viewOf(row.project, row.view, row.version);
        if (!view || !row.online) continue;
        entries.push(onlineEntryOf(view, blockLayoutOf(view), { ...storedPushOf(row, view), ordinal: 0 }));
      }
      await store.write(entries);
      replayed += entries.length;
      this.#pushedSeq = Math.max(this.#pushedSeq, Number(rows.at(-1)?.seq ?? 0));
    }
    log.info({ fromSnapshot: snapshot !== null, replayed, blocks: await store.size() }, 'the online store is restored');
    this.#timer = setInterval(() => void this.#tick(), SNAPSHOT_EVERY_MS);
    this.#timer.unref();
  }

  /** Hands the newest rows of a segment to the store. Answers how many it took. */
  async applySegment(view: FeatureView, segment: Segment, progress?: (rows: number) => void): Promise<number> {
    const { duck, segments, store } = this.#deps;
    const layout = blockLayoutOf(view);
    let written = 0;
    await forEachNewest(duck, segments, view, segment, async (rows: LogRow[]) => {
      written += await store.write(rows.map((row) => onlineEntryOf(view, layout, row)));
      progress?.(written);
    });
    this.#applied.add(segment.seq);
    this.#dirty = true;
    return written;
  }

  /** Appends pushed rows; answers when they are in the log for good and, if they are for it, in the store. */
  push(batch: PushedBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, resolve, reject });
      this.#draining ??= this.#drain().finally(() => {
        this.#draining = undefined;
      });
    });
  }

  /** Whoever waits shares the next commit. One commit at a time, so that places in the log and in the store agree. */
  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const turn: Waiting[] = [];
      for (let rows = 0; this.#queue.length > 0 && rows < ROWS_PER_COMMIT;) {
        const next = this.#queue.shift();
        if (!next) break;
        turn.push(next);
        rows += next.batch.rows.length;
      }
      try {
        await this.#commit(turn.map(({ batch }) => batch));
        for (const { resolve } of turn) resolve();
      } catch (error) {
        for (const { reject } of turn) reject(error);
      }
    }
  }

  async #commit(batches: readonly PushedBatch[]): Promise<void> {
    const { db, store, now } = this.#deps;
    const seqs = await appendPushed(db, batches, now());
    const entries: OnlineEntry[] = [];
    let place = 0;
    for (const { view, rows, online } of batches) {
      const layout = blockLayoutOf(view);
      for (const row of rows) {
        const seq = seqs[place++];
        if (online && seq !== undefined) entries.push(onlineEntryOf(view, layout, { ...row, seq, ordinal: 0 }));
      }
    }
    await store.write(entries);
    this.#pushedSeq = Math.max(this.#pushedSeq, ...seqs);
    this.#dirty = true;
  }

  async #tick(): Promise<void> {
    try {
      if ((await this.#deps.store.evict()) > 0) this.#dirty = true;
      await this.snapshot();
    } catch (error) {
      this.#tellNoSnapshot(error);
    }
  }

  /** Writes a snapshot if anything changed since the last one; one at a time. */
  async snapshot(): Promise<void> {
    const before = this.#snapshotting;
    const done = this.#snapshotAfter(before);
    this.#snapshotting = done.catch(() => undefined);
    await done;
  }

  async #snapshotAfter(before: Promise<void>): Promise<void> {
    await before;
    if (!this.#dirty) return;
    this.#dirty = false;
    const position = { pushedSeq: this.#pushedSeq, segments: [...this.#applied] };
    try {
      await writeSnapshot(this.#deps.snapshotFile, position, this.#deps.store.entries());
    } catch (error) {
      this.#dirty = true;
      throw error;
    }
  }

  /** Ends what has begun, and leaves a snapshot for the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#draining;
    await this.snapshot().catch((error: unknown) => this.#tellNoSnapshot(error));
  }

  #tellNoSnapshot(error: unknown): void {
    this.#deps.log.error({ err: error }, 'the online store’s snapshot failed; the log still has everything');
  }
}
