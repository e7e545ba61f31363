import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkedDay,
  checkedWindow,
  dayBefore,
  hoursBefore,
  splitWindow,
  utcDayOf,
} from '../../../subgraphs/monitoring/domain/time-window.ts';

const HOUR_MS = 3_600_000;
const from = new Date('2026-03-01T00:00:00.000Z');
const after = (hours: number): Date => new Date(from.getTime() + hours * HOUR_MS);
const refused = (field: string, code = 'INVALID_INPUT') =>
  expect.objectContaining({ code, details: expect.objectContaining({ field }) });

describe('a window of time', () => {
  it('has a length, up to the most days', () => {
    expect(checkedWindow('window', { from, to: after(24) }, 1)).toEqual({ from, to: after(24) });
    for (const to of [from, after(-1), after(24.001)]) {
      expect(() => checkedWindow('window', { from, to }, 1)).toThrow(refused('window'));
    }
  });

  it('is cut into parts that cover it once, the last as short as need be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 50 }), (minutes, hours) => {
        const to = new Date(from.getTime() + minutes * 60_000);
        const parts = splitWindow({ from, to }, hours, 10_000);
        expect([parts[0]?.from, parts.at(-1)?.to]).toEqual([from, to]);
        for (const [i, part] of parts.entries()) {
          const length = part.to.getTime() - part.from.getTime();
          expect(length).toBeGreaterThan(0);
          if (i < parts.length - 1) {
            expect(length).toBe(hours * HOUR_MS);
            expect(part.to).toEqual(parts[i + 1]?.from);
          }
        }
      }),
    );
  });

  it('is not cut into no hours, nor into more parts than are given at once', () => {
    for (const hours of [0, -1, 1.5]) {
      expect(() => splitWindow({ from, to: after(2) }, hours, 10)).toThrow(refused('windowHours'));
    }
    expect(splitWindow({ from, to: after(10) }, 1, 10)).toHaveLength(10);
    expect(() => splitWindow({ from, to: after(10.1) }, 1, 10)).toThrow(refused('windowHours', 'LIMIT_EXCEEDED'));
  });

  it('of the hours before an instant is of one hour to a year', () => {
    expect(hoursBefore(after(3), 3)).toEqual({ from, to: after(3) });
    expect(hoursBefore(after(24 * 366), 24 * 366).from).toEqual(from);
    for (const hours of [0, 0.5, 24 * 366 + 1, Number.NaN]) {
      expect(() => hoursBefore(from, hours)).toThrow(refused('hours'));
    }
  });
});

describe('a day', () => {
  it.each(['2026-03-01', '2024-02-29', '0001-01-01'])('%s is one', (day) => {
    expect(checkedDay('day', day)).toBe(day);
  });

  it.each(['2026-02-29', '2026-13-01', '2026-3-1', '10 March', '2026-03-01T00:00:00Z', ''])('%j is none', (day) => {
    expect(() => checkedDay('day', day)).toThrow(refused('day'));
  });

  it('is that of UTC, and has one before it', () => {
    expect(utcDayOf(new Date('2026-03-01T01:00:00+02:00'))).toBe('2026-02-28');
    expect(dayBefore('2026-03-01')).toBe('2026-02-28');
    expect(dayBefore('2024-01-01')).toBe('2023-12-31');
  });
});
