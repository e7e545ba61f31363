/** What a key or a service identity may do: `<owner of the thing>:<verb>`. */
export const SCOPES = [
  'feature:read',
  'feature:write',
  'registry:read',
  'registry:write',
  'registry:traffic',
  'registry:webhooks',
  'registry:lineage',
  'experiment:read',
  'experiment:write',
  'experiment:evaluate',
  'experiment:ingest',
  'monitoring:read',
  'monitoring:write',
  'monitoring:ingest',
  'edge:predict',
  'edge:deliver',
  'events:read',
  'audit:read',
  'metrics:read',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What an edge node needs of the control plane. */
export const NODE_SCOPES = ['edge:deliver', 'feature:read', 'monitoring:ingest'] as const satisfies readonly Scope[];

/** What changes the control plane: never open to a public key. */
export const CHANGING_SCOPES: readonly Scope[] = [
  'feature:write',
  'registry:write',
  'registry:traffic',
  'registry:webhooks',
  'experiment:write',
  'monitoring:write',
];
