import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../../gateway/limits/rate-limit.ts';

function limitAt(perMinute: number) {
  const clock = { ms: 0 };
  const limit = new RateLimit(perMinute, () => clock.ms);
  const taken = (caller = 'a'): boolean => {
    try {
      limit.take(caller);
      return true;
    } catch {
      return false;
    }
  };
  return { clock, limit, taken };
}

describe('a rate limit', () => {
  it('takes a minute’s requests at once, then as many as time gives back', () => {
    const { clock, taken } = limitAt(60);
    for (let n = 0; n < 60; n += 1) expect(taken()).toBe(true);
    expect(taken()).toBe(false);
    clock.ms += 1_000;
    expect([taken(), taken()]).toEqual([true, false]);
    clock.ms += 3_600_000;
    const burst = Array.from({ length: 61 }, () => taken());
    expect(burst.filter(Boolean)).toHaveLength(60);
  });

  it('says when the next one is taken, and then takes it', () => {
    const { clock, limit, taken } = limitAt(2);
    expect([taken(), taken()]).toEqual([true, true]);
    clock.ms += 10_000;
    expect(() => limit.take('a')).toThrow('try again in 20 s');
    clock.ms += 20_000;
    expect(taken()).toBe(true);
  });

  it('keeps callers apart, and forgets those that were quiet for longest', () => {
    const { taken } = limitAt(1);
    expect([taken('a'), taken('b'), taken('a')]).toEqual([true, true, false]);
    for (let n = 0; n < 10_000; n += 1) taken(`other ${n}`);
    expect(taken('a')).toBe(true);
  });

  it('of 0 is none', () => {
    const { taken } = limitAt(0);
    for (let n = 0; n < 1_000; n += 1) expect(taken()).toBe(true);
  });
});
