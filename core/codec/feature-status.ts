export const FEATURE_STATUSES = ['PRESENT', 'NULL_VALUE', 'NOT_FOUND', 'OUTSIDE_MAX_AGE'] as const;
export type FeatureStatus = (typeof FEATURE_STATUSES)[number];

/** Of a feature in an answer: where none could be read, a default may have stood in. */
export const ANSWERED_STATUSES = [...FEATURE_STATUSES, 'DEFAULTED'] as const;

export interface FeatureAge {
  readonly status: FeatureStatus;
  /** Null only where nothing was found. */
  readonly ageMs: number | null;
}

/**
 * The one rule of age, on-line, off-line and at the edge: a value counts while its age is at most `ttlMs`, and for ever
 * where that is 0. Nothing stored, or an event that lies after `nowMs`, is NOT_FOUND; an expired null is expired.
 */
export function featureStatus(eventTimeMs: number | null, nowMs: number, ttlMs: number, isNull: boolean): FeatureAge {
  if (!(ttlMs >= 0)) throw new RangeError(`ttlMs must be 0 or more, not ${ttlMs}`);
  if (eventTimeMs === null || eventTimeMs > nowMs) return { status: 'NOT_FOUND', ageMs: null };
  const ageMs = nowMs - eventTimeMs;
  if (ttlMs > 0 && ageMs > ttlMs) return { status: 'OUTSIDE_MAX_AGE', ageMs };
  return { status: isNull ? 'NULL_VALUE' : 'PRESENT', ageMs };
}
