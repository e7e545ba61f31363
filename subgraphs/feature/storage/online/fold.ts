import type { Logger } from 'pino';
import { onlineViewOf } from '../../../../core/codec/address.ts';
import type { Database } from '../../../shared/database/database.ts';
import { blockLayoutOf, onlineEntryOf, type LogRow } from '../../domain/block.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { columnFeatures, windowPlanOf } from '../../domain/log-column.ts';
import type { OnlineEntry, OnlineStore, WindowEntry } from '../../domain/online-store.ts';
import type { PushedRow } from '../../domain/pushed-row.ts';
import type { Segment } from '../../domain/segment.ts';
import { pushedEventOf } from '../../domain/window-event.ts';
import type { Duck } from '../duckdb.ts';
import { findViews } from '../feature-view.ts';
import { forEachNewest } from '../log/newest-rows.ts';
import { pushedRows, storedPushOf, type PushedBatch } from '../log/pushed-row.ts';
import { allSegments, segmentsOf } from '../log/segment.ts';
import { forEachEvent } from '../log/window-rows.ts';
import type { ParquetFiles } from '../parquet-files.ts';

export interface OnlineFoldDeps {
  readonly db: Database;
  readonly duck: Duck;
  readonly segments: ParquetFiles;
  readonly store: OnlineStore;
  readonly log: Logger;
}

/** A pushed row with its place in the log and its arrival. */
interface PlacedPush {
  readonly view: FeatureView;
  readonly row: PushedRow;
  readonly seq: number;
  readonly availableMs: number;
}

/** The online store as a fold of the log: what the log has for good is written to the store, in whatever order it comes. */
export class OnlineFold {
  readonly #deps: OnlineFoldDeps;
  /** Pushed rows go in one after the other, in the order of the log. */
  #turn: Promise<void> = Promise.resolve();

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
      const pushes: PlacedPush[] = [];
      for (const row of rows) {
        const view = await viewOf(row.project, row.view, row.version);
        if (!view || !row.online) continue;
        const { seq, availableMs, ...push } = storedPushOf(row, view);
        pushes.push({ view, row: push, seq, availableMs });
      }
      await this.#fold(pushes);
      replayed += pushes.length;
      await store.noteFolded({ pushedSeq: Number(rows.at(-1)?.seq ?? 0) });
    }
    log.info({ replayed, blocks: await store.size() }, 'the online store is where the log is');
  }

  /** Hands a segment to the store: the newest row of each entity, and its events to windows. Answers how many it took. */
  async applySegment(view: FeatureView, segment: Segment): Promise<number> {
    const written = await this.#applyNewest(view, segment);
    const applied = await this.#applyEvents(view, segment);
    await this.#deps.store.noteFolded({ segment: segment.seq });
    return columnFeatures(view).length > 0 ? written : applied;
  }

  /** Hands pushed rows to the store; `seqs` are their places in the log, in order. One commit after the other. */
  applyPushed(batches: readonly PushedBatch[], seqs: readonly number[], availableAt: Date): Promise<void> {
    const pushes: PlacedPush[] = [];
    let place = 0;
    for (const { view, rows, online } of batches) {
      for (const row of rows) {
        const seq = seqs[place++];
        if (online && seq !== undefined) pushes.push({ view, row, seq, availableMs: availableAt.getTime() });
      }
    }
    return this.#inTurn(async () => {
      await this.#fold(pushes);
      await this.#deps.store.noteFolded({ pushedSeq: Math.max(0, ...seqs) });
    });
  }

  /** Folds the windows of a view version from the log alone: a load that failed may have left some of its events there. */
  restoreWindows(view: FeatureView): Promise<void> {
    const plan = windowPlanOf(view);
    if (!plan) return Promise.resolve();
    const { db, store } = this.#deps;
    const of = { project: view.project, view: view.name, version: view.version };
    return this.#inTurn(async () => {
      await store.dropWindows(onlineViewOf(view));
      for (const segment of await segmentsOf(db.em(), of)) await this.#applyEvents(view, segment);
      for await (const rows of pushedRows(db, 0, of)) {
        const stored = rows.filter(({ online }) => online).map((row) => storedPushOf(row, view));
        await this.#fold(stored.map(({ seq, availableMs, ...row }) => ({ view, row, seq, availableMs })));
      }
    });
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    await done;
  }

  async #fold(pushes: readonly PlacedPush[]): Promise<void> {
    const { store } = this.#deps;
    const entries: OnlineEntry[] = [];
    const events: WindowEntry[] = [];
    for (const [view, rows] of Map.groupBy(pushes, (push) => push.view)) {
      const [layout, plan, online] = [blockLayoutOf(view), windowPlanOf(view), onlineViewOf(view)];
      for (const { row, seq, availableMs } of rows) {
        if (layout.fields.length > 0) entries.push(onlineEntryOf(view, layout, { ...row, seq, ordinal: 0 }));
        if (!plan) continue;
        events.push({ view: online, key: row.key, plan, event: pushedEventOf(row, seq, availableMs), side: 'PUSHED' });
      }
    }
    await store.write(entries);
    await store.applyWindows(events);
  }

  async #applyNewest(view: FeatureView, segment: Segment): Promise<number> {
    const { duck, segments, store } = this.#deps;
    const layout = blockLayoutOf(view);
    let written = 0;
    if (layout.fields.length === 0) return written;
    await forEachNewest(duck, segments, view, segment, async (rows: LogRow[]) => {
      written += await store.write(rows.map((row) => onlineEntryOf(view, layout, row)));
    });
    return written;
  }

  async #applyEvents(view: FeatureView, segment: Segment): Promise<number> {
    const { duck, segments, store } = this.#deps;
    const plan = windowPlanOf(view);
    let applied = 0;
    if (!plan) return applied;
    const online = onlineViewOf(view);
    await forEachEvent(duck, segments, { view, plan, segment }, async (events) => {
      applied += await store.applyWindows(events.map((one) => ({ view: online, plan, side: 'LOADED', ...one })));
    });
    return applied;
  }
}
