// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How somebody outside is notified of alerts. */
export type ReceiverKind =
  /** Mail. */
  | 'EMAIL'
  /** Events of PagerDuty's Events API v2, one for each alert. */
  | 'PAGERDUTY'
  /** A POST of a text, as Slack and its like show it. */
  | 'SLACK'
  /** A POST of Alertmanager's body, signed as Standard Webhooks says. */
  | 'WEBHOOK';

/** What became of a notification. FAILED: the receiver refused it for good. DEAD: it was tried for a day. */
export type NotificationState =
  | 'DEAD'
  | 'DELIVERED'
  | 'FAILED'
  | 'PENDING';

export type ReceiversPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ReceiversPageQuery = { readonly receivers: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly kind: ReceiverKind, readonly target: string, readonly sendResolved: boolean, readonly notifications: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly title: string, readonly state: NotificationState, readonly answer: string | null, readonly nextAt: string } }> } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type RoutingQueryVariables = Exact<{ [key: string]: never; }>;


export type RoutingQuery = { readonly alertRouting: { readonly revision: number, readonly config: string, readonly changedBy: string, readonly changedAt: string } | null };

export const ReceiversPage = operation<ReceiversPageQuery, ReceiversPageQueryVariables>(
  'query',
  'ReceiversPage',
  `sha256:51ed5e9be5d6abad2d05503f70793ec0ba6894f78e5dc800bd8b73cc1b43d514`,
);

export const Routing = operation<RoutingQuery, RoutingQueryVariables>(
  'query',
  'Routing',
  `sha256:5f1d01af793eb3cd72456d47783e04c9586aba33cd7fd5190f91eef54d789b8b`,
);

