import { describe, expect, it } from 'vitest';
import { NodeClock } from '../../../edge/control-plane/node-clock.ts';

const DAY_MS = 86_400_000;
const NOON = Date.parse('2026-06-01T12:00:00.000Z');

/** A node whose clock is ahead, asking a control plane whose clock is right. */
function node(aheadMs: number) {
  const told: number[] = [];
  const state = { trueMs: NOON, aheadMs };
  const clock = new NodeClock(
    () => state.trueMs + state.aheadMs,
    (skewMs) => told.push(skewMs),
  );
  const ask = (tripMs = 20): void => {
    const askedAt = clock.systemMs();
    const date = new Date(state.trueMs + tripMs / 2).toUTCString();
    state.trueMs += tripMs;
    clock.observe(date, askedAt, clock.systemMs());
  };
  return { clock, told, state, ask };
}

describe("a node's clock", () => {
  it('is believed until the control plane has answered', () => {
    const { clock } = node(2 * DAY_MS);
    expect([clock.skewMs, clock.nowMs(), clock.wrongTime()]).toEqual([null, NOON + 2 * DAY_MS, null]);
  });

  it.each([2 * DAY_MS, -3 * DAY_MS, 6_500])('that is off by %i ms is corrected, told of once, and shown', (aheadMs) => {
    const { clock, told, state, ask } = node(aheadMs);
    for (let i = 0; i < 20; i++) {
      ask();
      state.trueMs += 137;
    }
    expect(told).toHaveLength(1);
    expect(Math.abs(told[0]! - aheadMs)).toBeLessThan(1_000);
    expect(Math.abs(clock.nowMs() - state.trueMs)).toBeLessThan(1_000);
    expect(Math.abs(clock.skewMs! - aheadMs)).toBeLessThan(1_000);
    expect(clock.wrongTime()).toBe(new Date(state.trueMs + aheadMs).toISOString());
  });

  it.each([0, 3_000, -3_000])('that is off by %i ms is left alone: the measure is no finer', (aheadMs) => {
    const { clock, told, state, ask } = node(aheadMs);
    ask();
    expect([clock.nowMs() - state.trueMs, clock.wrongTime(), told]).toEqual([aheadMs, null, []]);
    expect(Math.abs(clock.skewMs! - aheadMs)).toBeLessThan(1_000);
  });

  it('that is set right is believed again, and that is told', () => {
    const { clock, told, state, ask } = node(DAY_MS);
    ask();
    state.aheadMs = 0;
    ask();
    expect([told.at(-1), clock.nowMs(), clock.wrongTime()]).toEqual([0, state.trueMs, null]);
  });

  it('learns nothing from an answer without a date, a broken one, or one that took long', () => {
    const { clock, ask } = node(DAY_MS);
    clock.observe(null, NOON, NOON);
    clock.observe('soon', NOON, NOON);
    ask(30_000);
    expect(clock.skewMs).toBeNull();
  });
});
