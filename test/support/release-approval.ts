import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { person } from './registry.ts';
import { APPROVE_RELEASE, CREATE_RELEASE, fraudRecipe, type Deployed } from './serving.ts';
import { TestTraffic } from './traffic.ts';

export interface Waiting extends Deployed {
  /** A release whose recipe nobody has approved. */
  readonly waiting: Deployed['releases'][number];
}

/** A recipe that decides otherwise than the first one of a deployment. */
export const bolder = (version: string, threshold = 0.9): object =>
  fraudRecipe(version, { output: { decision: { threshold, above: 'REVIEW', below: 'ACCEPT' } } });

/** A registry in which recipes are approved. */
export class TestApprovals extends TestTraffic {
  create = async (deployment: string, recipe: object, actor: Actor = person('developer')): Promise<any> =>
    (await this.registry.ask(actor, CREATE_RELEASE, { input: { deployment, recipe } })).createRelease.release;

  /** A deployment in which release 1 serves and another one waits for its approval. */
  withWaiting = async (maker?: Actor): Promise<Waiting> => {
    const place = await this.fresh(1);
    await this.change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    return { ...place, waiting: await this.create(place.deployment, bolder(place.versions[0]!), maker) };
  };

  approve = (actor: Actor, release: string, reason?: string): Promise<any> =>
    this.registry.ask(actor, APPROVE_RELEASE, { input: { release, ...(reason !== undefined && { reason }) } });

  refusedApproval = (actor: Actor, release: string): Promise<any[]> =>
    this.registry.refusals(actor, APPROVE_RELEASE, { input: { release } });
}
