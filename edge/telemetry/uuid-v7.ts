const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const ID_BYTES = 16;

// Asking the system for chance costs more than all the rest: it is asked for many ids at once.
const pool = new Uint8Array(ID_BYTES * 256);
let at = pool.length;

function chance(): Uint8Array {
  if (at >= pool.length) {
    crypto.getRandomValues(pool);
    at = 0;
  }
  at += ID_BYTES;
  return pool.subarray(at - ID_BYTES, at);
}

/** A UUIDv7 (RFC 9562): 48 bits of time, then chance. Ids of one node sort by time, to the millisecond. */
export function uuidV7(nowMs: number): string {
  const bytes = chance();
  let time = nowMs;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  let text = '';
  for (let i = 0; i < ID_BYTES; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += HEX[bytes[i] ?? 0];
  }
  return text;
}
