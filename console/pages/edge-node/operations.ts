// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app. */
export type Trust =
  | 'DEVICE'
  | 'SERVER';

/** How a detector of a recipe stands on a node. */
export type DetectorState =
  /** After its rest: the models answer again, and it looks at them anew. */
  | 'CHECKING'
  /** What it measured is above its limit; with FALL_BACK the fallback answers. */
  | 'TRIPPED'
  /** What it measures is within its limit, or there were too few answers so far. */
  | 'WATCHING';

export type NodePageQueryVariables = Exact<{
  id: string;
}>;


export type NodePageQuery = { readonly edgeNode: { readonly id: string, readonly name: string, readonly runtime: string, readonly trust: Trust, readonly stale: boolean, readonly firstSeenAt: string, readonly lastSeenAt: string, readonly reportedAt: string, readonly manifestRevision: number, readonly manifestAgeMs: number, readonly clockSkewMs: number, readonly memory: { readonly usedBytes: number, readonly limitBytes: number } | null, readonly serving: ReadonlyArray<{ readonly refused: string | null, readonly deployment: { readonly id: string } | null, readonly serving: ReadonlyArray<{ readonly release: string, readonly modelVersions: ReadonlyArray<{ readonly id: string }>, readonly detectors: ReadonlyArray<{ readonly name: string, readonly state: DetectorState, readonly since: string, readonly figure: number | null, readonly limit: number, readonly answers: number }> }> }>, readonly accounting: { readonly answered: number, readonly stored: number, readonly queued: number, readonly dropped: number, readonly sampledOut: number, readonly refused: number, readonly difference: number, readonly balanced: boolean, readonly sinceHeartbeat: number, readonly reasons: ReadonlyArray<string>, readonly droppedByReason: ReadonlyArray<{ readonly name: string, readonly count: number }>, readonly refusedByReason: ReadonlyArray<{ readonly name: string, readonly count: number }> } } | null };

export const NodePage = operation<NodePageQuery, NodePageQueryVariables>(
  'query',
  'NodePage',
  `sha256:952572404c36d81d164e08830c6c30dd80e220e0c546a16036b9d19d8646f2a9`,
);

