import { orderedBits, timeAt } from './version.ts';

/** A block as a store outside the process keeps it: its place in the log and its time to go, then the block. */
export interface StoredBlock {
  readonly seq: number;
  readonly ordinal: number;
  readonly evictAtMs: number | null;
  readonly block: Uint8Array;
}

const ORDINAL_AT = 8;
export const EVICT_AT = 16;
/** Where the block begins. */
export const BLOCK_AT = 24;

/** Places are big-endian, times as in the block: the order of the bytes is the order of what they say. */
export function encodeStored({ seq, ordinal, evictAtMs, block }: StoredBlock): Uint8Array {
  const stored = new Uint8Array(BLOCK_AT + block.length);
  const view = new DataView(stored.buffer);
  view.setBigUint64(0, BigInt(seq));
  view.setBigUint64(ORDINAL_AT, BigInt(ordinal));
  view.setBigUint64(EVICT_AT, evictAtMs === null ? 0n : orderedBits('evictAtMs', evictAtMs));
  stored.set(block, BLOCK_AT);
  return stored;
}

/** When it may go, of its first `BLOCK_AT` bytes; null: never. */
export const evictionOf = (stored: Uint8Array): number | null => timeAt(stored, EVICT_AT);

/** Without `subarray`, by which a Buffer becomes a Buffer, at a price. */
export const blockOf = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset + BLOCK_AT, length - BLOCK_AT);
