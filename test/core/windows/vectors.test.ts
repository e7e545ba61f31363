import { describe, expect, it } from 'vitest';
import { last } from '../../../core/windows/folds/chosen.ts';
import { count } from '../../../core/windows/folds/count.ts';
import { hopOf, tailOf } from '../../../core/windows/hop.ts';
import { planOf } from '../../../core/windows/plan.ts';
import { WindowState } from '../../../core/windows/state.ts';
import type { WindowEvent, WindowFunction } from '../../../core/windows/window.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ms = Date.parse;

const window = (name: WindowFunction, windowMs: number) => ({
  function: name,
  windowMs,
  hopMs: hopOf(windowMs),
  column: name === 'COUNT' ? null : ({ index: 0, dtype: 'FLOAT64' } as const),
  where: null,
});

/** [event, value], or [event, value, id, when it was written]. */
type Row = readonly [string, number, string?, string?];

/** What a window says at a moment, of the rows that were written by then. */
function valueAt(name: WindowFunction, windowMs: number, rows: readonly Row[], at: string): unknown {
  const plan = planOf(
    [window(name, windowMs)],
    rows.some(([, , id]) => id !== undefined),
  );
  const state = new WindowState(plan);
  rows.forEach(([event, value, id = null, writtenAt = event], seq) => {
    if (ms(writtenAt) > ms(at) || ms(event) > ms(at)) return;
    const one: WindowEvent = {
      id: id ?? (plan.withIds ? `row ${seq}` : null),
      retracted: false,
      eventMs: ms(event),
      writtenMs: ms(writtenAt),
      seq,
      ordinal: 0,
      values: [value],
    };
    state.apply(one, 'PUSHED');
  });
  return state.read(ms(at))?.[0];
}

describe('the published vectors of windows', () => {
  it.each([
    ['AGG-01', HOUR, '2024-01-02T14:27:00.000Z', '2024-01-02T13:25:00.000Z'],
    ['AGG-03', DAY, '2024-01-02T10:30:00Z', '2024-01-01T10:00:00Z'],
    ['AGG-04', 30 * DAY, '2024-02-02T10:30:00Z', '2024-01-03T00:00:00Z'],
  ])('%s: where a window begins', (_, windowMs, at, tail) => {
    expect(tailOf(ms(at), windowMs, hopOf(windowMs))).toBe(ms(tail));
  });

  it('AGG-02: the tail is in it, its end is not', () => {
    const times = ['13:24:59.999', '13:25:00.000', '14:26:59.999', '14:27:00.000'];
    const rows = times.map((time): Row => [`2024-01-02T${time}Z`, 1]);
    expect(valueAt('COUNT', HOUR, rows, '2024-01-02T14:27:00.000Z')).toBe(2n);
  });

  const ratings: readonly Row[] = [
    ['2021-04-04T00:30:00Z', 4],
    ['2021-04-04T12:30:00Z', 5],
    ['2021-04-05T00:30:00Z', 4, 'b'],
    ['2021-04-08T02:30:00Z', 5],
  ];

  it.each([
    ['AGG-05: an event that is added', ['2021-04-10T02:00:00Z', 2, 'new', '2021-04-10T02:00:00Z'] as Row],
    ['AGG-06: an event that is corrected', ['2021-04-05T00:30:00Z', 2, 'b', '2021-04-10T02:00:00Z'] as Row],
  ])('%s', (_, row) => {
    expect(valueAt('MEAN', 30 * DAY, [...ratings, row], '2021-04-10T01:00:00Z')).toBe(4.5);
    expect(valueAt('MEAN', 30 * DAY, [...ratings, row], '2021-04-10T02:30:00Z')).toBe(4);
  });

  it.each([
    ['2021-04-09T01:30:00Z', 3.5],
    ['2021-04-09T04:30:00Z', 4],
    ['2021-04-09T06:30:00Z', 3],
    ['2021-04-09T08:30:00Z', 4.5],
    ['2021-04-10T09:00:00Z', 5],
    ['2021-04-10T23:00:00Z', 4.5],
  ])('AGG-07: a window that forgets, at %s', (at, mean) => {
    const rows: Row[] = [
      ['2021-04-05T03:40:00Z', 3, 'a'],
      ['2021-04-06T03:45:00Z', 4, 'b'],
      ['2021-04-09T05:45:00Z', 2, 'c'],
      ['2021-04-09T05:45:00Z', 5, 'c', '2021-04-09T07:00:00Z'],
      ['2021-04-10T10:00:00Z', 4, 'd'],
    ];
    expect(valueAt('MEAN', 4 * DAY, rows, at)).toBe(mean);
  });

  it('AGG-08: parts put together', () => {
    const order = (eventMs: number) => ({ eventMs, writtenMs: eventMs, seq: eventMs, ordinal: 0 });
    const [n, newest] = [count.start(), last.start()];
    for (const [hour, [events, value]] of (
      [
        [2, 'B'],
        [9, 'A'],
        [3, 'C'],
      ] as const
    ).entries()) {
      count.merge(n, { n: events });
      last.merge(newest, { held: { value, order: order(hour) } });
    }
    expect([count.result(n), last.result(newest)]).toEqual([14n, 'C']);
  });
});
