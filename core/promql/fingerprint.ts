import type { Labels } from './labels.ts';

const encoder = new TextEncoder();
const DIVIDER = 255;

/**
 * What labels are known by: 64 bits of FNV-1a over names and values in order, as Prometheus and Alertmanager write them
 * (`model.LabelSet.Fingerprint`), 16 hexadecimal digits.
 */
export function fingerprintOf(labels: Labels): string {
  let low = 0x84222325;
  let high = 0xcbf29ce4;
  const add = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    // The prime is 2^40 + 0x1b3.
    const product = low * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + ((low << 8) >>> 0)) % 2 ** 32;
    low = product % 2 ** 32;
  };
  for (const name of Object.keys(labels).sort()) {
    for (const text of [name, labels[name] ?? '']) {
      for (const byte of encoder.encode(text)) add(byte);
      add(DIVIDER);
    }
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
