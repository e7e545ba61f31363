import { onlineViewOf } from '../../../../core/codec/address.ts';
import { blockLayoutOf, onlineEntryOf, type LogRow } from '../../domain/block.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { columnFeatures, windowPlanOf } from '../../domain/log-column.ts';
import type { OnlineEntry, OnlineStore, WindowEntry } from '../../domain/online-store.ts';
import type { PushedRow } from '../../domain/pushed-row.ts';
import type { Segment } from '../../domain/segment.ts';
import { pushedEventOf } from '../../domain/window-event.ts';
import type { Duck } from '../../../shared/duckdb/duckdb.ts';
import { forEachNewest } from '../log/newest-rows.ts';
import { forEachEvent } from '../log/window-rows.ts';
import type { ParquetFiles } from '../parquet-files.ts';

/** A pushed row with its place in the log and its arrival. */
export interface PlacedPush {
  readonly view: FeatureView;
  readonly row: PushedRow;
  readonly seq: number;
  readonly availableMs: number;
}

interface Target {
  readonly duck: Duck;
  readonly segments: ParquetFiles;
  readonly store: OnlineStore;
}

/** Hands pushed rows to the store, which come in the order of the log. */
export async function handOverPushes(store: OnlineStore, pushes: readonly PlacedPush[]): Promise<void> {
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

/** Hands a segment to the store: the newest row of each entity, and its events to windows. Answers how many it took. */
export async function handOverSegment(to: Target, view: FeatureView, segment: Segment): Promise<number> {
  const written = await handOverNewest(to, view, segment);
  const applied = await handOverEvents(to, view, segment);
  await to.store.noteFolded({ segment: segment.seq });
  return columnFeatures(view).length > 0 ? written : applied;
}

async function handOverNewest({ duck, segments, store }: Target, view: FeatureView, segment: Segment): Promise<number> {
  const layout = blockLayoutOf(view);
  let written = 0;
  if (layout.fields.length === 0) return written;
  await forEachNewest(duck, segments, view, segment, async (rows: LogRow[]) => {
    written += await store.write(rows.map((row) => onlineEntryOf(view, layout, row)));
  });
  return written;
}

export async function handOverEvents(
  { duck, segments, store }: Target,
  view: FeatureView,
  segment: Segment,
): Promise<number> {
  const plan = windowPlanOf(view);
  let applied = 0;
  if (!plan) return applied;
  const online = onlineViewOf(view);
  await forEachEvent(duck, segments, { view, plan, segment }, async (events) => {
    applied += await store.applyWindows(events.map((one) => ({ view: online, plan, side: 'LOADED', ...one })));
  });
  return applied;
}
