// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How urgent an alert of the rule is. */
export type AlertSeverity =
  | 'CRITICAL'
  | 'INFO'
  | 'WARNING';

/** Where an incident stands. RESOLVED: all of its alerts have ended, or a person said that it is over. */
export type IncidentStatus =
  | 'OPEN'
  | 'RESOLVED';

export type IncidentsPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  status?: IncidentStatus | null | undefined;
  deployment?: string | null | undefined;
}>;


export type IncidentsPageQuery = { readonly incidents: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly title: string, readonly status: IncidentStatus, readonly severity: AlertSeverity, readonly startedAt: string, readonly acknowledgedBy: string | null, readonly resolvedAt: string | null, readonly secondsToResolve: number | null, readonly resolution: { readonly by: string, readonly falseAlarm: boolean } | null, readonly evidence: ReadonlyArray<{ readonly alert: string, readonly endedAt: string | null }>, readonly deployments: ReadonlyArray<{ readonly id: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export const IncidentsPage = operation<IncidentsPageQuery, IncidentsPageQueryVariables>(
  'query',
  'IncidentsPage',
  `sha256:8829450f60159a6e706665fd8f06734d46f407c064b92f2b72c792fc7dd88756`,
);

