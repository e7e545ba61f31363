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

export const timeOfBits = (bits: bigint): number => Number(bits - SIGN);

/** The times in the header of a block, which must have at least 16 bytes. */
export function readTimes(view: DataView): BlockTimes {
  const available = view.getBigUint64(AVAILABLE_AT);
  return {
    eventTimeMs: timeOfBits(view.getBigUint64(0)),
    availableTimeMs: available === 0n ? null : timeOfBits(available),
  };
}

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
