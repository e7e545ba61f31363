/** So many slots share the keys of a cluster. */
export const SLOTS = 16_384;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

const utf8 = new TextEncoder();

/** The slot of a text without braces: CRC-16/XMODEM, as Redis Cluster computes it. */
export function slotOf(text: string): number {
  let crc = 0;
  for (const byte of utf8.encode(text)) crc = ((crc << 8) ^ (TABLE[(crc >> 8) ^ byte] ?? 0)) & 0xffff;
  return crc % SLOTS;
}
