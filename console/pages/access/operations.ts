// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** What an id can name. */
export type AssetKind =
  | 'ALERT'
  | 'ALERT_RULE'
  | 'COLUMN'
  | 'DATASET'
  | 'DATASET_FIELD'
  | 'DEPLOYMENT'
  | 'EDGE_NODE'
  | 'ENDPOINT'
  | 'ENTITY'
  | 'EVENT_STREAM'
  | 'EXPERIMENT'
  | 'FEATURE'
  | 'FEATURE_SERVICE'
  | 'FEATURE_VIEW'
  | 'HOLDOUT'
  | 'INCIDENT'
  | 'JOB'
  | 'MATERIALIZATION'
  | 'METRIC'
  | 'MODEL'
  | 'MODEL_VERSION'
  | 'PREDICTION'
  | 'RELEASE'
  | 'RESPONSE_POLICY'
  | 'RESPONSE_RUN'
  | 'ROLLOUT'
  | 'SHADOW'
  | 'SOURCE'
  | 'TRAINING_SET';

/** ACTIVE, or DISABLED: it misses what happens meanwhile; what was pending waits. */
export type WebhookStatus =
  | 'ACTIVE'
  | 'DISABLED';

/** One webhook. */
export type WebhookInput = {
  /** The webhook. */
  readonly id: string;
};

export type KeysQueryVariables = Exact<{ [key: string]: never; }>;


export type KeysQuery = { readonly machineKeys: ReadonlyArray<{ readonly id: string, readonly owner: string | null, readonly scopes: ReadonlyArray<string>, readonly trust: string, readonly expiresAt: string | null }> | null };

export type HooksQueryVariables = Exact<{ [key: string]: never; }>;


export type HooksQuery = { readonly webhooks: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly url: string, readonly description: string, readonly status: WebhookStatus, readonly kinds: ReadonlyArray<AssetKind>, readonly createdBy: string, readonly nextTryAt: string | null, readonly failure: { readonly answer: string, readonly attempts: number, readonly since: string } | null } }> } | null };

export type TestHookMutationVariables = Exact<{
  input: WebhookInput;
}>;


export type TestHookMutation = { readonly testWebhook: { readonly ok: boolean, readonly answer: string } | null };

export const Keys = operation<KeysQuery, KeysQueryVariables>(
  'query',
  'Keys',
  `sha256:23d708f59c49a4887ebe3b80fb17581fa6c34773d109a1284a6cfe271a2e4faa`,
);

export const Hooks = operation<HooksQuery, HooksQueryVariables>(
  'query',
  'Hooks',
  `sha256:694845dec50f847c8c0a33f21065733b8af596f2d297069454571a4a98784769`,
);

export const TestHook = operation<TestHookMutation, TestHookMutationVariables>(
  'mutation',
  'TestHook',
  `sha256:6b6387737920817965c14ea0c3ea5183b8d50c722c17597037c8b3c5fe1b3312`,
);

