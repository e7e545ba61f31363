import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { AlertState } from '../../../core/statistics/alert-state.ts';
import { DomainError } from '../../../core/errors.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { AlertRule, AlertRuleSettings, Evaluation } from '../domain/alert-rule.ts';
import type { Observation } from '../domain/alert-signal.ts';
import { NEW_RULE, type RuleState, type RuleWithState } from '../domain/alert.ts';

/** Settings as JSON holds them: times as text. */
type StoredSettings = Omit<AlertRuleSettings, 'deployment' | 'evaluation' | 'baseline'> & {
  readonly baseline: { readonly from: string; readonly to: string } | null;
};

export const AlertRuleRow = defineEntity({
  name: 'AlertRule',
  tableName: 'alert_rule',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    description: p.text(),
    deployment: p.text(),
    settings: p.json<StoredSettings>(),
    evaluation: p.text().$type<Evaluation>(),
    state: p.json<AlertState>(),
    observation: p.json<Observation>().nullable(),
    revision: p.integer(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    deletedAt: p.datetime(3).nullable(),
  },
  indexes: [{ name: 'alert_rule_by_deployment', properties: ['project', 'deployment'] }],
});
type Row = Awaited<ReturnType<typeof rowsOf>>[number];

const rowsOf = (em: EntityManager, project: string) => em.find(AlertRuleRow, { project });

function plain(row: Row): RuleWithState {
  const { settings, state, observation, project, name, description, deployment, evaluation, revision } = row;
  const baseline = settings.baseline && { from: new Date(settings.baseline.from), to: new Date(settings.baseline.to) };
  const { createdAt, createdBy } = row;
  const identity = { project, name, description, deployment, evaluation, revision, createdAt, createdBy };
  return { rule: { ...settings, baseline, ...identity }, state: { state, observation: observation ?? null } };
}

function settingsOf(rule: AlertRule): StoredSettings {
  const { baseline } = rule;
  return {
    signal: rule.signal,
    feature: rule.feature,
    featureView: rule.featureView,
    comparison: rule.comparison,
    threshold: rule.threshold,
    windowSeconds: rule.windowSeconds,
    delaySeconds: rule.delaySeconds,
    forSeconds: rule.forSeconds,
    keepFiringForSeconds: rule.keepFiringForSeconds,
    evaluationIntervalSeconds: rule.evaluationIntervalSeconds,
    minRows: rule.minRows,
    severity: rule.severity,
    noDataState: rule.noDataState,
    baseline: baseline && { from: baseline.from.toISOString(), to: baseline.to.toISOString() },
  };
}

/**
 * Throws CONFLICT where the name is taken. The name of a deleted rule may be used again; its revisions go on, so that
 * whoever follows the events does not take the new rule for an old one. Answers with the rule as it was stored.
 */
export async function insertAlertRule(em: EntityManager, rule: AlertRule): Promise<AlertRule> {
  const { project, name, description, deployment, evaluation, createdAt, createdBy } = rule;
  const taken = await em.findOne(AlertRuleRow, { project, name }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (taken && taken.deletedAt === null) {
    throw new DomainError('CONFLICT', `there is an alert rule "${name}" already`, { field: 'name' });
  }
  const revision = (taken?.revision ?? 0) + 1;
  const identity = { project, name, description, deployment, evaluation, revision, createdAt, createdBy };
  await em.upsert(AlertRuleRow, { ...identity, settings: settingsOf(rule), ...NEW_RULE, deletedAt: null });
  return { ...rule, revision };
}

/** The rule and where it stands, held until the transaction ends; null where there is none. */
export async function lockAlertRule(em: EntityManager, project: string, name: string): Promise<RuleWithState | null> {
  const row = await em.findOne(
    AlertRuleRow,
    { project, name, deletedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  return row ? plain(row) : null;
}

export async function saveRuleState(em: EntityManager, { project, name }: AlertRule, after: RuleState): Promise<void> {
  await em.nativeUpdate(AlertRuleRow, { project, name }, { ...after });
}

/** Saves changed settings; where the rule stands is left as it is. */
export async function updateAlertRule(em: EntityManager, rule: AlertRule): Promise<void> {
  const { project, name, description, evaluation, revision } = rule;
  await em.nativeUpdate(
    AlertRuleRow,
    { project, name },
    { description, evaluation, revision, settings: settingsOf(rule) },
  );
}

export async function deleteAlertRule(
  em: EntityManager,
  { project, name, revision }: AlertRule,
  at: Date,
): Promise<void> {
  await em.nativeUpdate(AlertRuleRow, { project, name }, { revision, deletedAt: at });
}

export async function findAlertRules(
  em: EntityManager,
  project: string,
  names: readonly string[],
): Promise<readonly RuleWithState[]> {
  const rows = await em.find(AlertRuleRow, { project, name: { $in: [...names] }, deletedAt: null });
  return rows.map(plain);
}

/** By name, one more than asked for; those of one deployment where that is named. */
export async function listAlertRules(
  em: EntityManager,
  { project, deployment }: { readonly project: string; readonly deployment: string | null },
  { first, after }: PageRequest,
): Promise<readonly RuleWithState[]> {
  const rows = await em.find(
    AlertRuleRow,
    {
      project,
      deletedAt: null,
      ...(deployment !== null && { deployment }),
      ...(after && { name: { $gt: String(after[0]) } }),
    },
    { orderBy: { name: 'asc' }, limit: first + 1 },
  );
  return rows.map(plain);
}

/** Rules to evaluate, in pages by (project, name); the subgraph's own clock looks at every project. */
export async function rulesToEvaluate(
  em: EntityManager,
  wanted: {
    readonly evaluation: Evaluation;
    readonly project?: string;
    readonly deployment?: string;
    readonly names?: readonly string[];
  },
): Promise<readonly RuleWithState[]> {
  const { evaluation, project, deployment, names } = wanted;
  const rows = await em.find(
    AlertRuleRow,
    {
      evaluation,
      deletedAt: null,
      ...(project !== undefined && { project }),
      ...(deployment !== undefined && { deployment }),
      ...(names && { name: { $in: [...names] } }),
    },
    { orderBy: { project: 'asc', name: 'asc' } },
  );
  return rows.map(plain);
}
