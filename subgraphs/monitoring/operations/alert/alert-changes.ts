import type { Change } from '../../../shared/events/changes.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { alertRuleUrn, deploymentUrn, parsedId } from '../../domain/ids.ts';
import type { MonitoringDeps } from '../deps.ts';

export interface AlertChangesInput {
  readonly after?: string | null | undefined;
  /** Only alerts about this deployment. */
  readonly deployment?: string | null | undefined;
  /** Only alerts of this rule. */
  readonly rule?: string | null | undefined;
}

/** Alerts as they begin, fire and end. */
export class AlertChanges {
  readonly #changes: MonitoringDeps['changes'];

  constructor({ changes }: Pick<MonitoringDeps, 'changes'>) {
    this.#changes = changes;
  }

  follow(context: RequestContext, { after, ...about }: AlertChangesInput): AsyncGenerator<Change> {
    const { project } = context.actor;
    const deployment = parsedId(deploymentUrn, project, about.deployment, 'deployment');
    const rule = parsedId(alertRuleUrn, project, about.rule, 'rule');
    return this.#changes.follow(context, {
      after,
      matches: ({ kind, data }) =>
        kind === 'alert' &&
        (deployment === null || data['deployment'] === deployment) &&
        (rule === null || data['rule'] === rule),
    });
  }
}
