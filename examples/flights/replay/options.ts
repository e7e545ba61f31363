import type { Speed } from './pace.ts';
import { DAY_MS, HOUR_MS } from './days.ts';

/** As they come from the command line. */
export interface ReplayArguments {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly days?: string | undefined;
  readonly speed?: string | undefined;
  readonly share?: string | undefined;
  readonly concurrency?: string | undefined;
}

export interface ReplayOptions {
  /** Undefined: where the last replay stands, or the first day of the reference week. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly days: number | undefined;
  readonly speed: Speed;
  /** Undefined: that of the replay that is gone on with, or all. */
  readonly share: number | undefined;
  readonly concurrency: number;
}

/** The reference week of drift begins here. */
export const FIRST_DAY = '2001-01-22';
/** The flights end before this day. */
const DATA_END = '2001-07-01';
const DATA_START = '2001-01-01';

const MOST_CONCURRENCY = 256;

/** Reads the options of a replay. Throws an Error that names the option and what it takes. */
export function readOptions(given: ReplayArguments): ReplayOptions {
  if (given.to !== undefined && given.days !== undefined) {
    throw new Error('--to and --days say the same in two ways: give one of them');
  }
  const fromMs = given.from === undefined ? undefined : timeOf('--from', given.from);
  const toMs = given.to === undefined ? undefined : timeOf('--to', given.to);
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs) {
    throw new Error(`--to ${given.to} is not after --from ${given.from}`);
  }
  return {
    fromMs,
    toMs,
    days: given.days === undefined ? undefined : numberOf('--days', given.days, { above: 0, most: 181 }),
    speed:
      given.speed === undefined || given.speed === 'max'
        ? 'max'
        : numberOf('--speed', given.speed, { above: 0, most: 1e9, or: '"max"' }),
    share: given.share === undefined ? undefined : numberOf('--share', given.share, { above: 0, most: 1 }),
    concurrency:
      given.concurrency === undefined
        ? 32
        : wholeOf('--concurrency', given.concurrency, { least: 1, most: MOST_CONCURRENCY }),
  };
}

/** From when to when, of what is asked for and where the last replay stands. */
export function stretchOf(
  { fromMs, toMs, days }: Pick<ReplayOptions, 'fromMs' | 'toMs' | 'days'>,
  beganMs: number | undefined,
): { readonly fromMs: number; readonly toMs: number } {
  const from = fromMs ?? beganMs ?? Date.parse(FIRST_DAY);
  const end = toMs ?? (days === undefined ? Date.parse(DATA_END) : from + days * DAY_MS);
  return { fromMs: from, toMs: Math.min(end - (end % HOUR_MS), Date.parse(DATA_END)) };
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const HOUR = /^\d{4}-\d\d-\d\dT\d\d$/;

function timeOf(option: string, text: string): number {
  const ms = DAY.test(text) ? Date.parse(text) : HOUR.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN;
  const inData = ms >= Date.parse(DATA_START) && ms <= Date.parse(DATA_END);
  // A 30 February is read as a day of March.
  if (inData && new Date(ms).toISOString().startsWith(text)) return ms;
  throw new Error(
    `${option} takes a day such as ${FIRST_DAY} or an hour such as ${FIRST_DAY}T06 (UTC), ${DATA_START} to ${DATA_END}, not "${text}"`,
  );
}

function numberOf(
  option: string,
  text: string,
  { above, most, or }: { readonly above: number; readonly most: number; readonly or?: string },
): number {
  const value = Number(text);
  if (text.trim() !== '' && value > above && value <= most) return value;
  throw new Error(`${option} takes ${or ? `${or} or ` : ''}a number above ${above} and at most ${most}, not "${text}"`);
}

function wholeOf(
  option: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${option} takes a whole number from ${least} to ${most}, not "${text}"`);
}
