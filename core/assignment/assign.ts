import { hash, type HashVersion } from './hash.ts';
import { inNamespace, type Namespace } from './namespace.ts';
import { type BucketRange, inRange } from './range.ts';

/** The buckets of one arm; an arm that grew in steps may hold several ranges. */
export interface ArmRanges {
  readonly arm: string;
  readonly ranges: readonly BucketRange[];
}

/** Who gets which arm: all that is needed to compute it again from a stored record. */
export interface Allocation {
  /** Salt of the hash: the same for every revision of a rollout, so that ramps keep their units. */
  readonly seed: string;
  /** Name of the attribute that identifies the unit; recorded, not read here. */
  readonly hashAttribute: string;
  readonly hashVersion: HashVersion;
  readonly arms: readonly ArmRanges[];
  readonly namespace?: Namespace;
}

/** Why a unit has its arm, or none. */
export type AssignmentReason = 'IN_RANGE' | 'NO_UNIT' | 'OUTSIDE_NAMESPACE' | 'OUTSIDE_RANGES' | 'UNKNOWN_HASH_VERSION';

export interface Assignment {
  readonly arm: string | null;
  /** Where the unit falls in [0, 1); `null` where it was not hashed. */
  readonly bucket: number | null;
  readonly reason: AssignmentReason;
}

/**
 * The arm of a unit: a pure function, the same at the edge, in the browser and in the analysis. Never throws: a unit
 * that cannot be assigned has `arm: null` and the reason, and is served by the default.
 */
export function assign(allocation: Allocation, unitId: string | null | undefined): Assignment {
  // Checked with ===, since "0" is an id like any other.
  if (unitId === null || unitId === undefined || unitId === '') return { arm: null, bucket: null, reason: 'NO_UNIT' };
  if (allocation.namespace && !inNamespace(unitId, allocation.namespace)) {
    return { arm: null, bucket: null, reason: 'OUTSIDE_NAMESPACE' };
  }
  const bucket = hash(allocation.seed, unitId, allocation.hashVersion);
  if (bucket === null) return { arm: null, bucket, reason: 'UNKNOWN_HASH_VERSION' };
  const found = allocation.arms.find(({ ranges }) => ranges.some((range) => inRange(bucket, range)));
  return found ? { arm: found.arm, bucket, reason: 'IN_RANGE' } : { arm: null, bucket, reason: 'OUTSIDE_RANGES' };
}
