import { describe, expect, it } from 'vitest';
import { featureStatus } from '../../../core/codec/feature-status.ts';

describe('the status of a feature', () => {
  it.each([
    ['is PRESENT with its age', 1_000, 4_000, 10_000, false, { status: 'PRESENT', ageMs: 3_000 }],
    ['is PRESENT at the very end of its TTL', 1_000, 11_000, 10_000, false, { status: 'PRESENT', ageMs: 10_000 }],
    [
      'is OUTSIDE_MAX_AGE one millisecond later',
      1_000,
      11_001,
      10_000,
      false,
      { status: 'OUTSIDE_MAX_AGE', ageMs: 10_001 },
    ],
    ['never expires where the TTL is 0', 0, 4e12, 0, false, { status: 'PRESENT', ageMs: 4e12 }],
    ['is NULL_VALUE where a null was stored', 1_000, 1_000, 10_000, true, { status: 'NULL_VALUE', ageMs: 0 }],
    ['is OUTSIDE_MAX_AGE where an old null was stored', 0, 2, 1, true, { status: 'OUTSIDE_MAX_AGE', ageMs: 2 }],
    ['is NOT_FOUND where nothing is stored', null, 1_000, 10_000, false, { status: 'NOT_FOUND', ageMs: null }],
    ['is NOT_FOUND before the event has happened', 1_001, 1_000, 10_000, false, { status: 'NOT_FOUND', ageMs: null }],
    ['is PRESENT at the moment of the event', -5, -5, 1, false, { status: 'PRESENT', ageMs: 0 }],
  ] as const)('%s', (_, eventTimeMs, nowMs, ttlMs, isNull, want) => {
    expect(featureStatus(eventTimeMs, nowMs, ttlMs, isNull)).toEqual(want);
  });

  it.each([-1, NaN])('refuses a TTL of %d', (ttlMs) =>
    expect(() => featureStatus(0, 0, ttlMs, false)).toThrow(RangeError),
  );
});
