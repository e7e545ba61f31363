import type { AlertRuleInput } from '../../../subgraphs/monitoring/domain/alert/alert-rule-input.ts';
import type { AlertRule, SignalRule } from '../../../subgraphs/monitoring/domain/alert/alert-rule.ts';

/** A rule that is hit above 75, at once. */
export const rule: SignalRule = {
  expression: null,
  project: 'default',
  name: 'late',
  description: '',
  deployment: 'tiffin:default:deployment:eta@production',
  signal: 'BRIER',
  feature: null,
  featureView: null,
  comparison: '>',
  threshold: 75,
  windowSeconds: 60,
  delaySeconds: 0,
  forSeconds: 0,
  keepFiringForSeconds: 0,
  evaluationIntervalSeconds: 60,
  minRows: 1,
  baseline: null,
  severity: 'WARNING',
  noDataState: 'OK',
  evaluation: 'ON_DEMAND',
  labels: {},
  annotations: {},
  suppresses: [],
  context: {},
  revision: 1,
  createdAt: new Date('2026-03-10T12:00:00.000Z'),
  createdBy: 'user:x',
};

/** How a caller asks for that rule. */
export const ruleInput: AlertRuleInput = { ...rule, labels: null, annotations: null, context: null };

/** A rule with an expression, whose every series is an alert. */
export const expressionRule: AlertRule = {
  ...rule,
  expression: 'm > 75',
  deployment: null,
  signal: null,
  feature: null,
  featureView: null,
  comparison: null,
  threshold: null,
  windowSeconds: null,
  minRows: null,
  baseline: null,
};
