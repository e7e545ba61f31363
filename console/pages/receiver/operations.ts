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

/** Which receiver to try. */
export type TestReceiverInput = {
  /** The receiver. */
  readonly receiver: string;
};

export type ReceiverPageQueryVariables = Exact<{
  id: string;
  first: number;
  after?: string | null | undefined;
}>;


export type ReceiverPageQuery = { readonly receiver: { readonly id: string, readonly name: string, readonly kind: ReceiverKind, readonly target: string, readonly sendResolved: boolean, readonly createdBy: string, readonly createdAt: string, readonly notifications: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly title: string, readonly state: NotificationState, readonly alerts: number, readonly attempts: number, readonly answer: string | null, readonly firstAt: string, readonly nextAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type TryReceiverMutationVariables = Exact<{
  input: TestReceiverInput;
}>;


export type TryReceiverMutation = { readonly testReceiver: { readonly ok: boolean, readonly answer: string, readonly tookMs: number } | null };

export const ReceiverPage = operation<ReceiverPageQuery, ReceiverPageQueryVariables>(
  'query',
  'ReceiverPage',
  `sha256:ff14368ec49be7e572cab9507fb1d65b4c567c146d4ef85a536e92c0c3ce21d6`,
);

export const TryReceiver = operation<TryReceiverMutation, TryReceiverMutationVariables>(
  'mutation',
  'TryReceiver',
  `sha256:eabe3f89a323fbdd77348287693e17db08e2db468bb7468b40cef2ca35e4ec1f`,
);

