import { describe, expect, it } from 'vitest';
import { detectionDelays, falseAlarms } from '../../../support/drift-simulation.ts';

/** A small part of what `npm run bench -- drift-detection` simulates. */
describe('drift in simulated weeks', () => {
  it.each(['values', 'profiles'] as const)('is called in no week without a change, from %s', (from) => {
    const { BY_EFFECT, SOURCE } = falseAlarms({ weeks: 20, features: 50, n: 100, from, seed: 1 });
    expect(BY_EFFECT).toEqual({ weeks: 0, features: 0 });
    expect(SOURCE.weeks).toBe(20);
  });

  it.each(['values', 'profiles'] as const)('is called within hours of a change that matters, from %s', (from) => {
    const delays = detectionDelays({ runs: 3, features: 20, n: 200, hours: 6, from, seed: 2 });
    const worst = (name: string): number => Math.max(...(delays.get(name) ?? []).map((delay) => delay ?? Infinity));
    expect(worst('mean by 1 standard deviations')).toBeLessThan(2);
    expect(worst('twice the spread, the same mean')).toBeLessThan(2);
    expect(worst('a text that was not there, for 10 % of the answers')).toBeLessThan(2);
    expect(delays.get('mean by 0.1 standard deviations'), 'too small to matter').toEqual([null, null, null]);
  });
});
