import type { Change } from '../../../shared/events/changes.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { deploymentUrn, parsedId, responsePolicyUrn } from '../../domain/ids.ts';
import type { MonitoringDeps } from '../deps.ts';

export interface PolicyChangesInput {
  readonly after?: string | null | undefined;
  /** Only policies of this deployment. */
  readonly deployment?: string | null | undefined;
}

export interface RunChangesInput extends PolicyChangesInput {
  /** Only runs of this policy. */
  readonly policy?: string | null | undefined;
}

/** Policies as people change them or their breakers open, and their runs step by step. */
export class ResponseChanges {
  readonly #changes: MonitoringDeps['changes'];

  constructor({ changes }: Pick<MonitoringDeps, 'changes'>) {
    this.#changes = changes;
  }

  followPolicies(context: RequestContext, { after, ...about }: PolicyChangesInput): AsyncGenerator<Change> {
    const deployment = parsedId(deploymentUrn, context.actor.project, about.deployment, 'deployment');
    return this.#changes.follow(context, {
      after,
      matches: ({ kind, data }) =>
        kind === 'response-policy' && (deployment === null || data['deployment'] === deployment),
    });
  }

  followRuns(context: RequestContext, { after, ...about }: RunChangesInput): AsyncGenerator<Change> {
    const { project } = context.actor;
    const deployment = parsedId(deploymentUrn, project, about.deployment, 'deployment');
    const policy = parsedId(responsePolicyUrn, project, about.policy, 'policy');
    return this.#changes.follow(context, {
      after,
      matches: ({ kind, data }) =>
        kind === 'response-run' &&
        (deployment === null || data['deployment'] === deployment) &&
        (policy === null || data['policy'] === policy),
    });
  }
}
