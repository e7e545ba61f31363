import type { ApprovalStep } from '../version/model-version.ts';
import type { TierPolicy } from './tier-policy.ts';

/** The role of which the riskiest tiers ask for a member. */
export const COMMITTEE = 'committee';

/** Who has approved a version since it was last validated, and who is still needed. */
export interface ApprovalsGiven {
  /** Different people; one with two roles counts once. */
  readonly by: readonly string[];
  readonly committee: number;
  readonly missing: number;
  readonly committeeMissing: number;
}

/** What counts of a step. */
export type ApprovalGiven = Pick<
  ApprovalStep,
  'action' | 'actor' | 'roles' | 'digestSet' | 'grants' | 'environments' | 'expiresAt'
>;

/** The approvals that count for these digests, oldest first. After a whole one the next begins anew. */
export function approvalsIn<Given extends ApprovalGiven>(steps: readonly Given[], digestSet: string): readonly Given[] {
  let given: Given[] = [];
  let whole = false;
  for (const step of steps) {
    if (step.action === 'VALIDATE') given = [];
    if (step.action === 'WITHDRAW_APPROVAL') {
      given = given.filter(({ actor }) => actor !== step.actor);
      whole = false;
    }
    if (step.action !== 'APPROVE') continue;
    given = [...(whole ? [] : given), step];
    whole = step.grants;
  }
  return given.filter((step) => step.digestSet === digestSet);
}

/** Whether a version was validated since it was last approved as a whole. */
export const isRevalidated = (steps: readonly Pick<ApprovalStep, 'action' | 'grants'>[]): boolean =>
  steps.findLastIndex(({ action }) => action === 'VALIDATE') > steps.findLastIndex(({ grants }) => grants);

export function approvalsGiven(
  steps: readonly ApprovalGiven[],
  digestSet: string,
  { approvals, committee: members }: Pick<TierPolicy, 'approvals' | 'committee'>,
): ApprovalsGiven {
  const given = approvalsIn(steps, digestSet);
  const by = [...new Set(given.map(({ actor }) => actor))];
  const committee = new Set(given.filter(({ roles }) => roles.includes(COMMITTEE)).map(({ actor }) => actor)).size;
  return {
    by,
    committee,
    missing: Math.max(0, approvals - by.length),
    committeeMissing: Math.max(0, members - committee),
  };
}

/** How far several approvals go together: where all allow it, until the first of them ends. */
export function termsTogether(
  given: readonly Pick<ApprovalStep, 'environments' | 'expiresAt'>[],
): Pick<ApprovalStep, 'environments' | 'expiresAt'> | undefined {
  const limited = given.map(({ environments }) => environments).filter((names) => names.length > 0);
  const [first = [], ...others] = limited;
  const environments = first.filter((name) => others.every((names) => names.includes(name)));
  if (limited.length > 0 && environments.length === 0) return undefined;
  const ends = given.flatMap(({ expiresAt }) => expiresAt ?? []).toSorted((a, b) => a.getTime() - b.getTime());
  return { environments, expiresAt: ends[0] ?? null };
}
