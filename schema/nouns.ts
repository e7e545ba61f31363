import type { UrnKind } from '../core/urn.ts';

/** The subgraphs, with the port that each listens on when it runs in a process of its own. */
export const SUBGRAPH_PORTS = { feature: 4001, registry: 4002, experiment: 4003, monitoring: 4004 } as const;
export type SubgraphName = keyof typeof SUBGRAPH_PORTS;
export const SUBGRAPHS = Object.keys(SUBGRAPH_PORTS) as readonly SubgraphName[];

/** What a kind of id is: who owns it, its type in the graph, and whether search and lineage know it. */
export interface Noun {
  readonly owner: SubgraphName;
  /** The GraphQL type that `node(id)` answers; null for a kind that is read through another one. */
  readonly type: string | null;
  /** Whether it is an asset. A webhook is none: its URL may be a secret. */
  readonly asset: boolean;
}

/** The one table of nouns: each kind of URN once. */
export const NOUNS = {
  entity: { owner: 'feature', type: 'Entity', asset: true },
  source: { owner: 'feature', type: 'Source', asset: true },
  column: { owner: 'feature', type: null, asset: true },
  'event-stream': { owner: 'feature', type: 'EventStream', asset: true },
  'feature-view': { owner: 'feature', type: 'FeatureView', asset: true },
  feature: { owner: 'feature', type: 'Feature', asset: true },
  'feature-service': { owner: 'feature', type: 'FeatureService', asset: true },
  'training-set': { owner: 'feature', type: 'TrainingSet', asset: true },
  materialization: { owner: 'feature', type: 'Materialization', asset: true },
  model: { owner: 'registry', type: 'Model', asset: true },
  'model-version': { owner: 'registry', type: 'ModelVersion', asset: true },
  endpoint: { owner: 'registry', type: 'Endpoint', asset: true },
  deployment: { owner: 'registry', type: 'Deployment', asset: true },
  release: { owner: 'registry', type: 'Release', asset: true },
  'feature-snapshot': { owner: 'registry', type: null, asset: false },
  webhook: { owner: 'registry', type: 'Webhook', asset: false },
  'saved-search': { owner: 'registry', type: null, asset: false },
  'run-group': { owner: 'registry', type: null, asset: false },
  'training-run': { owner: 'registry', type: null, asset: false },
  'logged-model': { owner: 'registry', type: null, asset: false },
  'tier-policy': { owner: 'registry', type: null, asset: false },
  'policy-preset': { owner: 'registry', type: null, asset: false },
  job: { owner: 'registry', type: null, asset: true },
  dataset: { owner: 'registry', type: null, asset: true },
  'dataset-field': { owner: 'registry', type: null, asset: true },
  experiment: { owner: 'experiment', type: 'Experiment', asset: true },
  shadow: { owner: 'experiment', type: 'Shadow', asset: true },
  rollout: { owner: 'experiment', type: 'Rollout', asset: true },
  metric: { owner: 'experiment', type: 'Metric', asset: true },
  holdout: { owner: 'experiment', type: 'Holdout', asset: true },
  unit: { owner: 'experiment', type: null, asset: false },
  prediction: { owner: 'monitoring', type: 'Prediction', asset: true },
  'alert-rule': { owner: 'monitoring', type: 'AlertRule', asset: true },
  alert: { owner: 'monitoring', type: 'Alert', asset: true },
  'edge-node': { owner: 'monitoring', type: 'EdgeNode', asset: true },
  incident: { owner: 'monitoring', type: 'Incident', asset: true },
  'response-policy': { owner: 'monitoring', type: 'ResponsePolicy', asset: true },
  'response-run': { owner: 'monitoring', type: 'ResponseRun', asset: true },
  silence: { owner: 'monitoring', type: 'Silence', asset: false },
  'alert-routing': { owner: 'monitoring', type: null, asset: false },
  receiver: { owner: 'monitoring', type: 'Receiver', asset: false },
} as const satisfies Record<UrnKind, Noun>;

type KindsWhere<Property extends keyof Noun, Value> = {
  [Kind in UrnKind]: (typeof NOUNS)[Kind][Property] extends Value ? Kind : never;
}[UrnKind];

/** What an event can tell of, and so what search and lineage know. */
export type AssetKind = KindsWhere<'asset', true>;
const KINDS = Object.keys(NOUNS) as readonly UrnKind[];
export const isAssetKind = (kind: UrnKind): kind is AssetKind => NOUNS[kind].asset;
/** The subgraph whose events about an asset count; undefined for a kind that is no asset. */
export const ownerOf = (kind: UrnKind): SubgraphName | undefined => (isAssetKind(kind) ? NOUNS[kind].owner : undefined);
export const ASSET_KINDS: readonly AssetKind[] = KINDS.filter(isAssetKind);

/** The kinds that `node(id)` answers, with their type and who knows whether the node exists. */
export const NODE_KINDS: ReadonlyMap<UrnKind, { readonly type: string; readonly owner: SubgraphName }> = new Map(
  KINDS.flatMap((kind) => {
    const { type, owner } = NOUNS[kind];
    return type === null ? [] : [[kind, { type, owner }] as const];
  }),
);
