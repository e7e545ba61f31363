import { onlineViewOf } from '../../../core/codec/address.ts';
import { encodeBlock } from '../../../core/codec/encode-block.ts';
import type { BlockLayout, FeatureValue } from '../../../core/codec/layout.ts';
import type { FeatureView } from './feature-view.ts';
import type { LogPosition, OnlineEntry } from './online-store.ts';

/** How the online store lays out a view version's values. */
export const blockLayoutOf = (view: FeatureView): BlockLayout => ({
  schemaVersion: view.version,
  fields: view.features.map(({ name, dtype }) => ({ name, dtype })),
});

export interface LogRow extends LogPosition {
  /** The entity's key tuple. */
  readonly key: string;
  readonly eventMs: number;
  readonly createdMs: number | null;
  /** One value for each feature of the view, in its order. */
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
    block: encodeBlock({ eventTimeMs: eventMs, availableTimeMs: createdMs, values }, layout),
    evictAtMs: view.ttlSeconds === 0 ? null : eventMs + 2_000 * view.ttlSeconds,
  };
}
