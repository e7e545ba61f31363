import { DomainError } from '../../core/errors.ts';
import { urnOf } from '../../core/urn.ts';
import { appendAudit } from '../shared/audit/audit.ts';
import type { Actor } from '../shared/auth/actor.ts';
import type { Database } from '../shared/database/database.ts';
import { appendEvent } from '../shared/events/outbox.ts';
import type { RequestContext } from '../shared/graphql/request-context.ts';
import { checkAlertRule, type AlertRule, type AlertRuleSettings } from './domain/alert-rule.ts';
import { evaluate, isDue, NEW_RULE, nextAlert, type Alert } from './domain/alert.ts';
import { observe } from './observe.ts';
import { openAlert, saveAlert } from './storage/alert.ts';
import {
  deleteAlertRule,
  insertAlertRule,
  lockAlertRule,
  rulesToEvaluate,
  saveRuleState,
  type RuleWithState,
} from './storage/alert-rule.ts';

type Em = Parameters<typeof appendEvent>[0];

export const ruleUrn = ({ project, name }: Pick<AlertRule, 'project' | 'name'>): string =>
  urnOf(project, 'alert-rule', name);
export const alertUrn = ({ project, rule, activeAt }: Pick<Alert, 'project' | 'rule' | 'activeAt'>): string =>
  urnOf(project, 'alert', rule, activeAt.toISOString());

export interface NewAlertRule extends AlertRuleSettings {
  readonly name: string;
  readonly description: string;
}

/** Rules of alerts, and the alerts that come of evaluating them. */
export class Alerting {
  readonly #db: Database;
  readonly #now: () => Date;
  /** Where a rule stands that has not been evaluated. */
  readonly newRule = NEW_RULE;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  createRule(input: NewAlertRule, { actor, requestId }: RequestContext) {
    checkAlertRule(input);
    const at = this.#now();
    const created: AlertRule = {
      ...input,
      project: actor.project,
      revision: 1,
      createdAt: at,
      createdBy: actor.subject,
    };
    return this.#db.transaction(async (em) => {
      const rule = await insertAlertRule(em, created);
      const eventCursor = await announceRule(em, rule, at, false);
      const subject = ruleUrn(rule);
      await appendAudit(em, { actor, action: 'alert-rule.created', subject, at, requestId, after: rule });
      return { rule, eventCursor };
    });
  }

  /** Ends the rule; its alerts stay readable, an open one ends with it. */
  deleteRule(name: string, { actor, requestId }: RequestContext) {
    const at = this.#now();
    return this.#db.transaction(async (em) => {
      const found = await lockAlertRule(em, actor.project, name);
      if (!found) throw new DomainError('NOT_FOUND', `there is no alert rule "${name}"`, { field: 'rule' });
      const rule = { ...found.rule, revision: found.rule.revision + 1 };
      const open = await openAlert(em, actor.project, name);
      if (open) {
        const status = open.firedAt === null ? 'INACTIVE' : 'RESOLVED';
        await keepAlert(em, rule, { ...open, status, endedAt: at, revision: open.revision + 1 }, at);
      }
      await deleteAlertRule(em, rule, at);
      const eventCursor = await announceRule(em, rule, at, true);
      const subject = ruleUrn(rule);
      await appendAudit(em, { actor, action: 'alert-rule.deleted', subject, at, requestId, before: found.rule });
      return { rule, eventCursor };
    });
  }

  /** Evaluates the rules that wait to be asked, as of any instant: a replay drives its own clock. */
  async evaluateOnDemand(
    at: Date,
    wanted: { readonly deployment?: string; readonly names?: readonly string[] },
    context: RequestContext,
  ): Promise<readonly RuleWithState[]> {
    const { project } = context.actor;
    const rules = await rulesToEvaluate(this.#db.em(), { evaluation: 'ON_DEMAND', project, ...wanted });
    const missing = wanted.names?.filter((name) => !rules.some(({ rule }) => rule.name === name)) ?? [];
    if (missing.length > 0) {
      throw new DomainError('NOT_FOUND', `there is no ON_DEMAND rule "${missing.join('", "')}"`, { field: 'rules' });
    }
    return this.#evaluateAll(rules, at, context);
  }

  /** Evaluates what is due by the subgraph's own clock. */
  async evaluateDue(at: Date): Promise<readonly RuleWithState[]> {
    const rules = await rulesToEvaluate(this.#db.em(), { evaluation: 'AUTOMATIC' });
    return this.#evaluateAll(rules, at, null);
  }

  async #evaluateAll(
    rules: readonly RuleWithState[],
    at: Date,
    context: RequestContext | null,
  ): Promise<readonly RuleWithState[]> {
    const evaluated: RuleWithState[] = [];
    for (const { rule, state } of rules) {
      if (!isDue(rule, state.state, at)) continue;
      const after = await this.#evaluateOne(rule, at, context);
      if (after) evaluated.push(after);
    }
    return evaluated;
  }

  /** Measures first, then decides under the rule's lock: two evaluators make one transition. */
  async #evaluateOne(seen: AlertRule, at: Date, context: RequestContext | null): Promise<RuleWithState | null> {
    const observation = await observe(this.#db.pool, seen, at);
    return this.#db.transaction(async (em) => {
      const held = await lockAlertRule(em, seen.project, seen.name);
      if (!held || held.rule.revision !== seen.revision || !isDue(held.rule, held.state.state, at)) return null;
      const { rule } = held;
      const after = { state: evaluate(rule, held.state.state, observation, at), observation };
      await saveRuleState(em, rule, after);
      const open = await openAlert(em, rule.project, rule.name);
      const alert = nextAlert(rule, open, after, at);
      if (alert) await this.#keep(em, rule, open, alert, at, context);
      return { rule, state: after };
    });
  }

  async #keep(
    em: Em,
    rule: AlertRule,
    open: Alert | null,
    alert: Alert,
    at: Date,
    context: RequestContext | null,
  ): Promise<void> {
    if (open?.status === alert.status) {
      await saveAlert(em, alert);
      return;
    }
    await keepAlert(em, rule, alert, at);
    await appendAudit(em, {
      actor: context?.actor ?? evaluator(rule.project),
      action: `alert.${alert.status.toLowerCase()}`,
      subject: alertUrn(alert),
      at: this.#now(),
      requestId: context?.requestId ?? 'alert-evaluation',
      ...(open && { before: open }),
      after: alert,
    });
  }
}

const evaluator = (project: string): Actor => ({
  subject: 'service:monitoring',
  kind: 'service',
  roles: [],
  scopes: [],
  project,
});

async function announceRule(em: Em, rule: AlertRule, at: Date, deleted: boolean): Promise<string> {
  const { project, name, description, deployment, revision, signal, featureView } = rule;
  return appendEvent(em, {
    urn: ruleUrn(rule),
    kind: 'alert-rule',
    project,
    revision,
    at: at.toISOString(),
    deleted,
    asset: {
      name,
      description,
      upstream: [deployment, ...(featureView === null ? [] : [featureView])].map((urn) => ({
        urn,
        relation: 'WATCHES' as const,
      })),
    },
    data: { deployment, signal },
  });
}

/** Saves an alert whose status has changed and tells it. */
async function keepAlert(em: Em, rule: AlertRule, alert: Alert, at: Date): Promise<void> {
  await saveAlert(em, alert);
  const { project, revision, deployment, status, severity, value, activeAt, firedAt, endedAt } = alert;
  await appendEvent(em, {
    urn: alertUrn(alert),
    kind: 'alert',
    project,
    revision,
    at: at.toISOString(),
    asset: {
      name: alert.rule,
      description: rule.description,
      upstream: [
        { urn: ruleUrn(rule), relation: 'DERIVED_FROM' },
        { urn: deployment, relation: 'WATCHES' },
      ],
    },
    data: { status, severity, value, activeAt, firedAt, endedAt },
  });
}
