import { AVAILABLE_AT, SCHEMA_AT } from './layout.ts';

/**
 * Times are written big-endian with the sign bit turned, so that the order of the bytes is the order of the times, also
 * before 1970. All bits zero stands for no time, which is older than any.
 */
const SIGN = 2n ** 63n;

export interface BlockTimes {
  readonly eventTimeMs: number;
  /** When the value could first be known: created or put on-line. Null where nobody recorded it. */
  readonly availableTimeMs: number | null;
}

export function writeTimes(view: DataView, { eventTimeMs, availableTimeMs }: BlockTimes): void {
  view.setBigUint64(0, orderedBits('eventTimeMs', eventTimeMs));
  view.setBigUint64(AVAILABLE_AT, availableTimeMs === null ? 0n : orderedBits('availableTimeMs', availableTimeMs));
}

/** A time as 64 bits whose order is that of the times. */
export function orderedBits(name: string, timeMs: number): bigint {
  if (!Number.isSafeInteger(timeMs)) throw new RangeError(`${name} must be whole milliseconds, not ${timeMs}`);
  return BigInt(timeMs) + SIGN;
}

/** The time whose bits lie at a place; null for no time. Without a BigInt, which would cost more than the rest of a block. */
export function timeAt(bytes: Uint8Array, at: number): number | null {
  const [high, low] = [uint32At(bytes, at), uint32At(bytes, at + 4)];
  return high === 0 && low === 0 ? null : (high - 2 ** 31) * 2 ** 32 + low;
}

const uint32At = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;

/** The times in the header of a block, which must have at least 16 bytes. */
export const eventTimeOf = (block: Uint8Array): number => timeAt(block, 0) ?? -Infinity;
export const availableTimeOf = (block: Uint8Array): number | null => timeAt(block, AVAILABLE_AT);

/**
 * Below 0 where `a` is older than `b`, above 0 where it is newer, 0 where neither: the order of the first 16 bytes. A
 * store keeps the newest and, between equals, the last that came.
 */
export function compareVersions(a: Uint8Array, b: Uint8Array): number {
  if (a.length < SCHEMA_AT || b.length < SCHEMA_AT) throw new RangeError('a block has at least 16 bytes');
  for (let i = 0; i < SCHEMA_AT; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
