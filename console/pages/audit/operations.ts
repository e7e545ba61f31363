// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** WHOLE; BROKEN; UNREACHABLE: the subgraph does not answer, and nothing is known. */
export type AuditChainState =
  | 'BROKEN'
  | 'UNREACHABLE'
  | 'WHOLE';

/** Whose audit chain. */
export type AuditSubgraph =
  | 'EXPERIMENT'
  | 'FEATURE'
  | 'MONITORING'
  | 'REGISTRY';

export type AuditPageQueryVariables = Exact<{
  subgraphs?: ReadonlyArray<AuditSubgraph> | AuditSubgraph | null | undefined;
  first: number;
  after?: string | null | undefined;
  action?: string | null | undefined;
  actor?: string | null | undefined;
  subject?: string | null | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
}>;


export type AuditPageQuery = { readonly auditRecords: { readonly edges: ReadonlyArray<{ readonly node: { readonly subgraph: AuditSubgraph, readonly seq: number, readonly action: string, readonly actor: string, readonly actorRoles: ReadonlyArray<string>, readonly onBehalfOf: string | null, readonly subject: string, readonly at: string, readonly reason: string | null, readonly rule: string | null, readonly requestId: string, readonly hash: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type VerdictQueryVariables = Exact<{ [key: string]: never; }>;


export type VerdictQuery = { readonly verifyAudit: { readonly ok: boolean, readonly why: string | null, readonly checked: number, readonly chains: ReadonlyArray<{ readonly subgraph: AuditSubgraph, readonly state: AuditChainState, readonly checked: number, readonly checkpointedTo: number, readonly firstBadSeq: number | null, readonly why: string | null }>, readonly checkpoints: { readonly ok: boolean, readonly count: number, readonly newestAt: string | null, readonly why: string | null } } | null };

export const AuditPage = operation<AuditPageQuery, AuditPageQueryVariables>(
  'query',
  'AuditPage',
  `sha256:8d850ab4464b76e19f31d2d5c69617448a0f544da8c5a7ccac3725a8d11d66c9`,
);

export const Verdict = operation<VerdictQuery, VerdictQueryVariables>(
  'query',
  'Verdict',
  `sha256:019e983e0853bb11ffb964e97dd6ced100b5602a9869fc914d3efadce6990c8b`,
);

