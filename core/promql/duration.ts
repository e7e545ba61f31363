import { PromqlError } from './promql-error.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};
const ORDER = ['y', 'w', 'd', 'h', 'm', 's', 'ms'];

/** `1h30m` in ms; null for what is no duration. Units go down and none comes twice. */
export function durationMs(text: string): number | null {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (!/^(\d+(ms|[smhdwy]))+$/.test(body)) return null;
  let total = 0;
  let last = -1;
  for (const [, count, unit = ''] of body.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    const place = ORDER.indexOf(unit);
    if (place <= last) return null;
    last = place;
    total += Number(count) * (UNIT_MS[unit] ?? 0);
  }
  return sign * total;
}

/** The shortest text of a length in ms: `1h30m`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = ms;
  let text = '';
  for (const unit of ORDER) {
    const size = UNIT_MS[unit] ?? 1;
    // A month of weeks is read more easily in days.
    if (unit === 'y' || unit === 'w' ? rest % size !== 0 : rest < size) continue;
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** A number of PromQL: decimal with `_`, hexadecimal, octal, `Inf`, `NaN`, or a duration in seconds. */
export function numberOf(text: string, at: number): number {
  const plain = text.toLowerCase().replace(/^\+/, '');
  const sign = plain.startsWith('-') ? -1 : 1;
  const body = plain.replace(/^-/, '');
  if (body === 'inf') return sign * Infinity;
  if (body === 'nan') return NaN;
  const duration = durationMs(body);
  if (duration !== null) return (sign * duration) / 1_000;
  const digits = body.replaceAll('_', '');
  if (/^0x[0-9a-f]+$/.test(digits)) return sign * Number(digits);
  if (/^0[0-7]+$/.test(digits)) return sign * Number.parseInt(digits, 8);
  const value = Number(digits);
  if (digits === '' || Number.isNaN(value)) throw new PromqlError('syntax', `${text} is not a number`, at);
  return sign * value;
}
