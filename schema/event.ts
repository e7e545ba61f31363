import * as z from 'zod';
import { URN_KINDS } from '../core/urn.ts';
import { Dtype, Instant } from './common.ts';

/** How one asset stands to another that it comes from. */
export const RELATIONS = [
  'DERIVED_FROM',
  'CONTAINS',
  'READS',
  'TRAINED_ON',
  'SERVES',
  'DEPLOYS',
  'RUNS_ON',
  'WATCHES',
] as const;

/** What search and lineage know of any asset, whatever its kind. */
const Asset = z.strictObject({
  name: z.string(),
  description: z.string().default(''),
  owner: z.string().nullable().default(null),
  tags: z.array(z.string()).default([]),
  /** Pinned ids that this asset comes from; edges run from them to it. */
  upstream: z.array(z.strictObject({ urn: z.string(), relation: z.enum(RELATIONS) })).default([]),
  /** Ids that come from this asset and do not tell so themselves: what a job writes. */
  downstream: z.array(z.strictObject({ urn: z.string(), relation: z.enum(RELATIONS) })).default([]),
});

/** One fact of a subgraph's feed: the subject's full snapshot. The newest revision alone suffices. */
export const AssetEvent = z.strictObject({
  urn: z.string(),
  kind: z.enum(URN_KINDS),
  project: z.string(),
  revision: z.int().positive(),
  at: Instant,
  deleted: z.boolean().default(false),
  asset: Asset,
  /** The kind's own fields; see the snapshots below for those that other subgraphs read. */
  data: z.record(z.string(), z.unknown()).default({}),
});
export type AssetEvent = z.infer<typeof AssetEvent>;
export type AssetEventInput = z.input<typeof AssetEvent>;

/** An alert under a silence, or an incident of such alerts alone: the index knows it, and nobody outside is told. */
export const isSilenced = ({ kind, data }: AssetEvent): boolean =>
  (kind === 'alert' || kind === 'incident') && data['silenced'] === true;

/** `data` of a feature-service event: registry freezes it into releases. */
export const FeatureServiceSnapshot = z.object({
  views: z.array(
    z.object({
      view: z.string(),
      name: z.string(),
      version: z.int().positive(),
      joinKeys: z.array(z.object({ name: z.string(), dtype: Dtype })),
      ttlMs: z.int().nonnegative(),
      features: z.array(z.object({ name: z.string(), dtype: Dtype, feature: z.string() })),
    }),
  ),
});

/** A release as other subgraphs follow it: its digest and the model versions that it runs. */
const ServedRelease = z.object({ release: z.string(), modelVersions: z.array(z.string()) });

/** A layer of traffic that decides about whoever asks before the allocation does. */
const LayerAhead = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('KILL') }),
  z.object({ kind: z.literal('HOLDOUT'), seed: z.string(), unit: z.string(), share: z.number() }),
  z.object({ kind: z.literal('VARIANT'), field: z.string(), values: z.array(z.string()) }),
]);
export type LayerAhead = z.infer<typeof LayerAhead>;

/** `data` of a deployment event: experiment and monitoring follow what serves. */
export const DeploymentSnapshot = z.object({
  endpoint: z.string(),
  environment: z.string(),
  trafficRevision: z.int().nonnegative(),
  live: ServedRelease.nullable(),
  allocation: z
    .object({
      holder: z.string(),
      arms: z.array(ServedRelease.extend({ arm: z.string() })),
    })
    .nullable(),
  ahead: z.array(LayerAhead).default([]),
  shadow: ServedRelease.extend({ holder: z.string() }).nullable().default(null),
});
export type DeploymentSnapshot = z.infer<typeof DeploymentSnapshot>;

/** `data` of an alert event: webhooks say in words what it means. */
export const AlertSnapshot = z.object({
  rule: z.string(),
  ruleName: z.string(),
  deployment: z.string().nullable(),
  status: z.string(),
  severity: z.string(),
  /** Of the series that it is about. */
  fingerprint: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  /** A rule has a signal with a threshold, or an expression. */
  signal: z.string().nullable(),
  expression: z.string().nullable(),
  feature: z.string().nullable(),
  comparison: z.enum(['>', '>=', '<', '<=', '==', '!=']).nullable(),
  threshold: z.number().nullable(),
  /** Null where there was too little data. */
  value: z.number().nullable(),
  /** What a signal's value is of. */
  windowFrom: Instant.nullable(),
  windowTo: Instant.nullable(),
  activeAt: Instant,
  firedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  silenced: z.boolean(),
});
export type AlertSnapshot = z.infer<typeof AlertSnapshot>;

/** `data` of an incident event. */
export const IncidentSnapshot = z.object({
  status: z.enum(['OPEN', 'RESOLVED']),
  cause: z.string(),
  severity: z.string(),
  origin: z.object({ kind: z.string(), name: z.string(), id: z.string().nullable() }),
  deployments: z.array(z.string()),
  alerts: z.int().nonnegative(),
  openAlerts: z.int().nonnegative(),
  startedAt: Instant,
  acknowledgedAt: Instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  resolvedAt: Instant.nullable(),
  /** Null where nobody said what it was. */
  falseAlarm: z.boolean().nullable(),
  /** What happened last, in words. */
  lastEntry: z.string(),
  silenced: z.boolean(),
});
export type IncidentSnapshot = z.infer<typeof IncidentSnapshot>;

/** `data` of a response-policy event. */
export const ResponsePolicySnapshot = z.object({
  deployment: z.string(),
  level: z.string(),
  /** What it does: RETRAIN, PAGE and others. */
  action: z.string(),
  state: z.enum(['IN_FORCE', 'PAUSED', 'BREAKER_OPEN']),
  /** Why it does nothing; null while it is in force. */
  reason: z.string().nullable(),
  /** On whose behalf it acts. */
  author: z.string(),
});
export type ResponsePolicySnapshot = z.infer<typeof ResponsePolicySnapshot>;

/** `data` of a response-run event. */
export const ResponseRunSnapshot = z.object({
  policy: z.string(),
  policyRevision: z.int().positive(),
  /** Null: its trigger is a condition on indicators. */
  incident: z.string().nullable(),
  deployment: z.string(),
  level: z.string(),
  action: z.string(),
  state: z.string(),
  stage: z.string().nullable(),
  author: z.string(),
  startedAt: Instant,
  endedAt: Instant.nullable(),
  /** When it is too late to approve what it waits for. */
  expiresAt: Instant.nullable(),
  modelVersion: z.string().nullable(),
  release: z.string().nullable(),
  shadow: z.string().nullable(),
  rollout: z.string().nullable(),
  /** What it went through last, in words. */
  lastStep: z.string(),
});
export type ResponseRunSnapshot = z.infer<typeof ResponseRunSnapshot>;

/** `data` of a training-set event. */
export const TrainingSetSnapshot = z.object({
  service: z.string().nullable(),
  rows: z.int().nonnegative(),
  contentHash: z.string(),
  columns: z.array(z.object({ name: z.string(), dtype: Dtype })),
});
