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
