import type { FeatureValue } from '../../../core/codec/layout.ts';
import { hopOf } from '../../../core/windows/hop.ts';
import type { Window, WindowEvent, WindowFilter } from '../../../core/windows/window.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Each event: an amount (FLOAT64), a number of items (INT64), a city (STRING). */
export const COLUMNS = [
  { index: 0, dtype: 'FLOAT64' },
  { index: 1, dtype: 'INT64' },
  { index: 2, dtype: 'STRING' },
] as const;

const LENGTHS = [10 * MINUTE, HOUR, 11 * HOUR, 12 * HOUR, DAY, 7 * DAY, 12 * DAY, 30 * DAY] as const;

/** Every function over every column that it takes. */
export const SHAPES = [
  ['COUNT', null],
  ['COUNT', 2],
  ['SUM', 0],
  ['SUM', 1],
  ['MEAN', 0],
  ['MEAN', 1],
  ['STDDEV', 0],
  ['STDDEV', 1],
  ['MIN', 0],
  ['MIN', 1],
  ['MAX', 0],
  ['MAX', 1],
  ['FIRST', 0],
  ['FIRST', 2],
  ['LAST', 1],
  ['LAST', 2],
  ['DISTINCT', 1],
  ['DISTINCT', 2],
] as const;

const FILTERS: readonly (WindowFilter | null)[] = [
  null,
  null,
  { category: { index: 2, oneOf: ['Pune', 'Goa'] }, hours: null },
  { category: null, hours: { oneOf: [22, 23, 0, 1, 2, 3], offsetMinutes: 330 } },
  { category: { index: 1, oneOf: [1n, null] }, hours: { oneOf: [5, 6, 7, 8, 9, 10], offsetMinutes: -90 } },
];

export function randomWindows(random: () => number): Window[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  return Array.from({ length: 1 + Math.floor(random() * 6) }, () => {
    const [name, column] = pick(SHAPES);
    const windowMs = pick(LENGTHS);
    return {
      function: name,
      windowMs,
      hopMs: random() < 0.8 ? hopOf(windowMs) : windowMs / pick([1, 2, 5]),
      column: column === null ? null : COLUMNS[column],
      where: pick(FILTERS),
    };
  });
}

const START = Date.parse('2026-01-10T00:00:00Z');

/** Events of one entity in the order of the log: bursts and pauses, late ones, ties, nulls; with ids also corrections. */
export function randomLog(random: () => number, events: number, withIds: boolean): WindowEvent[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const log: WindowEvent[] = [];
  let nowMs = START + Math.floor(random() * DAY);
  for (let seq = 1; log.length < events; seq++) {
    nowMs += Math.floor(random() * pick([0, 0, 1_000, MINUTE, HOUR, 2 * DAY]));
    const late = random() < 0.2 ? Math.floor(random() ** 3 * 20 * DAY) : 0;
    const eventMs = random() < 0.2 ? Math.floor((nowMs - late) / HOUR) * HOUR : nowMs - late;
    const writtenMs = eventMs + Math.floor(random() * (nowMs - eventMs));
    const amount = pick([null, 0, Math.floor(random() * 10_000) / 100, -5.25, 1e9 * random()]);
    const items = pick([null, 1n, BigInt(Math.floor(random() * 9)), 2n ** 62n + BigInt(seq)]);
    const values: FeatureValue[] = [amount, items, pick([null, 'Pune', 'Goa', 'Leh', `city ${seq}`])];
    const id = withIds ? (log.length > 0 && random() < 0.25 ? pick(log).id : `e${seq}`) : null;
    const retracted = withIds && random() < 0.1;
    log.push({ id, retracted, eventMs, writtenMs, seq, ordinal: 0, values });
  }
  return log;
}
