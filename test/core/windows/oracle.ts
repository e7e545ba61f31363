import type { FeatureValue } from '../../../core/codec/layout.ts';
import type { Window, WindowEvent } from '../../../core/windows/window.ts';
import { createHash } from 'node:crypto';

/**
 * The definition, as plainly as it can be said: look at every event of every version, for each window anew. It shares no
 * code with what it judges.
 */
export function bruteForce(log: readonly WindowEvent[], windows: readonly Window[], atMs: number): FeatureValue[] {
  return windows.map((window) => {
    const { windowMs, hopMs } = window;
    return valueOver(log, window, Math.floor((atMs - windowMs) / hopMs) * hopMs, atMs);
  });
}

/** The same over a window that begins exactly one length before. */
export const exactWindow = (log: readonly WindowEvent[], window: Window, atMs: number): FeatureValue =>
  valueOver(log, window, atMs - window.windowMs, atMs);

function valueOver(log: readonly WindowEvent[], window: Window, fromMs: number, atMs: number): FeatureValue {
  const counted = currentOf(log)
    .filter(({ eventMs }) => eventMs >= fromMs && eventMs < atMs)
    .filter(({ values, eventMs }) => {
      const { category, hours } = window.where ?? { category: null, hours: null };
      if (category && !category.oneOf.some((one) => one === values[category.index])) return false;
      return !hours || hours.oneOf.includes(new Date(eventMs + hours.offsetMinutes * 60_000).getUTCHours());
    })
    .toSorted(inOrder);
  const { column } = window;
  if (!column) return BigInt(counted.length);
  const values = counted.map(({ values: all }) => all[column.index] ?? null).filter((value) => value !== null);
  const numbers = values.map(Number);
  switch (window.function) {
    case 'COUNT':
      return BigInt(values.length);
    case 'SUM':
      return column.dtype === 'INT64'
        ? values.reduce<bigint>((sum, value) => sum + BigInt(value), 0n)
        : numbers.reduce((sum, value) => sum + value, 0);
    case 'MEAN':
      return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    case 'STDDEV': {
      if (numbers.length < 2) return null;
      const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
      return Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1));
    }
    case 'MIN':
      return values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))[0] ?? null;
    case 'MAX':
      return values.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0))[0] ?? null;
    case 'FIRST':
      return values[0] ?? null;
    case 'LAST':
      return values.at(-1) ?? null;
    case 'DISTINCT':
      return BigInt(distinctOf(values));
    default:
      throw new Error(`${String(window.function)} is not defined here`);
  }
}

function distinctOf(values: readonly FeatureValue[]): number {
  const hashes = new Set(
    values.map((value) => Number(createHash('md5').update(String(value)).digest().readBigUInt64LE(8) % 2n ** 53n)),
  );
  if (hashes.size < 1_024) return hashes.size;
  return Math.round((1_023 * 2 ** 53) / [...hashes].toSorted((a, b) => a - b)[1_023]!);
}

/** Of each id the version that was written last; what was taken back is gone. */
function currentOf(log: readonly WindowEvent[]): WindowEvent[] {
  const versions = new Map<string, WindowEvent>();
  const alone: WindowEvent[] = [];
  for (const event of log) {
    if (event.id === null) alone.push(event);
    else {
      const other = versions.get(event.id);
      if (!other || written(event, other) > 0) versions.set(event.id, event);
    }
  }
  return [...alone, ...[...versions.values()].filter(({ retracted }) => !retracted)];
}

const written = (a: WindowEvent, b: WindowEvent): number =>
  a.writtenMs - b.writtenMs || a.seq - b.seq || a.ordinal - b.ordinal;
const inOrder = (a: WindowEvent, b: WindowEvent): number => a.eventMs - b.eventMs || written(a, b);
