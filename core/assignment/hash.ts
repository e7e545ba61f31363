/** Which GrowthBook hash spreads the units: 1 (legacy, steps of 0.001) or 2 (unbiased, steps of 0.0001). */
export type HashVersion = 1 | 2;

/** 32-bit FNV-1a over the UTF-16 code units of `text` (not its UTF-8 bytes), as GrowthBook's SDK for JavaScript. */
export function fnv32a(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/**
 * GrowthBook's bucket of a unit: a number in [0, 1), the same for the same seed, value and version on every platform.
 * `null` for a version that does not exist.
 */
export function hash(seed: string, value: string, version: number): number | null {
  if (version === 2) return (fnv32a(String(fnv32a(seed + value))) % 10_000) / 10_000;
  if (version === 1) return (fnv32a(value + seed) % 1_000) / 1_000;
  return null;
}
