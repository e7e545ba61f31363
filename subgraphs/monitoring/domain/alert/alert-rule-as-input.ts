import { COMPARISONS, type AlertRule } from './alert-rule.ts';
import { deploymentUrn, featureViewUrn } from '../ids.ts';
import { DEFAULT_MIN_ROWS } from './alert-rule-input.ts';

const DEFAULTS = {
  description: '',
  delaySeconds: 0,
  forSeconds: 0,
  keepFiringForSeconds: 0,
  evaluationIntervalSeconds: 60,
  minRows: DEFAULT_MIN_ROWS,
  severity: 'WARNING',
  noDataState: 'ALERTING',
  evaluation: 'AUTOMATIC',
} as const satisfies Partial<AlertRule>;

/** A rule in the words of its input, what is empty or the default left out. Defining it with these again changes nothing. */
export function alertRuleAsInput(rule: AlertRule): object {
  const { project, deployment, featureView, labels, annotations, baseline } = rule;
  const { name, expression, signal, feature, comparison, threshold, windowSeconds } = rule;
  const others = Object.entries(DEFAULTS).map(([key, usual]) => {
    const value = rule[key as keyof typeof DEFAULTS];
    return [key, value === usual ? null : value];
  });
  const all = {
    name,
    expression,
    deployment: deployment && shortOf(deployment),
    signal,
    feature,
    featureView: featureView && shortOf(featureView),
    comparison: Object.entries(COMPARISONS).find(([, sign]) => sign === comparison)?.[0],
    threshold,
    windowSeconds,
    ...Object.fromEntries(others),
    baseline: baseline && { from: baseline.from.toISOString(), to: baseline.to.toISOString() },
    labels: listOf(labels),
    annotations: listOf(annotations),
    suppresses: rule.suppresses.length === 0 ? null : rule.suppresses,
    context: listOf(rule.context)?.map(({ name: of, value }) => ({ name: of, expression: value })),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));

  /** What follows the kind: of the same project, a URN says no more. */
  function shortOf(urn: string): string {
    const isOurs = deploymentUrn.find(project, urn) ?? featureViewUrn.find(project, urn);
    return isOurs ? urn.split(':').slice(3).join(':') : urn;
  }
}

function listOf(record: Readonly<Record<string, string>>): { name: string; value: string }[] | null {
  const names = Object.keys(record).sort();
  return names.length === 0 ? null : names.map((name) => ({ name, value: record[name] ?? '' }));
}
