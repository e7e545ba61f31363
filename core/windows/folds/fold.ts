import type { FeatureValue } from '../../codec/layout.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import type { EventOrder } from '../window.ts';

/**
 * A function over events as something that grows: event by event, and part by part, since a window is put together from
 * its hops. `add` and `merge` change `into`; values that are null never come here.
 */
export interface Fold<State> {
  start(): State;
  add(into: State, value: FeatureValue, order: EventOrder): void;
  merge(into: State, other: State): void;
  result(of: State): FeatureValue;
  write(of: State, out: ByteWriter): void;
  read(from: ByteReader): State;
}
