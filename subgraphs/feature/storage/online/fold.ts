import type { Logger } from 'pino';
import { onlineViewOf } from '../../../../core/codec/address.ts';
import { DomainError } from '../../../../core/errors.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { windowPlanOf } from '../../domain/log-column.ts';
import type { OnlineStore } from '../../domain/online-store.ts';
import type { Segment } from '../../domain/segment.ts';
import type { Duck } from '../../../shared/duckdb/duckdb.ts';
import { findViews } from '../feature-view.ts';
import { inTurnOfAll } from '../log/log-turn.ts';
import {
  appendPushed,
  lastPushed,
  pushedRows,
  storedPushOf,
  type Alongside,
  type PushedBatch,
} from '../log/pushed-row.ts';
import { allSegments, publishedSegments, segmentsOf } from '../log/segment.ts';
import { runningMaterializations } from '../materialization.ts';
import type { ParquetFiles } from '../parquet-files.ts';
import { handOverEvents, handOverPushes, handOverSegment, type PlacedPush } from './hand-over.ts';
import { Repeated } from './repeated.ts';

export interface OnlineFoldDeps {
  readonly db: Database;
  readonly duck: Duck;
  readonly segments: ParquetFiles;
  readonly store: OnlineStore;
  readonly log: Logger;
}

const LOOK_EVERY_MS = 1_000;

/** The online store as a fold of the log: what the log has for good is written to the store, in whatever order it comes. */
export class OnlineFold {
  readonly #deps: OnlineFoldDeps;
  /** Pushed rows go in one after the other, in the order of the log. */
  #turn: Promise<void> = Promise.resolve();
  /** Loads that write to the store right now. */
  readonly #loads = new Set<Promise<unknown>>();
  #looking: Repeated | undefined;

  constructor(deps: OnlineFoldDeps) {
    this.#deps = deps;
  }

  /** Brings the store to where the log is, and keeps it there where it could be emptied meanwhile. */
  async start(): Promise<void> {
    await this.#inTurn(() => this.#catchUp());
    if (!this.#deps.store.shared) return;
    this.#looking = new Repeated(LOOK_EVERY_MS, () => this.#look());
  }

  /** Ends what has begun. */
  async stop(): Promise<void> {
    await this.#looking?.stop();
    await this.#turn;
  }

  /**
   * Appends rows to the log and hands them to the store. Where the store cannot take them nothing is appended, unless it
   * goes away just then: they follow by themselves once it is back.
   */
  push(batches: readonly PushedBatch[], availableAt: Date, alongside?: Alongside): Promise<void> {
    const { db, store } = this.#deps;
    return this.#inTurn(async () => {
      if (store.shared && (await store.foldedPushes()) !== (await lastPushed(db))) await this.#catchUp();
      const seqs = await appendPushed(db, batches, availableAt, alongside);
      const pushes: PlacedPush[] = [];
      let place = 0;
      for (const { view, rows, online } of batches) {
        for (const row of rows) {
          const seq = seqs[place++];
          if (online && seq !== undefined) pushes.push({ view, row, seq, availableMs: availableAt.getTime() });
        }
      }
      try {
        await handOverPushes(store, pushes);
        await store.noteFolded({ pushedSeq: Math.max(0, ...seqs) });
      } catch (error) {
        throw error instanceof DomainError ? afterAppend(error) : error;
      }
    });
  }

  /** Hands a segment that a load has stored to the store. Answers how many rows, or events of windows, it took. */
  async applySegment(view: FeatureView, segment: Segment): Promise<number> {
    const { store } = this.#deps;
    const online = onlineViewOf(view);
    if (!windowPlanOf(view)) return this.#loading(handOverSegment(this.#deps, view, segment));
    // The last load may have left a part of itself there.
    if ((await store.folded()).unsettled.includes(online)) await this.#inTurn(() => this.#restoreWindows(view));
    return this.#loading(
      (async () => {
        await store.noteFolded({ unsettled: online });
        const taken = await handOverSegment(this.#deps, view, segment);
        await store.noteFolded({ settled: online });
        return taken;
      })(),
    );
  }

  /** Folds the windows of a view version from the log alone: a load that failed may have left some of its events there. */
  async restoreWindows(view: FeatureView): Promise<void> {
    if (!windowPlanOf(view)) return;
    try {
      await this.#inTurn(() => this.#restoreWindows(view));
    } catch (error) {
      // The store itself remembers that it is to be done.
      if (!this.#deps.store.shared || !(error instanceof DomainError)) throw error;
      this.#deps.log.warn({ err: error, view: onlineViewOf(view) }, 'windows are folded again later');
    }
  }

  /** Writes to the store whatever it does not hold for certain. */
  async #catchUp(): Promise<void> {
    const { db, store, log } = this.#deps;
    if ((await store.foldedPushes()) === null) {
      // What a load has written is gone: it fails, and is not to go on in the store as it is now.
      await Promise.allSettled(this.#loads);
      await store.renew();
    }
    const views = new Map<string, FeatureView | undefined>();
    const viewOf = async (project: string, name: string, version: number): Promise<FeatureView | undefined> => {
      const key = onlineViewOf({ project, name, version });
      if (!views.has(key)) views.set(key, (await findViews(db.em(), project, [{ name, version }]))[0]);
      return views.get(key);
    };
    const { pushedSeq, segments, unsettled } = await store.folded();
    const last = await lastPushed(db);
    if (pushedSeq > last) throw foreign(pushedSeq, last);
    const folded = new Set(segments);
    const stored = await allSegments(db.em());
    for (const segment of stored) {
      // What is not published yet is applied by the load that wrote it, when it is taken up again.
      if (folded.has(segment.seq) || segment.availableAt === null) continue;
      const view = await viewOf(segment.project, segment.view, segment.version);
      if (view) await handOverSegment(this.#deps, view, segment);
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
      await handOverPushes(store, pushes);
      replayed += pushes.length;
      await store.noteFolded({ pushedSeq: Number(rows.at(-1)?.seq ?? 0) });
    }
    for (const online of unsettled) {
      const pin = pinOf(online);
      const view = pin && (await viewOf(pin.project, pin.view, pin.version));
      // A load that runs settles it.
      if (!view || (await runningMaterializations(db.em(), pin)).length > 0) continue;
      await this.#restoreWindows(view);
    }
    log.info({ replayed }, 'the online store is where the log is');
  }

  async #restoreWindows(view: FeatureView): Promise<void> {
    const { db, store } = this.#deps;
    const online = onlineViewOf(view);
    const of = { project: view.project, view: view.name, version: view.version };
    await store.noteFolded({ unsettled: online });
    await store.dropWindows(online);
    for (const segment of await segmentsOf(db.em(), of)) await handOverEvents(this.#deps, view, segment);
    for await (const rows of pushedRows(db, 0, of)) {
      const stored = rows.filter(({ online: isOnline }) => isOnline).map((row) => storedPushOf(row, view));
      await handOverPushes(
        store,
        stored.map(({ seq, availableMs, ...row }) => ({ view, row, seq, availableMs })),
      );
    }
    await store.noteFolded({ settled: online });
  }

  /** Whether the store is where the log is; brings it there if not. Says an outage once. */
  async #look(): Promise<void> {
    const { log } = this.#deps;
    try {
      if (await this.#isBehind()) await this.#inTurn(() => this.#catchUp());
    } catch (error) {
      log.warn({ err: error }, 'the online store is behind the log');
    }
  }

  async #isBehind(): Promise<boolean> {
    const { db, store } = this.#deps;
    if ((await store.foldedPushes()) !== (await lastPushed(db))) return true;
    const { segments, unsettled } = await store.folded();
    if (unsettled.length > 0) return true;
    const folded = new Set(segments);
    return (await publishedSegments(db)).some((seq) => !folded.has(seq));
  }

  async #loading<T>(load: Promise<T>): Promise<T> {
    this.#loads.add(load);
    try {
      return await load;
    } finally {
      this.#loads.delete(load);
    }
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const { db, store } = this.#deps;
    const done = this.#turn.then(store.shared ? () => inTurnOfAll(db, work) : work);
    this.#turn = done.catch(() => undefined);
    await done;
  }
}

function afterAppend(error: DomainError): DomainError {
  const message = `${error.message}; the rows are in the log and follow by themselves: do not send them again`;
  return new DomainError(error.code, message, { ...error.details, logged: true });
}

function foreign(held: number, last: number): DomainError {
  return new DomainError(
    'FAILED_PRECONDITION',
    `REDIS_URL: it holds rows up to ${held} of a log that ends at ${last} here: it belongs to another database, or to a later state of this one. Name another, or empty it`,
    { field: 'REDIS_URL' },
  );
}

/** The view version of what `onlineViewOf` made. */
function pinOf(online: string): { project: string; view: string; version: number } | null {
  const [, project, view, version] = /^(.*)\/([^/]*)@(\d+)$/.exec(online) ?? [];
  return project === undefined || view === undefined ? null : { project, view, version: Number(version) };
}
