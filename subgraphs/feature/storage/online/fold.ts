import type { Logger } from 'pino';
import type { Database } from '../../../shared/database/database.ts';
import { blockLayoutOf, onlineEntryOf, type LogRow } from '../../domain/block.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import type { OnlineEntry, OnlineStore } from '../../domain/online-store.ts';
import type { Segment } from '../../domain/segment.ts';
import type { Duck } from '../duckdb.ts';
import { findViews } from '../feature-view.ts';
import { forEachNewest } from '../log/newest-rows.ts';
import { pushedRows, storedPushOf, type PushedBatch } from '../log/pushed-row.ts';
import { allSegments } from '../log/segment.ts';
import type { ParquetFiles } from '../parquet-files.ts';

export interface OnlineFoldDeps {
  readonly db: Database;
  readonly duck: Duck;
  readonly segments: ParquetFiles;
  readonly store: OnlineStore;
  readonly log: Logger;
}

/** The online store as a fold of the log: what the log has for good is written to the store, in whatever order it comes. */
export class OnlineFold {
  readonly #deps: OnlineFoldDeps;

  constructor(deps: OnlineFoldDeps) {
    this.#deps = deps;
  }

  /** Brings the store to where the log is: whatever it does not hold for certain is written again. */
  async catchUp(): Promise<void> {
    const { db, store, log } = this.#deps;
    const views = new Map<string, FeatureView | undefined>();
    const viewOf = async (project: string, name: string, version: number): Promise<FeatureView | undefined> => {
      const key = `${project}/${name}@${version}`;
      if (!views.has(key)) views.set(key, (await findViews(db.em(), project, [{ name, version }]))[0]);
      return views.get(key);
    };
    const { pushedSeq, segments } = await store.folded();
    const folded = new Set(segments);
    for (const segment of await allSegments(db.em())) {
      // What is not published yet is applied by the load that wrote it, when it is taken up again.
      if (folded.has(segment.seq) || segment.availableAt === null) continue;
      const view = await viewOf(segment.project, segment.view, segment.version);
      if (view) await this.applySegment(view, segment);
    }
    let replayed = 0;
    for await (const rows of pushedRows(db, pushedSeq)) {
      const entries: OnlineEntry[] = [];
      for (const row of rows) {
        const view = await viewOf(row.project, row.view, row.version);
        if (!view || !row.online) continue;
        entries.push(onlineEntryOf(view, blockLayoutOf(view), { ...storedPushOf(row, view), ordinal: 0 }));
      }
      await store.write(entries);
      replayed += entries.length;
      await store.noteFolded({ pushedSeq: Number(rows.at(-1)?.seq ?? 0) });
    }
    log.info({ replayed, blocks: await store.size() }, 'the online store is where the log is');
  }

  /** Hands the newest rows of a segment to the store. Answers how many it took. */
  async applySegment(view: FeatureView, segment: Segment): Promise<number> {
    const { duck, segments, store } = this.#deps;
    const layout = blockLayoutOf(view);
    let written = 0;
    await forEachNewest(duck, segments, view, segment, async (rows: LogRow[]) => {
      written += await store.write(rows.map((row) => onlineEntryOf(view, layout, row)));
    });
    await store.noteFolded({ segment: segment.seq });
    return written;
  }

  /** Hands pushed rows to the store; `seqs` are their places in the log, in order. One commit after the other. */
  async applyPushed(batches: readonly PushedBatch[], seqs: readonly number[]): Promise<void> {
    const { store } = this.#deps;
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
    await store.noteFolded({ pushedSeq: Math.max(0, ...seqs) });
  }
}
