import type { Change } from '../../../shared/events/changes.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { deploymentUrn, parsedId } from '../../domain/ids.ts';
import type { MonitoringDeps } from '../deps.ts';

export interface IncidentChangesInput {
  readonly after?: string | null | undefined;
  /** Only incidents with alerts about this deployment. */
  readonly deployment?: string | null | undefined;
}

/** Incidents as they begin, grow, are worked on and end. */
export class IncidentChanges {
  readonly #changes: MonitoringDeps['changes'];

  constructor({ changes }: Pick<MonitoringDeps, 'changes'>) {
    this.#changes = changes;
  }

  follow(context: RequestContext, { after, ...about }: IncidentChangesInput): AsyncGenerator<Change> {
    const deployment = parsedId(deploymentUrn, context.actor.project, about.deployment, 'deployment');
    return this.#changes.follow(context, {
      after,
      matches: ({ kind, data }) =>
        kind === 'incident' &&
        (deployment === null || (Array.isArray(data['deployments']) && data['deployments'].includes(deployment))),
    });
  }
}
