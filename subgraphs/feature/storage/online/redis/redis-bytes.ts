import { orderedBits, timeOfBits } from '../../../../../core/codec/version.ts';

/** A time as eight bytes whose order is that of the times. */
export function timeBytes(ms: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(orderedBits('time', ms));
  return bytes;
}

/** The time of `timeBytes`; before all others where there is none. */
export const timeOf = (bytes: Buffer | null | undefined): number =>
  bytes?.length === 8 ? timeOfBits(bytes.readBigUInt64BE()) : -Infinity;

export function* batchesOf<T>(items: readonly T[], size: number): Iterable<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
