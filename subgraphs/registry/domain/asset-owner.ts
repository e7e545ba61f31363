import { URN_KINDS, type UrnKind } from '../../../core/urn.ts';

export const SOURCES = ['feature', 'registry', 'experiment', 'monitoring'] as const;
export type Source = (typeof SOURCES)[number];

/** What an event can tell of. A webhook has an id and is no asset: its URL may be a secret. */
export type AssetKind = Exclude<UrnKind, 'webhook'>;
export const ASSET_KINDS: readonly AssetKind[] = URN_KINDS.filter((kind) => kind !== 'webhook');

/** Which subgraph owns a kind, and so whose events about it count. */
const OWNER: Readonly<Record<AssetKind, Source>> = {
  entity: 'feature',
  source: 'feature',
  column: 'feature',
  'feature-view': 'feature',
  feature: 'feature',
  'feature-service': 'feature',
  'training-set': 'feature',
  materialization: 'feature',
  model: 'registry',
  'model-version': 'registry',
  endpoint: 'registry',
  deployment: 'registry',
  release: 'registry',
  experiment: 'experiment',
  shadow: 'experiment',
  prediction: 'monitoring',
  'alert-rule': 'monitoring',
  alert: 'monitoring',
  'edge-node': 'monitoring',
};

/** Undefined for what is no asset. */
export const ownerOf = (kind: UrnKind): Source | undefined => (kind === 'webhook' ? undefined : OWNER[kind]);
