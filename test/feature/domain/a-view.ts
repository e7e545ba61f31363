import type { FeatureView } from '../../../subgraphs/feature/domain/feature-view.ts';

const LABELS = { description: '', owner: '', tags: [] } as const;

/** A view over one feature of each type, with two join keys. */
export const aView = (more: Partial<FeatureView> = {}): FeatureView => ({
  project: 'default',
  name: 'user_txn',
  version: 2,
  entity: 'user',
  joinKeys: [
    { name: 'user_id', dtype: 'STRING' },
    { name: 'shop', dtype: 'INT64' },
  ],
  source: 'transactions',
  eventColumn: 'happened',
  createdColumn: null,
  assumeUtc: false,
  ttlSeconds: 3_600,
  features: [
    { name: 'amount', dtype: 'FLOAT64', column: 'amount', window: null, network: null, description: '' },
    { name: 'count', dtype: 'INT64', column: 'count', window: null, network: null, description: '' },
    { name: 'country', dtype: 'STRING', column: 'country', window: null, network: null, description: '' },
    { name: 'is_new', dtype: 'BOOL', column: 'is_new', window: null, network: null, description: '' },
    { name: 'last_seen', dtype: 'TIMESTAMP', column: 'last_seen', window: null, network: null, description: '' },
  ],
  inputs: [],
  eventIdColumn: null,
  revision: 1,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  adoptedAt: null,
  ...LABELS,
  ...more,
});
