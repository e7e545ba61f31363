import type { FeatureValue } from '../../codec/layout.ts';
import { compareEvents, type EventOrder } from '../window.ts';
import type { Fold } from './fold.ts';

interface Extreme {
  value: FeatureValue;
}

/** Numbers and whole numbers of one column, never null. */
const extreme = (wins: (value: FeatureValue, over: FeatureValue) => boolean): Fold<Extreme> => {
  const offer = (into: Extreme, value: FeatureValue): void => {
    if (into.value === null || wins(value, into.value)) into.value = value;
  };
  return {
    start: () => ({ value: null }),
    add: offer,
    merge(into, { value }) {
      if (value !== null) offer(into, value);
    },
    result: ({ value }) => value,
    write: ({ value }, out) => out.value(value),
    read: (from) => ({ value: from.value() }),
  };
};

export const least = extreme((value, over) => Number(value) < Number(over) || less(value, over));
export const greatest = extreme((value, over) => Number(value) > Number(over) || less(over, value));

/** Whole numbers beyond 2^53 differ where the doubles that stand for them do not. */
const less = (a: FeatureValue, b: FeatureValue): boolean => typeof a === 'bigint' && typeof b === 'bigint' && a < b;

interface End {
  held: { readonly value: FeatureValue; readonly order: EventOrder } | null;
}

const end = (wins: (order: EventOrder, over: EventOrder) => boolean): Fold<End> => {
  const offer = (into: End, value: FeatureValue, order: EventOrder): void => {
    if (into.held === null || wins(order, into.held.order)) into.held = { value, order };
  };
  return {
    start: () => ({ held: null }),
    add: (into, value, { eventMs, writtenMs, seq, ordinal }) =>
      offer(into, value, { eventMs, writtenMs, seq, ordinal }),
    merge(into, { held }) {
      if (held) offer(into, held.value, held.order);
    },
    result: ({ held }) => held?.value ?? null,
    write({ held }, out) {
      out.u8(held ? 1 : 0);
      if (!held) return;
      out.value(held.value);
      out.f64(held.order.eventMs);
      out.f64(held.order.writtenMs);
      out.f64(held.order.seq);
      out.f64(held.order.ordinal);
    },
    read(from) {
      if (from.u8() === 0) return { held: null };
      const value = from.value();
      const eventMs = from.f64();
      const writtenMs = from.f64();
      return { held: { value, order: { eventMs, writtenMs, seq: from.f64(), ordinal: from.f64() } } };
    },
  };
};

export const first = end((order, over) => compareEvents(order, over) < 0);
export const last = end((order, over) => compareEvents(order, over) > 0);
