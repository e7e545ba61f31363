import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import { releaseEvent } from '../../domain/catalogue/asset-events.ts';
import { deploymentUrn, releaseUrn } from '../../domain/ids.ts';
import { requireChecker } from '../../domain/maker-checker.ts';
import type { Release, ReleaseApproval, ReleaseDecision } from '../../domain/serving/release.ts';
import { requireWaiting, standingOf, type ReleaseStanding } from '../../domain/serving/release-approval.ts';
import { findDeployments, lockDeployment } from '../../storage/serving/deployment.ts';
import { findReleases } from '../../storage/serving/release.ts';
import { approvedRecipes, makersOfRecipe, saveApproval } from '../../storage/serving/release-approval.ts';
import type { RegistryDeps } from '../deps.ts';

export interface DecideReleaseInput {
  readonly release: string;
  readonly decision: ReleaseDecision;
  readonly reason: string | null;
}

const STEP = { APPROVED: 'APPROVE', REJECTED: 'REJECT' } as const satisfies Record<ReleaseDecision, string>;

/** The approval of recipes: who made a recipe is not who lets it answer. */
export class ReleaseApprovals {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** Approves or rejects the recipe of a release that waits for it. */
  decide(context: RequestContext, { release: id, decision, reason }: DecideReleaseInput): Promise<Changed<Release>> {
    const { actor } = context;
    const key = releaseUrn.parse(actor.project, id, 'release');
    const action = STEP[decision];
    const about = { action: `release.${action.toLowerCase()}`, subject: releaseUrn.format(key) };
    return change(this.#deps, context, about, async (em, at) => {
      // Decisions and changes of traffic take turns.
      await lockDeployment(em, key, 'release');
      const [before] = await findReleases(em, [key]);
      if (!before) {
        throw new DomainError('NOT_FOUND', `release: there is no release ${releaseUrn.format(key)}`, {
          field: 'release',
        });
      }
      requireChecker({ action, noun: 'recipe', makers: await makersOfRecipe(em, before) }, actor);
      const [standing] = await standingsOf(em, [before]);
      if (standing) requireWaiting(before, standing);
      const approval: ReleaseApproval = { decision, by: actor.subject, at, reason };
      const after: Release = { ...before, approval, revision: before.revision + 1 };
      await saveApproval(em, after, approval);
      return { value: after, before, reason, events: [releaseEvent(after, at)] };
    });
  }

  /** How releases stand, in their order. */
  standings(releases: readonly Release[]): Promise<readonly ReleaseStanding[]> {
    return standingsOf(this.#deps.db.em(), releases);
  }
}

/** How releases stand, in their order: by their own decision, or by that on the same recipe in the same deployment. */
export async function standingsOf(
  em: EntityManager,
  releases: readonly Release[],
): Promise<readonly ReleaseStanding[]> {
  const deployments = new Map((await findDeployments(em, releases)).map((one) => [deploymentUrn.format(one), one]));
  const approved = await approvedRecipes(em, releases);
  return releases.map((release) => {
    const id = deploymentUrn.format(release);
    const deployment = deployments.get(id);
    if (!deployment) throw new Error(`the release ${releaseUrn.format(release)} has no deployment`);
    const isSame = (one: Release): boolean =>
      one.recipeDigest === release.recipeDigest && deploymentUrn.format(one) === id;
    return standingOf(release, deployment, approved.find(isSame));
  });
}
