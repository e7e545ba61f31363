import type { AlertSnapshot, AssetEventInput } from '../../../../schema/event.ts';
import { windowAt, type AlertRule } from './alert-rule.ts';
import type { Alert } from './alert.ts';
import { alertRuleUrn, alertUrn } from '../ids.ts';

/** A rule as others follow it: what it watches, and where. */
export function alertRuleEvent(rule: AlertRule, at: Date, deleted = false): AssetEventInput {
  const { project, name, description, deployment, revision, signal, feature, featureView, comparison, threshold } =
    rule;
  const { expression } = rule;
  return {
    urn: alertRuleUrn.format(rule),
    kind: 'alert-rule',
    project,
    revision,
    at: at.toISOString(),
    deleted,
    asset: {
      name,
      description,
      upstream: [deployment, featureView]
        .filter((urn) => urn !== null)
        .map((urn) => ({ urn, relation: 'WATCHES' as const })),
    },
    data: { deployment, signal, expression, feature, comparison, threshold },
  };
}

/** An alert as others follow it, and as webhooks give it on unless it is `silenced`. */
export function alertEvent(rule: AlertRule, alert: Alert, at: Date, silenced: boolean): AssetEventInput {
  const { project, revision, deployment, status, severity, value, activeAt, firedAt, endedAt } = alert;
  const window = rule.expression === null ? windowAt(rule, alert.evaluatedAt) : null;
  const data: AlertSnapshot = {
    rule: alertRuleUrn.format(rule),
    ruleName: rule.name,
    deployment,
    status,
    severity,
    fingerprint: alert.fingerprint,
    labels: alert.labels,
    annotations: alert.annotations,
    signal: rule.signal,
    expression: rule.expression,
    feature: rule.feature,
    comparison: rule.comparison,
    threshold: rule.threshold,
    value,
    windowFrom: window?.from.toISOString() ?? null,
    windowTo: window?.to.toISOString() ?? null,
    activeAt: activeAt.toISOString(),
    firedAt: firedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    silenced,
  };
  return {
    urn: alertUrn.format(alert),
    kind: 'alert',
    project,
    revision,
    at: at.toISOString(),
    asset: {
      name: alert.rule,
      description: rule.description,
      upstream: [
        { urn: alertRuleUrn.format(rule), relation: 'DERIVED_FROM' },
        ...(deployment === null ? [] : [{ urn: deployment, relation: 'WATCHES' as const }]),
      ],
    },
    data,
  };
}
