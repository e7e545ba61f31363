import { formatUrn } from '../../../../core/urn.ts';
import type { Alert } from '../alert/alert.ts';
import type { AlertRule } from '../alert/alert-rule.ts';
import { deploymentUrn, edgeNodeUrn, featureViewUrn, modelVersionUrn } from '../ids.ts';
import type { Cause } from './cause.ts';

export const ORIGIN_KINDS = [
  'FEATURE',
  'FEATURE_VIEW',
  'INPUT',
  'MODEL_VERSION',
  'DEPLOYMENT',
  'EDGE_NODE',
  'RULE',
] as const;

/** A node of lineage at which trouble can begin. */
export interface Origin {
  readonly kind: (typeof ORIGIN_KINDS)[number];
  readonly name: string;
  /** Its id, where that is known to its version. */
  readonly id: string | null;
}

/** What an alert is about. */
export interface Scope {
  /** As records name it: `view__feature`, or the name of an input. */
  readonly feature: string | null;
  readonly featureView: string | null;
  /** As labels name it: `fraud@3`. */
  readonly modelVersion: string | null;
  readonly node: string | null;
  readonly deployment: string | null;
  readonly rule: string;
}

export const scopeOf = (rule: Pick<AlertRule, 'name' | 'feature'>, alert: Alert): Scope => ({
  feature: alert.labels['feature'] ?? rule.feature,
  featureView: alert.featureView,
  modelVersion: alert.labels['model_version'] ?? null,
  node: alert.labels['node'] ?? null,
  deployment: alert.deployment,
  rule: rule.name,
});

const viewIn = (feature: string): string | null => {
  const end = feature.indexOf('__');
  return end > 0 ? feature.slice(0, end) : null;
};

/**
 * What an alert stands on in lineage: alerts that share one of these can have one cause. A view may feed several deployments, and
 * what runs on a node is on it. One that is about nothing known stands with the others of its rule.
 */
export function standsOn(scope: Scope, servedBy: (node: string) => readonly string[]): readonly string[] {
  const { feature, node, deployment, rule } = scope;
  const view = feature === null ? null : viewIn(feature);
  const found = [
    ...(view === null ? [] : [`feature-view ${view}`]),
    ...(node === null ? [] : [`edge-node ${node}`, ...servedBy(node).map((id) => `deployment ${id}`)]),
    ...(deployment === null ? [] : [`deployment ${deployment}`]),
  ];
  return found.length > 0 ? found : [`rule ${rule}`];
}

/** Where trouble of a kind most likely began, from what its alerts are about, the first one first. */
export function originOf(project: string, cause: Cause, scopes: readonly Scope[]): Origin {
  const [first] = scopes;
  if (!first) throw new Error('trouble has at least one alert');
  const known =
    cause === 'INFRASTRUCTURE'
      ? nodeOrigin(project, scopes)
      : (featureOrigin(project, scopes) ?? versionOrigin(project, first));
  return known ?? deploymentOrigin(project, first) ?? { kind: 'RULE', name: first.rule, id: null };
}

/** One feature, or the view that all of several come from; of several views the one that was seen first. */
function featureOrigin(project: string, scopes: readonly Scope[]): Origin | null {
  const about = scopes.flatMap((scope) => (scope.feature === null ? [] : [{ ...scope, feature: scope.feature }]));
  const [first] = about;
  if (!first) return null;
  const view = viewIn(first.feature);
  if (view === null) return { kind: 'INPUT', name: first.feature, id: null };
  const id =
    about.find(({ feature, featureView }) => featureView !== null && viewIn(feature) === view)?.featureView ?? null;
  const features = new Set(about.filter(({ feature }) => viewIn(feature) === view).map(({ feature }) => feature));
  if (features.size > 1) return { kind: 'FEATURE_VIEW', name: view, id };
  return { kind: 'FEATURE', name: first.feature, id: id === null ? null : featureId(project, id, first.feature) };
}

function featureId(project: string, viewId: string, feature: string): string | null {
  const found = featureViewUrn.find(project, viewId);
  if (!found) return null;
  const name = feature.slice(feature.indexOf('__') + 2);
  return formatUrn({
    project,
    kind: 'feature',
    parts: [{ name: found.view, version: String(found.version) }, { name }],
  });
}

function versionOrigin(project: string, { modelVersion }: Scope): Origin | null {
  if (modelVersion === null) return null;
  // Of several models of one release none is known to be the one.
  const [, model, number] = /^([^,@]+)@(\d+)$/.exec(modelVersion) ?? [];
  const id = model === undefined ? null : modelVersionUrn.format({ project, model, number: Number(number) });
  return { kind: 'MODEL_VERSION', name: modelVersion, id };
}

function nodeOrigin(project: string, scopes: readonly Scope[]): Origin | null {
  const nodes = new Set(scopes.map(({ node }) => node));
  const [node] = nodes;
  if (nodes.size !== 1 || typeof node !== 'string') return null;
  return { kind: 'EDGE_NODE', name: node, id: edgeNodeUrn.format({ project, name: node }) };
}

function deploymentOrigin(project: string, { deployment }: Scope): Origin | null {
  if (deployment === null) return null;
  const found = deploymentUrn.find(project, deployment);
  return { kind: 'DEPLOYMENT', name: found ? `${found.endpoint}@${found.environment}` : deployment, id: deployment };
}
