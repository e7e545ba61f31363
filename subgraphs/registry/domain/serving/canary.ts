import { DomainError } from '../../../../core/errors.ts';
import { allocationIn, defaultRelease } from '../../../../core/traffic/layers.ts';
import type { Release } from './release.ts';
import type { TrafficChange, TrafficState } from './traffic.ts';

/** A release on a share of the units, held by nobody but the people who turn it up or down. */
export interface CanaryChange {
  readonly kind: 'CANARY';
  /** By id or by digest. */
  readonly release: string;
  readonly percent: number;
  /** The input that is hashed; null: that of the recipe's first entity. */
  readonly unit: string | null;
  readonly expectedRevision?: number;
}

/** What a caller may ask for: a change of traffic, or a canary, which becomes one. */
export type RequestedChange = TrafficChange | CanaryChange;

/** The change that a canary comes to: a split, its end, or the release as the default. Throws INVALID_INPUT. */
export function changeOfCanary(
  state: TrafficState,
  { percent, unit, expectedRevision }: CanaryChange,
  release: Release,
): TrafficChange {
  if (!(percent >= 0 && percent <= 100)) {
    throw new DomainError('INVALID_INPUT', `percent: ${percent}; allowed: 0 to 100`, {
      field: 'percent',
      allowed: { min: 0, max: 100 },
    });
  }
  const control = defaultRelease(state.layers);
  if (control === undefined) {
    throw new DomainError('FAILED_PRECONDITION', 'nothing serves here yet: promote a release first', { revision: 0 });
  }
  if (control === release.digest) {
    throw new DomainError('INVALID_INPUT', `release: release ${release.number} is the default already`, {
      field: 'release',
    });
  }
  const holder = holderOf(release);
  const running = allocationIn(state.layers);
  if (percent === 0 || (percent === 100 && running?.holder === holder)) {
    return { kind: 'END_ALLOCATION', holder, ...(percent === 100 && { promote: release.digest }) };
  }
  const expected = expectedRevision === undefined ? {} : { expectedRevision };
  if (percent === 100) return { kind: 'PROMOTE', release: release.digest, ...expected };
  const share = percent / 100;
  return {
    kind: 'ACQUIRE_ALLOCATION',
    layer: {
      kind: 'ALLOCATION',
      holder,
      holderRevision: (state.lease?.holder === holder ? state.lease.holderRevision : 0) + 1,
      // The release's own: its units stay with it as the share grows.
      seed: release.digest,
      hashVersion: 2,
      unit: unit ?? unitOf(release),
      arms: [
        { arm: 'canary', release: release.digest, ranges: [[0, share]] },
        { arm: 'control', release: control, ranges: [[share, 1]] },
      ],
      endsAt: null,
    },
    ...expected,
  };
}

/** Who holds a canary's lease, as refusals name it. */
const holderOf = ({ endpoint, environment, number }: Release): string => `canary:${endpoint}@${environment}/${number}`;

function unitOf({ recipe: { entities, inputs } }: Release): string {
  const unit = entities[0]?.input;
  if (unit !== undefined) return unit;
  throw new DomainError(
    'INVALID_INPUT',
    'unit: the recipe has no entity to split by: name the input whose value is hashed',
    {
      field: 'unit',
      allowed: inputs.map(({ name }) => name),
    },
  );
}
