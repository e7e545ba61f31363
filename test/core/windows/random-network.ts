import type { Network } from '../../../core/windows/network.ts';
import { hopOf } from '../../../core/windows/hop.ts';
import type { KeyedEvent } from './network-oracle.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const START = Date.parse('2026-01-10T00:00:00Z');

/** Each event: a device (STRING), an address (INT64), a label (STRING). */
const THROUGH = [
  { index: 0, dtype: 'STRING' },
  { index: 1, dtype: 'INT64' },
] as const;
const LABEL = { index: 2, dtype: 'STRING' } as const;

/** Names whose order as text, as JSON and as bytes differ. */
export const KEYS = ['a', 'b', 'c"', "d'", 'e\\', 'f\u0007', 'ｇ', '😀', 'z0', 'z1', 'z2', 'z3'].map((one) =>
  JSON.stringify([one]),
);
const DEVICES = ['phone', 'ｌａｐtop', '😀', "d'1", 'd"2', 'phone 2'];

export const picking =
  (random: () => number) =>
  <T>(from: readonly T[]): T =>
    from[Math.floor(random() * from.length)]!;

export function randomNetworks(random: () => number): Network[] {
  const pick = picking(random);
  return Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const [windowMs, badMs] = [pick([10 * MINUTE, HOUR, DAY, 12 * DAY]), pick([HOUR, DAY, 30 * DAY])];
    return {
      through: pick(THROUGH),
      windowMs,
      hopMs: random() < 0.8 ? hopOf(windowMs) : windowMs / 5,
      limit: pick([1, 2, 3, 5, 100]),
      bad:
        random() < 0.6
          ? { column: LABEL, oneOf: pick([['fraud'], ['fraud', 'chargeback']]), windowMs: badMs, hopMs: hopOf(badMs) }
          : null,
    };
  });
}

/** An event of any entity around a moment: ties, nulls, late ones; with ids also corrections and retractions. */
export function randomEvent(
  random: () => number,
  nowMs: number,
  log: readonly KeyedEvent[],
  withIds: boolean,
): KeyedEvent {
  const pick = picking(random);
  const late = random() < 0.3 ? Math.floor(random() ** 3 * 20 * DAY) : Math.floor(random() * pick([1, 1_000, HOUR]));
  const eventMs = random() < 0.3 ? Math.floor((nowMs - 1 - late) / HOUR) * HOUR : nowMs - 1 - late;
  const before = withIds && log.length > 0 && random() < 0.3 ? pick(log) : undefined;
  const seq = log.length + 1;
  return {
    key: before?.key ?? pick(KEYS),
    id: withIds ? (before?.id ?? `e${seq}`) : null,
    // Also of what was never sent.
    retracted: withIds && random() < (before ? 0.3 : 0.05),
    eventMs,
    writtenMs: eventMs + Math.floor(random() * (nowMs - eventMs)),
    seq,
    ordinal: 0,
    values: [
      random() < 0.8 ? pick(DEVICES) : null,
      random() < 0.5 ? pick([1n, 2n, -3n, 9_007_199_254_740_993n]) : null,
      random() < 0.2 ? pick(['fraud', 'chargeback', 'fine']) : null,
    ],
  };
}
