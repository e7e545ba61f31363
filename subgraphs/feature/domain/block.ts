import { onlineViewOf } from '../../../core/codec/address.ts';
import { encodeBlock } from '../../../core/codec/encode-block.ts';
import type { BlockLayout, FeatureValue } from '../../../core/codec/layout.ts';
import type { FeatureView } from './feature-view.ts';
import { columnFeatures } from './log-column.ts';
import type { LogPosition, OnlineEntry } from './online-store.ts';

/** How the online store lays out a view version's values. */
export const blockLayoutOf = (view: FeatureView): BlockLayout => ({
  schemaVersion: view.version,
  fields: columnFeatures(view).map(({ name, dtype }) => ({ name, dtype })),
});

export interface LogRow extends LogPosition {
  /** The entity's key tuple. */
  readonly key: string;
  readonly eventMs: number;
  readonly createdMs: number | null;
  /** One value for each column of the view's log, in its order; features that are columns come first. */
  readonly values: readonly FeatureValue[];
}

/** A row of the log as the online store keeps it, until its event is two TTLs old. */
export function onlineEntryOf(view: FeatureView, layout: BlockLayout, row: LogRow): OnlineEntry {
  const { key, eventMs, createdMs, values, seq, ordinal } = row;
  return {
    view: onlineViewOf(view),
    key,
    seq,
    ordinal,
    block: encodeBlock(
      { eventTimeMs: eventMs, availableTimeMs: createdMs, values: values.slice(0, layout.fields.length) },
      layout,
    ),
    evictAtMs: view.ttlSeconds === 0 ? null : eventMs + 2_000 * view.ttlSeconds,
  };
}
