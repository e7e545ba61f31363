import { DomainError } from '../../../core/errors.ts';
import { parseUrn, type UrnKind } from '../../../core/urn.ts';
import type { ArmTarget, Lease } from './experiment.ts';

export const SHADOW_STATUSES = ['DRAFT', 'RUNNING', 'STOPPED'] as const;
export type ShadowStatus = (typeof SHADOW_STATUSES)[number];

/** A candidate that is scored beside the answers of a deployment; nobody sees what it says. */
export interface Shadow {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly hypothesis: string;
  readonly deployment: string;
  readonly candidate: ArmTarget;
  /** Of the units, above 0 and at most 1. */
  readonly share: number;
  /** The input field whose value is hashed. */
  readonly unit: string;
  readonly seed: string;
  readonly hashVersion: 1 | 2;
  /** An outcome of this value or more is a positive. */
  readonly positiveFrom: number;
  /** The smallest difference of Brier scores that is worth finding. */
  readonly minEffect: number;
  /** When nodes stop scoring by themselves; null: never. */
  readonly endsAt: Date | null;
  readonly status: ShadowStatus;
  /** Its hold on the deployment; null before it has started and after it gave it back. */
  readonly lease: Lease | null;
  readonly startedAt: Date | null;
  readonly stoppedAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Grows with every change. */
  readonly revision: number;
}

/** Under which revision its pairs are told: what it compares never changes while it runs. */
export const PAIR_REVISION = 1;

const refuse = (field: string, message: string): DomainError => new DomainError('INVALID_INPUT', message, { field });

function checkId(field: string, id: string, kind: UrnKind): void {
  const found = parseUrn(id).kind;
  if (found !== kind) throw refuse(field, `${field} is the id of a ${found}; give that of a ${kind}`);
}

/** Throws INVALID_INPUT that names the field and what is allowed. */
export function checkNewShadow({ deployment, candidate, share, minEffect, positiveFrom, unit, seed }: Shadow): void {
  checkId('deployment', deployment, 'deployment');
  checkId('candidate', candidate.release, 'release');
  if (!(share > 0 && share <= 1)) throw refuse('share', `share is ${share}; allowed: above 0 up to 1`);
  if (!(minEffect > 0 && minEffect < 1))
    throw refuse('minEffect', `minEffect is ${minEffect}; allowed: above 0, below 1`);
  if (!Number.isFinite(positiveFrom)) throw refuse('positiveFrom', 'positiveFrom must be a finite number');
  for (const [field, text] of Object.entries({ unit, seed })) {
    if (text.trim() === '' || text.length > 256) throw refuse(field, `${field} must have 1 to 256 characters`);
  }
}

const NEXT: Readonly<Record<ShadowStatus, readonly ShadowStatus[]>> = {
  DRAFT: ['RUNNING'],
  RUNNING: ['STOPPED'],
  STOPPED: [],
};

function become(shadow: Shadow, status: ShadowStatus): Shadow {
  const allowed = NEXT[shadow.status];
  if (allowed.includes(status)) return changed({ ...shadow, status });
  throw new DomainError('INVALID_TRANSITION', `a ${shadow.status} shadow cannot become ${status}`, {
    from: shadow.status,
    allowed,
  });
}

const changed = (shadow: Shadow): Shadow => ({ ...shadow, revision: shadow.revision + 1 });

/** Begins, once the registry has said under which revision of the traffic. */
export const startShadow = (shadow: Shadow, at: Date): Shadow => ({ ...become(shadow, 'RUNNING'), startedAt: at });

export const holdingShadow = (shadow: Shadow, trafficRevision: number): Shadow => ({
  ...shadow,
  lease: { trafficRevision, lostAt: null },
});

export const stopShadow = (shadow: Shadow, at: Date): Shadow => ({
  ...become(shadow, 'STOPPED'),
  lease: null,
  stoppedAt: at,
});

/** Whether no more pairs are to be expected. */
export const hasEnded = ({ status, lease, endsAt }: Shadow, now: Date): boolean =>
  status === 'STOPPED' || (lease !== null && lease.lostAt !== null) || (endsAt !== null && endsAt <= now);

export interface ToldShadow {
  readonly trafficRevision: number;
  readonly holder: string | null;
  readonly modelVersion: string | null;
  readonly at: Date;
}

/**
 * What the registry tells of the deployment: the version that shadows it, or that the shadow was ended there, by a
 * promotion of the candidate for one. News from before it began change nothing. Null where there is nothing new.
 */
export function followShadow(shadow: Shadow, told: ToldShadow, holder: string): Shadow | null {
  const { status, lease, candidate } = shadow;
  if (status !== 'RUNNING' || !lease || told.trafficRevision < lease.trafficRevision) return null;
  if (told.holder !== holder) {
    return lease.lostAt === null ? changed({ ...shadow, lease: { ...lease, lostAt: told.at } }) : null;
  }
  if (candidate.modelVersion === told.modelVersion) return null;
  return changed({ ...shadow, candidate: { ...candidate, modelVersion: told.modelVersion } });
}
