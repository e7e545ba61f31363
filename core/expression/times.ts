import { failure } from './failure.ts';

/** Years 1 to 9999, as CEL has it. */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;

export function withinCalendar(timeMs: number): number {
  if (!(timeMs >= FIRST_MS && timeMs <= LAST_MS))
    throw failure('OUT_OF_RANGE', 'a timestamp is outside the years 1 to 9999');
  return timeMs;
}

export const timestampFromSeconds = (seconds: bigint): number => withinCalendar(Number(seconds) * 1000);

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** Read by hand: engines disagree about dates that are nearly right. */
export function timestampFromText(text: string): number {
  const found = RFC3339.exec(text);
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours = 0, offsetMinutes = 0] =
    found ?? [];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  const isClock = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && Number(offsetMinutes) < 60;
  if (!found || !isDay || !isClock)
    throw failure('CONVERSION', 'the text is no timestamp such as 2026-01-31T12:00:00Z');
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -60_000 : 60_000);
  const clock =
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
  return withinCalendar(date.getTime() + clock - offset);
}

const UNIT_NS: Record<string, bigint> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  ns: 1n,
};
const DURATION = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/;
const PIECES = /(\d*)\.?(\d*)(ns|us|µs|ms|s|m|h)/g;
const MOST_CHARACTERS = 64;

/** Nanoseconds of `1h30m`, `-1.5s`, `250ms`. */
export function durationFromText(text: string): bigint {
  const found = text.length > MOST_CHARACTERS ? null : DURATION.exec(text);
  if (!found) throw failure('CONVERSION', 'the text is no duration such as 1h30m or 250ms');
  const [, sign, pieces = ''] = found;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of pieces.matchAll(PIECES)) {
    const unitNs = UNIT_NS[unit] ?? 0n;
    total += BigInt(whole) * unitNs + (BigInt(fraction) * unitNs) / 10n ** BigInt(fraction.length);
  }
  return sign === '-' ? -total : total;
}
