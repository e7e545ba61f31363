import type { UrnKind } from '../../../core/urn.ts';

export const SOURCES = ['feature', 'registry', 'experiment', 'monitoring'] as const;
export type Source = (typeof SOURCES)[number];

/** Which subgraph owns a kind, and so whose events about it count. */
const OWNER: Readonly<Record<UrnKind, Source>> = {
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

export const ownerOf = (kind: UrnKind): Source => OWNER[kind];
