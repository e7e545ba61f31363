import { DomainError } from '../../../core/errors.ts';
import type { Traffic, TrafficLayer } from '../../../schema/manifest.ts';
import type { Doer } from './identity.ts';

export type AllocationLayer = Extract<TrafficLayer, { kind: 'ALLOCATION' }>;

/** The one experiment or rollout that may split a deployment's traffic. */
export interface Lease {
  readonly holder: string;
  readonly holderRevision: number;
  /** Who took it: only they, or a person, may change or end it. */
  readonly subject: string;
}

/** Set by a kill, a fallback or a rollback: nobody splits traffic until a person lifts it. */
export interface Freeze {
  readonly since: string;
  readonly by: string;
  readonly reason: string;
}

export const allocationOf = (traffic: Traffic): AllocationLayer | undefined =>
  traffic.find((layer): layer is AllocationLayer => layer.kind === 'ALLOCATION');

const sameLayer = (a: AllocationLayer, b: AllocationLayer): boolean => JSON.stringify(a) === JSON.stringify(b);

const heldBy = (lease: Lease, why: string): DomainError =>
  new DomainError('CONFLICT', `the deployment's traffic is split by ${lease.holder}: ${why}`, {
    holder: lease.holder,
    holderRevision: lease.holderRevision,
  });

/** The lease once `wanted` is the allocation. Throws CONFLICT that names the holder, or the freeze. */
export function leaseAfter(
  lease: Lease | null,
  freeze: Freeze | null,
  held: AllocationLayer | undefined,
  wanted: AllocationLayer | undefined,
  doer: Doer,
): Lease | null {
  if (wanted === undefined) {
    if (lease && !mayChange(lease, doer)) throw heldBy(lease, 'only its holder or a person can end that');
    return null;
  }
  if (held && sameLayer(held, wanted)) return lease;
  if (freeze) {
    throw new DomainError(
      'CONFLICT',
      `allocations are frozen since ${freeze.since} by ${freeze.by} (${freeze.reason}): a person lifts this with releaseLease`,
      { frozenBy: freeze.by, holder: lease?.holder ?? null },
    );
  }
  const { holder, holderRevision } = wanted;
  if (!lease) return { holder, holderRevision, subject: doer.subject };
  if (lease.holder !== holder) throw heldBy(lease, 'end it before another begins');
  if (!mayChange(lease, doer)) throw heldBy(lease, `only ${lease.subject} or a person can change it`);
  if (holderRevision <= lease.holderRevision) {
    throw heldBy(lease, `a changed split takes a holderRevision above ${lease.holderRevision}`);
  }
  return { ...lease, holderRevision };
}

const mayChange = (lease: Lease, doer: Doer): boolean => doer.kind === 'user' || doer.subject === lease.subject;
