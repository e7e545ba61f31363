import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { AlertRule, Evaluation } from '../../domain/alert/alert-rule.ts';
import { NEW_RULE, type Observation, type RuleState, type RuleWithState } from '../../domain/alert/alert.ts';

type Identity =
  | 'project'
  | 'name'
  | 'description'
  | 'deployment'
  | 'evaluation'
  | 'revision'
  | 'createdAt'
  | 'createdBy';

/** Settings as JSON holds them: times as text. */
type StoredSettings = Omit<AlertRule, Identity | 'baseline'> & {
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
    deployment: p.text().nullable(),
    settings: p.json<StoredSettings>(),
    evaluation: p.text().$type<Evaluation>(),
    evaluatedAt: p.datetime(3).nullable(),
    observation: p.json<Observation>().nullable(),
    problem: p.text().nullable(),
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
  const { settings, project, name, description, deployment = null, evaluation, revision } = row;
  const baseline = settings.baseline && { from: new Date(settings.baseline.from), to: new Date(settings.baseline.to) };
  const { createdAt, createdBy, evaluatedAt, observation, problem } = row;
  const identity = { project, name, description, deployment, evaluation, revision, createdAt, createdBy };
  return {
    // What was stored was a whole rule.
    rule: { ...settings, baseline, ...identity } as AlertRule,
    state: { evaluatedAt: evaluatedAt ?? null, observation: observation ?? null, problem: problem ?? null },
  };
}

function settingsOf(rule: AlertRule): StoredSettings {
  const { baseline } = rule;
  return {
    expression: rule.expression,
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
    labels: rule.labels,
    annotations: rule.annotations,
    suppresses: rule.suppresses,
    context: rule.context,
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
  return (await lockAlertRules(em, project, [name]))[0] ?? null;
}

/** Several of them, locked in the order of their names. */
export async function lockAlertRules(
  em: EntityManager,
  project: string,
  names: readonly string[],
): Promise<readonly RuleWithState[]> {
  const rows = await em.find(
    AlertRuleRow,
    { project, name: { $in: [...names] }, deletedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { name: 'asc' } },
  );
  return rows.map(plain);
}

/** Keeps where rules stand after an evaluation. */
export async function saveRuleStates(
  em: EntityManager,
  project: string,
  states: readonly { readonly name: string; readonly state: RuleState }[],
): Promise<void> {
  const rows = states.map(({ name, state: { evaluatedAt, observation, problem } }) => ({
    name,
    evaluated_at: evaluatedAt,
    observation,
    problem,
  }));
  await em.execute(
    `update alert_rule r set evaluated_at = t.evaluated_at, observation = t.observation, problem = t.problem
     from jsonb_to_recordset(?::jsonb) as t(name text, evaluated_at timestamptz, observation jsonb, problem text)
     where r.project = ? and r.name = t.name`,
    [JSON.stringify(rows), project],
  );
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
