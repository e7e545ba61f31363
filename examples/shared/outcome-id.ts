import { createHash } from 'node:crypto';

/** A UUIDv8 (RFC 9562) made of the prediction's id: telling an outcome twice is telling it once. */
export function outcomeIdOf(predictionId: string): string {
  const hex = createHash('sha256').update(`outcome of ${predictionId}`).digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
