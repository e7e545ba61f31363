import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { Actor } from '../../domain/identity.ts';
import {
  approvalsGiven,
  approvalsIn,
  termsTogether,
  type ApprovalGiven,
} from '../../domain/governance/approvals-given.ts';
import { failingIn, isWaivable } from '../../domain/governance/gates-hold.ts';
import { ruleRefusal } from '../../domain/rule.ts';
import { requireEvaluation, type ApprovalAction } from '../../domain/version/approval.ts';
import type { ApprovalStep, ModelVersion } from '../../domain/version/model-version.ts';
import { tierPolicy } from '../../storage/governance/tier-policy.ts';

/** How far an approval goes. */
export interface ApprovalTerms {
  /** Environments in which the version may serve; empty: all. */
  readonly environments: readonly string[];
  readonly expiresAt: Date | null;
}

/** What a step comes to besides its state. */
export interface Outcome extends ApprovalTerms {
  /** Whether the version is approved by it, as a whole. */
  readonly grants: boolean;
  readonly revalidateBy: Date | null;
}

/** A version before a step, with its life so far. */
export interface Standing {
  readonly version: ModelVersion;
  readonly steps: readonly ApprovalStep[];
  readonly digestSet: string;
}

const DAY_MS = 86_400_000;

/** One more approval. It is whole once enough different people of the roles that the tier asks for have approved. */
export async function outcomeOfApproval(
  em: EntityManager,
  { version, steps, digestSet }: Standing,
  step: ApprovalTerms & { readonly actor: Actor },
  at: Date,
): Promise<Outcome> {
  requireSame(version, steps, ['VALIDATE'], digestSet);
  requireEvaluation(version.evaluation, step.environments);
  const { policy } = await tierPolicy(em, version.project, version.riskTier);
  const {
    environments,
    expiresAt,
    actor: { subject, roles },
  } = step;
  const wanted = { environments, expiresAt };
  if (isWaiting(steps, digestSet) && approvalsGiven(steps, digestSet, policy).by.includes(subject)) {
    const { missing, committeeMissing } = approvalsGiven(steps, digestSet, policy);
    throw ruleRefusal('G2', `${subject} has approved it already: it takes others`, { missing, committeeMissing });
  }
  const own: ApprovalGiven = { action: 'APPROVE', actor: subject, roles, digestSet, grants: false, ...wanted };
  const life: readonly ApprovalGiven[] = [...steps, own];
  const given = approvalsIn(life, digestSet);
  const { missing, committeeMissing } = approvalsGiven(life, digestSet, policy);
  if (missing > 0 || committeeMissing > 0) return { ...wanted, grants: false, revalidateBy: version.revalidateBy };
  const terms = termsTogether(given);
  if (!terms) {
    throw new DomainError('INVALID_INPUT', 'environments: no environment is in all approvals', {
      field: 'environments',
      allowed: given.flatMap((one) => one.environments),
    });
  }
  const days = policy.revalidateDays;
  return { ...terms, grants: true, revalidateBy: days === null ? null : new Date(at.getTime() + days * DAY_MS) };
}

/** Whether an approval was begun and is not whole. */
const isWaiting = (steps: readonly ApprovalStep[], digestSet: string): boolean =>
  approvalsIn(steps, digestSet).at(-1)?.grants === false;

/** Throws FAILED_PRECONDITION (G3) unless the newest of these steps spoke of the same digests. */
export function requireSame(
  version: ModelVersion,
  steps: readonly ApprovalStep[],
  actions: readonly ApprovalAction[],
  digestSet: string,
): ApprovalStep {
  const earlier = steps.findLast(({ action, grants }) => actions.includes(action) && (action !== 'APPROVE' || grants));
  if (earlier?.digestSet === digestSet) return earlier;
  throw ruleRefusal(
    'G3',
    'what it is made of, or the policy of its tier, changed since it was checked: validate it again, or register a new version',
    { field: 'id', state: version.state },
    'FAILED_PRECONDITION',
  );
}

/** Throws unless the actor has an approval that counts. */
export function requireOwnApproval(steps: readonly ApprovalStep[], digestSet: string, { subject }: Actor): void {
  const by = approvalsIn(steps, digestSet).map(({ actor }) => actor);
  if (by.includes(subject)) return;
  const who = by.length > 0 ? by.join(', ') : 'nobody';
  throw new DomainError('FAILED_PRECONDITION', `id: ${subject} has not approved it: ${who} has`, {
    field: 'id',
    allowed: by,
  });
}

/** Throws INVALID_INPUT for a gate that does not fail, or that nobody can waive. */
export function requireWaivable(steps: readonly ApprovalStep[], gate: string): void {
  const report = steps.findLast(({ action }) => action === 'VALIDATE')?.report ?? [];
  const allowed = failingIn(report, [])
    .map((failing) => failing.gate)
    .filter(isWaivable);
  if (allowed.includes(gate)) return;
  const others = allowed.length > 0 ? `allowed: ${allowed.join(', ')}` : 'there is no gate to waive';
  throw new DomainError('INVALID_INPUT', `gate: "${gate}" is no failing gate that can be waived; ${others}`, {
    field: 'gate',
    allowed,
  });
}
