import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { alertEvent, alertRuleEvent } from '../../domain/alert/alert-event.ts';
import {
  changedAlertRule,
  checkedAlertRule,
  type AlertRuleChange,
  type AlertRuleInput,
} from '../../domain/alert/alert-rule-input.ts';
import type { AlertRuleSettings } from '../../domain/alert/alert-rule.ts';
import { announced, checkEvaluationTime, endedAlert, NEW_RULE, type RuleWithState } from '../../domain/alert/alert.ts';
import { alertRuleUrn, deploymentUrn, parsedId } from '../../domain/ids.ts';
import { openAlerts, saveAlerts } from '../../storage/alert/alert.ts';
import { forgetRule } from '../../storage/alert/alert-series.ts';
import {
  deleteAlertRule,
  insertAlertRule,
  lockAlertRule,
  rulesToEvaluate,
  updateAlertRule,
} from '../../storage/alert/alert-rule.ts';
import { correlate } from '../incident/correlating.ts';
import type { MonitoringDeps } from '../deps.ts';
import { Evaluating } from './evaluating.ts';
import { watchedDeployment } from '../known-deployment.ts';
import type { Measuring } from '../quality/measuring.ts';
import { earliestRead } from '../observe.ts';

export interface EvaluateAlertsInput {
  /** As of any instant: a replay drives its own clock. */
  readonly at: Date;
  readonly deployment?: string | null;
  readonly rules?: readonly string[] | null;
}

export interface UpdateAlertRuleInput extends AlertRuleChange {
  readonly rule: string;
  readonly expectedRevision: number;
}

/** Rules of alerts, and the alerts that come of evaluating them. */
export class Alerting {
  readonly #deps: MonitoringDeps;
  readonly #evaluating: Evaluating;
  readonly #measuring: Measuring;

  constructor(deps: MonitoringDeps, measuring: Measuring) {
    this.#deps = deps;
    this.#evaluating = new Evaluating(deps);
    this.#measuring = measuring;
  }

  async createRule(
    context: RequestContext,
    input: AlertRuleInput & { readonly after?: string | null },
  ): Promise<Changed<RuleWithState>> {
    const { project, subject: createdBy } = context.actor;
    const settings = checkedAlertRule(project, input);
    if (typeof input.after === 'string') await this.#deps.awaitEvent(input.after, 'after');
    if (settings.deployment !== null) await watchedDeployment(this.#deps.db.pool, project, settings.deployment);
    const subject = alertRuleUrn.format({ project, name: settings.name });
    return change(this.#deps, context, { action: 'alert-rule.create', subject }, async (em, at) => {
      const rule = await insertAlertRule(em, { ...settings, project, revision: 1, createdAt: at, createdBy });
      return { value: { rule, state: NEW_RULE }, after: rule, events: [alertRuleEvent(rule, at)] };
    });
  }

  /** What a new rule would be. Throws as `createRule` does. */
  checked({ actor }: RequestContext, input: AlertRuleInput): AlertRuleSettings {
    return checkedAlertRule(actor.project, input);
  }

  /** Changes settings of a rule in place: where it stands, and its open alert, stay until its next evaluation. */
  updateRule(context: RequestContext, input: UpdateAlertRuleInput): Promise<Changed<RuleWithState>> {
    const { project, name } = alertRuleUrn.parse(context.actor.project, input.rule, 'rule');
    const subject = alertRuleUrn.format({ project, name });
    return change(this.#deps, context, { action: 'alert-rule.update', subject }, async (em, at) => {
      const { rule: before, state } = await heldRule(em, project, name);
      if (before.revision !== input.expectedRevision) {
        throw new DomainError(
          'CONFLICT',
          `expectedRevision: the rule is at revision ${before.revision}, not ${input.expectedRevision}; read it again`,
          { field: 'expectedRevision', revision: before.revision },
        );
      }
      const rule = changedAlertRule(before, input);
      await updateAlertRule(em, rule);
      return { value: { rule, state }, before, after: rule, events: [alertRuleEvent(rule, at)] };
    });
  }

  /** Ends the rule; its alerts stay readable, open ones end with it. */
  deleteRule(context: RequestContext, id: string): Promise<Changed<RuleWithState>> {
    const { project, name } = alertRuleUrn.parse(context.actor.project, id, 'rule');
    const subject = alertRuleUrn.format({ project, name });
    return change(this.#deps, context, { action: 'alert-rule.delete', subject }, async (em, at) => {
      const found = await heldRule(em, project, name);
      const rule = { ...found.rule, revision: found.rule.revision + 1 };
      const open = await openAlerts(em, project, [name]);
      const ended = open.map((alert) =>
        announced(alert, endedAlert(alert, at), { silenced: alert.silenced, suppressed: false }),
      );
      await saveAlerts(
        em,
        ended.map(({ alert }) => alert),
      );
      const steps = open.map((before, i) => ({ rule, before, after: ended[i]?.alert ?? before, context: [] }));
      await correlate(em, context, project, steps, at);
      await forgetRule(em, project, name);
      await deleteAlertRule(em, rule, at);
      const events = [
        ...ended.map(({ alert, muted }) => alertEvent(rule, alert, at, muted)),
        alertRuleEvent(rule, at, true),
      ];
      return { value: { rule, state: NEW_RULE }, before: found.rule, after: rule, events };
    });
  }

  /** Evaluates the rules that wait to be asked. */
  async evaluateOnDemand(
    context: RequestContext,
    { at, deployment, rules: ids }: EvaluateAlertsInput,
  ): Promise<readonly RuleWithState[]> {
    checkEvaluationTime(at, this.#deps.now());
    const { project } = context.actor;
    const names = ids?.map((id) => alertRuleUrn.parse(project, id, 'rules').name);
    const rules = await rulesToEvaluate(this.#deps.db.em(), {
      evaluation: 'ON_DEMAND',
      project,
      ...(names && { names }),
      ...(deployment && { deployment: parsedId(deploymentUrn, project, deployment, 'deployment') }),
    });
    const missing = names?.filter((name) => !rules.some(({ rule }) => rule.name === name)) ?? [];
    if (missing.length > 0) {
      throw new DomainError('NOT_FOUND', `rules: there is no ON_DEMAND rule "${missing.join('", "')}"`, {
        field: 'rules',
      });
    }
    const from = earliestRead(
      rules.map(({ rule }) => rule),
      at,
    );
    if (from) await this.#measuring.measureFor(project, from, at);
    return this.#evaluating.evaluate(() => context, rules, at);
  }

  /** Measures what is due by the subgraph's own clock, and evaluates what is. */
  async evaluateDue(at: Date): Promise<readonly RuleWithState[]> {
    try {
      await this.#measuring.measureDue(at);
    } catch (error) {
      // Rules on what others push must not wait for it; what is due stays due.
      this.#deps.log.error({ err: error }, 'windows could not be measured');
    }
    const rules = await rulesToEvaluate(this.#deps.db.em(), { evaluation: 'AUTOMATIC' });
    return this.#evaluating.evaluate(ownContext, rules, at);
  }
}

async function heldRule(em: EntityManager, project: string, name: string): Promise<RuleWithState> {
  const found = await lockAlertRule(em, project, name);
  if (found) return found;
  throw new DomainError('NOT_FOUND', `rule: there is no alert rule "${name}"`, { field: 'rule' });
}

/** The evaluator acts in the rule's project, by nobody's request. */
const ownContext = (project: string): RequestContext => ({
  actor: { subject: 'service:monitoring', kind: 'service', roles: [], scopes: [], project },
  requestId: 'alert-evaluation',
});
