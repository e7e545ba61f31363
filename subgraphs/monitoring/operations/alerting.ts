import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../core/errors.ts';
import { appendEvent } from '../../shared/events/outbox.ts';
import { change, record, type Changed } from '../../shared/operations/change.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { alertEvent, alertRuleEvent } from '../domain/alert-event.ts';
import {
  changedAlertRule,
  checkedAlertRule,
  type AlertRule,
  type AlertRuleChange,
  type AlertRuleInput,
} from '../domain/alert-rule.ts';
import {
  announced,
  checkEvaluationTime,
  endedAlert,
  evaluate,
  isDue,
  NEW_RULE,
  nextAlert,
  type Alert,
  type RuleWithState,
} from '../domain/alert.ts';
import { alertRuleUrn, alertUrn, deploymentUrn, parsedId } from '../domain/ids.ts';
import { covers } from '../domain/silence.ts';
import { silencesAt } from '../storage/silence.ts';
import { openAlert, saveAlert } from '../storage/alert.ts';
import {
  deleteAlertRule,
  insertAlertRule,
  lockAlertRule,
  rulesToEvaluate,
  saveRuleState,
  updateAlertRule,
} from '../storage/alert-rule.ts';
import type { MonitoringDeps } from './deps.ts';
import { watchedDeployment } from './known-deployment.ts';
import { observe } from './observe.ts';

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

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async createRule(
    context: RequestContext,
    input: AlertRuleInput & { readonly after?: string | null },
  ): Promise<Changed<RuleWithState>> {
    const { project, subject: createdBy } = context.actor;
    const settings = checkedAlertRule(project, input);
    if (typeof input.after === 'string') await this.#deps.awaitEvent(input.after, 'after');
    await watchedDeployment(this.#deps.db.pool, project, settings.deployment);
    const subject = alertRuleUrn.format({ project, name: settings.name });
    return change(this.#deps, context, { action: 'alert-rule.create', subject }, async (em, at) => {
      const rule = await insertAlertRule(em, { ...settings, project, revision: 1, createdAt: at, createdBy });
      return { value: { rule, state: NEW_RULE }, after: rule, events: [alertRuleEvent(rule, at)] };
    });
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

  /** Ends the rule; its alerts stay readable, an open one ends with it. */
  deleteRule(context: RequestContext, id: string): Promise<Changed<RuleWithState>> {
    const { project, name } = alertRuleUrn.parse(context.actor.project, id, 'rule');
    const subject = alertRuleUrn.format({ project, name });
    return change(this.#deps, context, { action: 'alert-rule.delete', subject }, async (em, at) => {
      const found = await heldRule(em, project, name);
      const rule = { ...found.rule, revision: found.rule.revision + 1 };
      const open = await openAlert(em, project, name);
      const ended = open && announced(open, endedAlert(open, at), open.silenced);
      if (ended) await saveAlert(em, ended.alert);
      await deleteAlertRule(em, rule, at);
      const events = [
        ...(ended ? [alertEvent(rule, ended.alert, at, ended.muted)] : []),
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
    return this.#evaluateAll(() => context, rules, at);
  }

  /** Evaluates what is due by the subgraph's own clock. */
  async evaluateDue(at: Date): Promise<readonly RuleWithState[]> {
    const rules = await rulesToEvaluate(this.#deps.db.em(), { evaluation: 'AUTOMATIC' });
    return this.#evaluateAll(ownContext, rules, at);
  }

  async #evaluateAll(
    contextOf: (rule: AlertRule) => RequestContext,
    rules: readonly RuleWithState[],
    at: Date,
  ): Promise<readonly RuleWithState[]> {
    const evaluated: RuleWithState[] = [];
    for (const { rule, state } of rules) {
      if (!isDue(rule, state.state, at)) continue;
      const after = await this.#evaluateOne(contextOf(rule), rule, at);
      if (after) evaluated.push(after);
    }
    return evaluated;
  }

  /** Measures first, then decides under the rule's lock: two evaluators make one transition. */
  async #evaluateOne(context: RequestContext, seen: AlertRule, at: Date): Promise<RuleWithState | null> {
    const { db, metrics } = this.#deps;
    const observation = await observe(db.pool, seen, at);
    metrics.noteEvaluation(observation.value === null ? 'no_data' : 'value');
    return db.transaction(async (em) => {
      const held = await lockAlertRule(em, seen.project, seen.name);
      if (!held || held.rule.revision !== seen.revision || !isDue(held.rule, held.state.state, at)) return null;
      const { rule } = held;
      const after = { state: evaluate(rule, held.state.state, observation, at), observation };
      await saveRuleState(em, rule, after);
      const open = await openAlert(em, rule.project, rule.name);
      const alert = nextAlert(rule, open, after, at);
      if (alert) await this.#keep(em, context, { rule, open, alert, at });
      return { rule, state: after };
    });
  }

  /** A change of status is an event and an audit record, the end of a silence an event; a new value alone is neither. */
  async #keep(
    em: EntityManager,
    context: RequestContext,
    { rule, open, alert: seen, at }: { rule: AlertRule; open: Alert | null; alert: Alert; at: Date },
  ): Promise<void> {
    const silences = await silencesAt(em, rule.project, at);
    const silenced = silences.some((silence) => covers(silence, seen, at));
    const { alert, news, muted } = announced(open, seen, silenced);
    await saveAlert(em, alert);
    if (!news) return;
    const event = alertEvent(rule, alert, at, muted);
    if (open?.status === alert.status) {
      await appendEvent(em, event);
      return;
    }
    this.#deps.metrics.noteTransition(alert.status);
    await record(em, context, {
      action: `alert.${VERB[alert.status]}`,
      subject: alertUrn.format(alert),
      at: this.#deps.now(),
      value: alert,
      before: open,
      events: [event],
    });
  }
}

async function heldRule(em: EntityManager, project: string, name: string): Promise<RuleWithState> {
  const found = await lockAlertRule(em, project, name);
  if (found) return found;
  throw new DomainError('NOT_FOUND', `rule: there is no alert rule "${name}"`, { field: 'rule' });
}

const VERB = { PENDING: 'start', FIRING: 'fire', RESOLVED: 'resolve', INACTIVE: 'end' } as const;

/** The evaluator acts in the rule's project, by nobody's request. */
const ownContext = ({ project }: AlertRule): RequestContext => ({
  actor: { subject: 'service:monitoring', kind: 'service', roles: [], scopes: [], project },
  requestId: 'alert-evaluation',
});
