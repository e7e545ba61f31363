import { DomainError } from '../../../../core/errors.ts';
import type { Actor } from '../identity.ts';
import { requireChecker } from '../maker-checker.ts';
import { ruleRefusal } from '../rule.ts';

/** The only state that a model version stores. What it does in traffic is computed, never stored. */
export const APPROVAL_STATES = [
  'DRAFT',
  'SUBMITTED',
  'VALIDATED',
  'APPROVED',
  'SUSPENDED',
  'REJECTED',
  'WITHDRAWN',
  'RETIRED',
  'ARCHIVED',
] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

export const APPROVAL_ACTIONS = [
  'SUBMIT',
  'VALIDATE',
  'APPROVE',
  'REJECT',
  'WITHDRAW',
  'SUSPEND',
  'REINSTATE',
  'RETIRE',
  'ARCHIVE',
  'WAIVE',
  'WITHDRAW_APPROVAL',
] as const;
export type ApprovalAction = (typeof APPROVAL_ACTIONS)[number];

/** The environment that people rely on. */
export const PRODUCTION = 'production';

interface Step {
  readonly from: readonly ApprovalState[];
  readonly to: ApprovalState;
  /** States in `from` that stay what they are. */
  readonly stays?: readonly ApprovalState[];
  /** The step is a check on what others made: it takes a person in the role approver who is none of the makers. */
  readonly checks: boolean;
}

/** The approval life as data. */
export const LIFE: Readonly<Record<ApprovalAction, Step>> = {
  SUBMIT: { from: ['DRAFT'], to: 'SUBMITTED', checks: false },
  // Again at any time: what is approved stays so, and a gate that fails then lets no new traffic in.
  VALIDATE: { from: ['SUBMITTED', 'VALIDATED', 'APPROVED'], to: 'VALIDATED', stays: ['APPROVED'], checks: false },
  // Of an approved version it is a new approval, with a new end.
  APPROVE: { from: ['VALIDATED', 'APPROVED'], to: 'APPROVED', checks: true },
  REJECT: { from: ['SUBMITTED', 'VALIDATED'], to: 'REJECTED', checks: true },
  WITHDRAW: { from: ['DRAFT', 'SUBMITTED', 'VALIDATED'], to: 'WITHDRAWN', checks: false },
  SUSPEND: { from: ['APPROVED'], to: 'SUSPENDED', checks: false },
  REINSTATE: { from: ['SUSPENDED'], to: 'APPROVED', checks: true },
  RETIRE: { from: ['APPROVED', 'SUSPENDED'], to: 'RETIRED', checks: false },
  ARCHIVE: { from: ['REJECTED', 'WITHDRAWN', 'RETIRED'], to: 'ARCHIVED', checks: false },
  WAIVE: {
    from: ['SUBMITTED', 'VALIDATED', 'APPROVED'],
    to: 'SUBMITTED',
    stays: ['SUBMITTED', 'VALIDATED', 'APPROVED'],
    checks: true,
  },
  WITHDRAW_APPROVAL: { from: ['VALIDATED', 'APPROVED'], to: 'VALIDATED', checks: false },
};

export const actionsFrom = (state: ApprovalState): readonly ApprovalAction[] =>
  APPROVAL_ACTIONS.filter((action) => LIFE[action].from.includes(state));

/** What the decision looks at. */
export interface Candidate {
  readonly state: ApprovalState;
  /** Everybody who uploaded, registered, edited or submitted it. */
  readonly makers: readonly string[];
  /** Digest of everything that an approval speaks of, as it is now. */
  readonly digestSet: string;
  /** Whether it was validated since it was last approved as a whole. */
  readonly isRevalidated?: boolean;
}

export interface Approval {
  readonly digestSet: string;
  /** Environments in which it may serve; empty: all. */
  readonly environments: readonly string[];
  readonly expiresAt: Date | null;
}

/** Where an action leads. Throws INVALID_TRANSITION, or FORBIDDEN naming the rule (G1, G2). */
export function nextState(
  { state, makers, isRevalidated = false }: Candidate,
  action: ApprovalAction,
  actor: Actor,
): ApprovalState {
  const { from, to, stays = [], checks } = LIFE[action];
  if (checks) requireChecker({ action, noun: 'version', makers }, actor);
  if (!from.includes(state)) {
    throw new DomainError(
      'INVALID_TRANSITION',
      `${action} takes a version that is ${from.join(' or ')}; this one is ${state}`,
      {
        state,
        allowed: actionsFrom(state),
      },
    );
  }
  if (action === 'APPROVE' && state === 'APPROVED' && !isRevalidated) {
    throw new DomainError(
      'INVALID_TRANSITION',
      'APPROVE takes a version that is VALIDATED, or was validated again since its approval; this one is APPROVED',
      { state, allowed: actionsFrom(state).filter((other) => other !== 'APPROVE') },
    );
  }
  return stays.includes(state) ? state : to;
}

/** Throws FAILED_PRECONDITION (G15) where an approval would let a version without an evaluation serve in production. */
export function requireEvaluation(evaluation: string | null, environments: readonly string[]): void {
  if (evaluation !== null || (environments.length > 0 && !environments.includes(PRODUCTION))) return;
  throw ruleRefusal(
    'G15',
    'environments: the version has no evaluation, and so is approved for other environments than production only: name them, or register it with an evaluation',
    { field: 'environments' },
    'FAILED_PRECONDITION',
  );
}

/** Whether traffic may newly go to a version. Throws FAILED_PRECONDITION naming the state, or the rule (G3, G4). */
export function requireServable(
  { state, digestSet }: Candidate,
  approval: Approval | undefined,
  environment: string,
  now: Date,
  field: string,
): void {
  requireApproved(state, field);
  if (!approval || approval.digestSet !== digestSet) {
    throw ruleRefusal(
      'G3',
      'the version changed after its approval: validate and approve it again',
      { field, state },
      'FAILED_PRECONDITION',
    );
  }
  if (approval.expiresAt !== null && approval.expiresAt <= now) {
    const when = approval.expiresAt.toISOString();
    throw ruleRefusal(
      'G4',
      `the approval expired at ${when}: the version needs a new one`,
      { field, state },
      'FAILED_PRECONDITION',
    );
  }
  if (approval.environments.length > 0 && !approval.environments.includes(environment)) {
    throw ruleRefusal(
      'G2',
      `the approval is for ${approval.environments.join(', ')}, not for ${environment}`,
      { field, allowed: approval.environments },
      'FAILED_PRECONDITION',
    );
  }
}

/** Throws FAILED_PRECONDITION (G4) where it is time to validate and approve a version again; what serves goes on. */
export function requireRevalidated(revalidateBy: Date | null, now: Date, field: string): void {
  if (revalidateBy === null || revalidateBy > now) return;
  throw ruleRefusal(
    'G4',
    `${field}: the version was to be validated and approved again by ${revalidateBy.toISOString()}`,
    { field, revalidateBy },
    'FAILED_PRECONDITION',
  );
}

export function requireApproved(state: ApprovalState, field: string): void {
  if (state === 'APPROVED') return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `${field}: the model version is ${state}: only an APPROVED one may serve`,
    {
      field,
      state,
      allowed: ['APPROVED'],
    },
  );
}
