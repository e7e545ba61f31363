// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app. */
export type Trust =
  | 'DEVICE'
  | 'SERVER';

export type NodePageQueryVariables = Exact<{
  id: string;
}>;


export type NodePageQuery = { readonly edgeNode: { readonly id: string, readonly name: string, readonly runtime: string, readonly trust: Trust, readonly stale: boolean, readonly firstSeenAt: string, readonly lastSeenAt: string, readonly reportedAt: string, readonly manifestRevision: number, readonly manifestAgeMs: number, readonly clockSkewMs: number, readonly memory: { readonly usedBytes: number, readonly limitBytes: number } | null, readonly serving: ReadonlyArray<{ readonly refused: string | null, readonly deployment: { readonly id: string } | null, readonly serving: ReadonlyArray<{ readonly release: string, readonly modelVersions: ReadonlyArray<{ readonly id: string }> }> }>, readonly accounting: { readonly answered: number, readonly stored: number, readonly queued: number, readonly dropped: number, readonly sampledOut: number, readonly refused: number, readonly difference: number, readonly balanced: boolean, readonly sinceHeartbeat: number, readonly reasons: ReadonlyArray<string>, readonly droppedByReason: ReadonlyArray<{ readonly name: string, readonly count: number }>, readonly refusedByReason: ReadonlyArray<{ readonly name: string, readonly count: number }> } } | null };

export const NodePage = operation<NodePageQuery, NodePageQueryVariables>(
  'query',
  'NodePage',
  `sha256:26ea89110ced2db209a1b046ad3d86da716596697d39042f2b7bbd0248f33e7b`,
);

