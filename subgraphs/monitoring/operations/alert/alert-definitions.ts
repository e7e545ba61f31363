import { DomainError } from '../../../../core/errors.ts';
import {
  applyDefinitions,
  place,
  type AppliedDefinitions,
  type ApplyOptions,
} from '../../../shared/definitions/apply.ts';
import type { Definition } from '../../../shared/definitions/definition.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { alertRuleEvent } from '../../domain/alert/alert-event.ts';
import { alertRuleAsInput } from '../../domain/alert/alert-rule-as-input.ts';
import { checkedAlertRule, type AlertRuleInput } from '../../domain/alert/alert-rule-input.ts';
import type { AlertRule, AlertRuleSettings } from '../../domain/alert/alert-rule.ts';
import { alertRuleUrn } from '../../domain/ids.ts';
import { insertAlertRule, lockAlertRule, updateAlertRule } from '../../storage/alert/alert-rule.ts';
import type { MonitoringDeps } from '../deps.ts';
import { watchedDeployment } from '../known-deployment.ts';
import { policyDefinition } from '../response/policy-definition.ts';
import type { NewPolicyInput } from '../response/policy-input.ts';

/** Definitions of alerts as the caller wrote them; what is left out is none. */
export interface AlertDefinitionSet {
  readonly rules?: readonly AlertRuleInput[] | null | undefined;
  readonly responsePolicies?: readonly NewPolicyInput[] | null | undefined;
  /** The eventCursor of the deployments that they are about. */
  readonly after?: string | null | undefined;
}

/** Alert rules and response policies, many at once. */
export class AlertDefinitions {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** All of them in one transaction. */
  async apply(context: RequestContext, set: AlertDefinitionSet, options: ApplyOptions): Promise<AppliedDefinitions> {
    if (typeof set.after === 'string') await this.#deps.awaitEvent(set.after, 'after');
    const placed = [
      ...(await place('rules', set.rules, (input) => this.#rule(context, input))),
      ...(await place('responsePolicies', set.responsePolicies, (input) =>
        policyDefinition(this.#deps, context, input),
      )),
    ];
    return applyDefinitions(this.#deps, context, placed, options);
  }

  /** A rule as it shall be: what is left out is the default. What it watches was settled when it was made. */
  async #rule({ actor }: RequestContext, input: AlertRuleInput): Promise<Definition<AlertRule>> {
    const { project } = actor;
    const settings = checkedAlertRule(project, input);
    if (settings.deployment !== null) await watchedDeployment(this.#deps.db.pool, project, settings.deployment);
    return {
      action: 'alert-rule.define',
      subject: alertRuleUrn.format({ project, name: settings.name }),
      idOf: (rule) => alertRuleUrn.format(rule),
      asInput: alertRuleAsInput,
      decide: async (em, at) => {
        const before = (await lockAlertRule(em, project, settings.name))?.rule ?? null;
        if (before) checkSettled(before, settings);
        const identity = { project, revision: 0, createdAt: at, createdBy: actor.subject };
        const { revision, createdAt, createdBy } = before ?? identity;
        return { before, after: { ...settings, project, createdAt, createdBy, revision: revision + 1 } };
      },
      save: async (em, { before, after }, at) => {
        if (before) await updateAlertRule(em, after);
        const kept = before ? after : await insertAlertRule(em, after);
        return [alertRuleEvent(kept, at)];
      },
    };
  }
}

const SETTLED = ['deployment', 'signal', 'feature', 'featureView'] as const satisfies readonly (keyof AlertRule)[];

/** Alerts of a rule are about what it watches: they would come to be about something else. */
function checkSettled(before: AlertRule, asked: AlertRuleSettings): void {
  const other = SETTLED.find((name) => before[name] !== asked[name]);
  if (other === undefined) return;
  const [is, wanted] = [JSON.stringify(before[other]), JSON.stringify(asked[other])];
  throw new DomainError('CONFLICT', `${other}: is ${is} since the rule was made, and stays so; not ${wanted}`, {
    field: other,
    allowed: before[other],
  });
}
