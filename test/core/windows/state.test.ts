import { describe, expect, it } from 'vitest';
import type { FeatureValue } from '../../../core/codec/layout.ts';
import { decodeState, encodeState, timesOfState } from '../../../core/windows/encode-state.ts';
import { hopOf } from '../../../core/windows/hop.ts';
import { planOf } from '../../../core/windows/plan.ts';
import { MOST_SPARSE, WindowState } from '../../../core/windows/state.ts';
import type { Window, WindowEvent } from '../../../core/windows/window.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { bruteForce, exactWindow } from './oracle.ts';
import { COLUMNS, randomLog, randomWindows } from './random-log.ts';

const HOUR = 3_600_000;

/** Counts, choices and sums of whole numbers to the bit; other sums as near as doubles are that were added in another order. */
function expectSame(
  actual: readonly FeatureValue[] | null,
  expected: readonly FeatureValue[],
  windows: readonly Window[],
) {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    const { function: name, column } = windows[i]!;
    const found = actual![i]!;
    const near = ['MEAN', 'STDDEV'].includes(name) || (name === 'SUM' && column?.dtype === 'FLOAT64');
    // A sum of whole numbers that 64 bits do not hold is null.
    if (name === 'SUM' && typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) expect(found).toBeNull();
    else if (near && typeof value === 'number') {
      expect(Math.abs(Number(found) - value), `${name}: ${String(found)} for ${value}`).toBeLessThanOrEqual(
        1e-9 * Math.max(1, Math.abs(value), name === 'STDDEV' || column?.dtype === 'FLOAT64' ? 1e4 : 0),
      );
    } else expect(found, name).toBe(value);
  });
}

/** Puts a log into a state, now and then through its bytes, and asks it at many moments. Answers how often it was asked. */
function follow(seed: number, spoil: (event: WindowEvent) => WindowEvent = (event) => event): number {
  const random = seededRandom(seed);
  const withIds = seed % 2 === 1;
  const windows = randomWindows(random);
  const plan = planOf(windows, withIds);
  // Some stay sparse, some become dense.
  const log = randomLog(random, seed % 3 === 0 ? 20 : 3 * MOST_SPARSE, withIds);
  let state = new WindowState(plan);
  let asked = 0;
  log.forEach((event, i) => {
    expect(state.apply(spoil(event), 'PUSHED')).toBe(true);
    if (random() < 0.1) {
      const bytes = encodeState(state, plan);
      state = decodeState(bytes, plan)!;
      expect(Buffer.from(encodeState(state, plan)).equals(bytes), 'the same bytes again').toBe(true);
    }
    if (random() > 0.05 && i < log.length - 1) return;
    const known = log.slice(0, i + 1);
    const newestMs = Math.max(...known.map(({ eventMs }) => eventMs));
    for (const laterMs of [0, 1, Math.floor(random() * HOUR), Math.floor(random() * 40 * 24 * HOUR)]) {
      expectSame(state.read(newestMs + laterMs), bruteForce(known, windows, newestMs + laterMs), windows);
      asked++;
    }
    expect(state.read(newestMs - 1)).toBeNull();
    // What was applied goes by when it comes again.
    expect(state.apply(event, 'PUSHED')).toBe(false);
  });
  return asked;
}

describe('the windows of an entity', () => {
  it.each([1, 51, 101, 151, 201, 251])(
    'say what brute force says, with late events, ties, corrections and withdrawals: 50 random logs from %d on',
    (first) => {
      let asked = 0;
      for (let seed = first; seed < first + 50; seed++) asked += follow(seed);
      expect(asked).toBeGreaterThan(400);
    },
  );

  it.each([
    ['an event that lands a hop too early', (event: WindowEvent) => ({ ...event, eventMs: event.eventMs - 300_000 })],
    ['a withdrawal that is not seen', (event: WindowEvent) => ({ ...event, retracted: false })],
    ['a value that is lost', (event: WindowEvent) => ({ ...event, values: [] })],
  ])('would not pass with %s', (_, spoil) => {
    expect(() => {
      for (let seed = 1; seed <= 40; seed++) follow(seed, spoil);
    }).toThrow();
  });

  it('are the same whatever the loads and the pushes bring first', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed);
      const windows = randomWindows(random);
      const withIds = seed % 2 === 1;
      const log = randomLog(random, 150, withIds);
      const state = new WindowState(planOf(windows, withIds));
      for (const event of log.filter(({ seq }) => seq % 2 === 0)) state.apply(event, 'PUSHED');
      for (const event of log.filter(({ seq }) => seq % 2 === 1)) state.apply(event, 'LOADED');
      expectSame(state.read(state.newestMs + 1), bruteForce(log, windows, state.newestMs + 1), windows);
    }
  });

  it('move when no event comes, and end at nothing', () => {
    const window: Window = { function: 'COUNT', windowMs: HOUR, hopMs: hopOf(HOUR), column: null, where: null };
    const state = new WindowState(planOf([window], false));
    const at = Date.parse('2026-01-31T10:07:30Z');
    const event = { id: null, retracted: false, writtenMs: at + 200, ordinal: 0, values: [] };
    for (let seq = 0; seq < 200; seq++) state.apply({ ...event, eventMs: at + seq, seq }, 'PUSHED');
    expect(state.read(at + 199)).toEqual([199n]);
    expect(state.read(at + 200)).toEqual([200n]);
    expect(state.read(Date.parse('2026-01-31T11:09:59.999Z'))).toEqual([200n]);
    expect(state.read(Date.parse('2026-01-31T11:10:00Z'))).toEqual([0n]);
  });

  it('keep bytes that say what they are of, and refuse bytes that are none', () => {
    const window: Window = { function: 'SUM', windowMs: HOUR, hopMs: 60_000, column: COLUMNS[0], where: null };
    const plan = planOf([window], false);
    const state = new WindowState(plan);
    for (const event of randomLog(seededRandom(3), 100, false)) state.apply(event, 'PUSHED');
    const bytes = encodeState(state, plan);
    expect(timesOfState(bytes)).toEqual({ newestMs: state.newestMs, horizonMs: HOUR + 60_000 });
    expect(
      decodeState(
        Uint8Array.from(bytes, (byte, i) => (i === 0 ? byte + 1 : byte)),
        plan,
      ),
    ).toBeNull();
    for (const cut of [0, 1, 20, bytes.length - 1]) expect(decodeState(bytes.subarray(0, cut), plan)).toBeNull();
    expect(decodeState(Uint8Array.of(...bytes, 0), plan)).toBeNull();
  });

  it('stay near the window that begins exactly one length before', () => {
    const random = seededRandom(11);
    for (const windowMs of [HOUR, 24 * HOUR, 7 * 24 * HOUR]) {
      const window: Window = { function: 'COUNT', windowMs, hopMs: hopOf(windowMs), column: null, where: null };
      const plan = planOf([window], false);
      const state = new WindowState(plan);
      const log: WindowEvent[] = [];
      const distances: number[] = [];
      let eventMs = Date.parse('2026-01-01T00:00:00Z');
      for (let seq = 0; seq < 3_000; seq++) {
        eventMs += Math.floor(-Math.log(1 - random()) * (windowMs / 60));
        const event = { id: null, retracted: false, eventMs, writtenMs: eventMs, seq, ordinal: 0, values: [] };
        log.push(event);
        state.apply(event, 'PUSHED');
        if (seq < 200 || seq % 20) continue;
        const exact = Number(exactWindow(log, window, eventMs + 1));
        distances.push(Number(state.read(eventMs + 1)![0]) / exact - 1);
      }
      const mean = distances.reduce((sum, one) => sum + one, 0) / distances.length;
      console.info(
        `COUNT over ${windowMs / HOUR} h, hop ${window.hopMs / 60_000} min: ${(100 * mean).toFixed(2)} % above the exact window`,
      );
      // On average the tail reaches half a hop too far, never short and never a whole hop.
      expect(Math.min(...distances)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(mean - window.hopMs / windowMs / 2)).toBeLessThan(window.hopMs / windowMs / 4);
    }
  });
});
