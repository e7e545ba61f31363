import { DomainError } from '../../../../core/errors.ts';
import type { AllocationLayer, ShadowLayer } from '../../../../core/traffic/layers.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import type { Actor } from '../identity.ts';

/** The one experiment or rollout that may split a deployment's traffic, or the one shadow beside it. */
export interface Lease {
  readonly holder: string;
  readonly holderRevision: number;
  /** Who took it: only they, or a person, may change or end it. */
  readonly subject: string;
}

/** Set by a kill, a fallback or a rollback: nobody splits or shadows traffic until a person lifts it. */
export interface Freeze {
  readonly since: string;
  readonly by: string;
  readonly reason: string;
}

type HeldLayer = AllocationLayer | ShadowLayer;

/** In whatever order the database gave the names back. */
const sameLayer = (a: HeldLayer, b: HeldLayer): boolean => canonicalJson(a) === canonicalJson(b);

const WORDS = {
  ALLOCATION: { held: "the deployment's traffic is split", many: 'allocations are', changed: 'split' },
  SHADOW: { held: 'the deployment is shadowed', many: 'shadows are', changed: 'shadow' },
} as const;

/** What one holder has, or wants, of a deployment's traffic. */
export interface Holding<Layer extends HeldLayer> {
  readonly kind: Layer['kind'];
  readonly lease: Lease | null;
  readonly held: Layer | undefined;
  readonly wanted: Layer | undefined;
}

/** The lease once `wanted` is the layer of its kind. Throws CONFLICT that names the holder, or the freeze. */
export function leaseAfter<Layer extends HeldLayer>(
  { kind, lease, held, wanted }: Holding<Layer>,
  freeze: Freeze | null,
  actor: Actor,
): Lease | null {
  const words = WORDS[kind];
  const heldBy = ({ holder, holderRevision }: Lease, why: string): DomainError =>
    new DomainError('CONFLICT', `${words.held} by ${holder}: ${why}`, { holder, holderRevision });
  if (wanted === undefined) {
    if (lease && !mayChange(lease, actor)) throw heldBy(lease, 'only its holder or a person can end that');
    return null;
  }
  if (held && sameLayer(held, wanted)) return lease;
  if (freeze) {
    throw new DomainError(
      'CONFLICT',
      `${words.many} frozen since ${freeze.since} by ${freeze.by} (${freeze.reason}): a person lifts this with liftFreeze`,
      { frozenBy: freeze.by, holder: lease?.holder ?? null },
    );
  }
  const { holder, holderRevision } = wanted;
  if (!lease) return { holder, holderRevision, subject: actor.subject };
  if (lease.holder !== holder) throw heldBy(lease, 'end it before another begins');
  if (!mayChange(lease, actor)) throw heldBy(lease, `only ${lease.subject} or a person can change it`);
  if (holderRevision <= lease.holderRevision) {
    throw heldBy(lease, `a changed ${words.changed} takes a holderRevision above ${lease.holderRevision}`);
  }
  return { ...lease, holderRevision };
}

const mayChange = (lease: Lease, actor: Actor): boolean => actor.kind === 'user' || actor.subject === lease.subject;
