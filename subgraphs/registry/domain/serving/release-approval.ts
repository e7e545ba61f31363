import { DomainError } from '../../../../core/errors.ts';
import { releaseUrn, versionUrn } from '../ids.ts';
import { ruleRefusal } from '../rule.ts';
import type { Deployment } from './deployment.ts';
import type { Release, ReleaseApproval } from './release.ts';

export const RELEASE_APPROVAL_STATES = ['NOT_REQUIRED', 'WAITING', 'APPROVED', 'REJECTED'] as const;
export type ReleaseApprovalState = (typeof RELEASE_APPROVAL_STATES)[number];

/** How a release stands, and the decision behind it: its own, or that on another release with the same recipe. */
export interface ReleaseStanding {
  readonly state: ReleaseApprovalState;
  /** The release that was decided on. */
  readonly decided: (Release & { readonly approval: ReleaseApproval }) | null;
}

type Recipe = Release['recipe'];

/** A recipe with its models named and their versions left open: versions have an approval of their own. */
export const withoutVersionNumbers = (project: string, recipe: Recipe): object => ({
  ...recipe,
  models: recipe.models.map(({ version, ...rest }) => ({ ...rest, model: versionUrn.parse(project, version).model })),
});

/** How a release stands in its deployment. `same`: a release of the deployment whose recipe was approved and is the same. */
export function standingOf(
  release: Release,
  { requiresApproval }: Pick<Deployment, 'requiresApproval'>,
  same: Release | undefined,
): ReleaseStanding {
  for (const one of [release, same]) {
    if (one && one.approval !== null)
      return { state: one.approval.decision, decided: { ...one, approval: one.approval } };
  }
  return { state: requiresApproval ? 'WAITING' : 'NOT_REQUIRED', decided: null };
}

/** Whether a decision may be made. Throws INVALID_TRANSITION. */
export function requireWaiting(release: Release, { state, decided }: ReleaseStanding): void {
  if (state === 'WAITING') return;
  const why =
    decided === null
      ? 'its deployment asks for no approval'
      : `${decided.approval.by} decided on ${releaseUrn.format(decided)}: ${state}`;
  throw new DomainError('INVALID_TRANSITION', `release: ${releaseUrn.format(release)} waits for no approval: ${why}`, {
    field: 'release',
    state,
    allowed: ['WAITING'],
  });
}

/** Whether a release may newly answer. Throws FAILED_PRECONDITION (G16) that says what to do. */
export function requireApprovedRecipe(release: Release, { state, decided }: ReleaseStanding): void {
  if (state === 'APPROVED' || state === 'NOT_REQUIRED') return;
  const id = releaseUrn.format(release);
  const why =
    decided === null
      ? `the recipe of ${id} waits for its approval: an approver who did not make it calls approveRelease`
      : `the recipe of ${id} was rejected by ${decided.approval.by} (${decided.approval.reason ?? ''}): make another release`;
  throw ruleRefusal(
    'G16',
    `release: ${why}`,
    { field: 'release', release: id, state, allowed: ['APPROVED'] },
    'FAILED_PRECONDITION',
  );
}
