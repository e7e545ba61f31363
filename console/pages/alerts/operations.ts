// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How urgent an alert of the rule is. */
export type AlertSeverity =
  | 'CRITICAL'
  | 'INFO'
  | 'WARNING';

/** Where an alert stands. INACTIVE: its condition ended before it fired. */
export type AlertStatus =
  | 'FIRING'
  | 'INACTIVE'
  | 'PENDING'
  | 'RESOLVED';

/** How a value is held against the threshold. A value equal to the threshold is not ABOVE it. */
export type AlertComparison =
  | 'ABOVE'
  | 'AT_LEAST'
  | 'AT_MOST'
  | 'BELOW';

/** What an alert rule watches on its deployment. */
export type AlertSignal =
  /** Stored answers per minute. */
  | 'ANSWER_RATE'
  /** Area under the ROC curve of the predictions that have an outcome. */
  | 'AUC'
  /** Brier score of the predictions that have an outcome. */
  | 'BRIER'
  /** Share of the answers that a fallback gave. */
  | 'FALLBACK_RATE'
  /** Share of predictions for which one feature had no present value. */
  | 'FEATURE_MISSING_RATE'
  /** PSI of one feature between the baseline window and the current one. From profiles where nodes counted just the stored answers of both: each number then stands for one of 256 bins, at four decades within 4 % of it. */
  | 'FEATURE_PSI'
  /** PSI of the score between the baseline window and the current one. From profiles where nodes counted just the stored answers of both: each number then stands for one of 256 bins, at four decades within 4 % of it. */
  | 'SCORE_PSI';

/** Of which alerts nobody is notified, and how long. */
export type CreateSilenceInput = {
  /** Why: the next one on duty will ask. */
  readonly comment: string;
  /** Only alerts about this deployment. */
  readonly deployment?: string | null | undefined;
  /** When it ends, at most 366 days later. */
  readonly endsAt: string;
  /** Only alerts whose labels meet all of these: `city="pune"`, with =, !=, =~ or !~, as in Alertmanager. */
  readonly matchers?: ReadonlyArray<string> | null | undefined;
  /** Only alerts of this rule. */
  readonly rule?: string | null | undefined;
  /** When it starts, as a maintenance window; now unless given. */
  readonly startsAt?: string | null | undefined;
};

/** Which silence to end. */
export type EndSilenceInput = {
  /** The silence. */
  readonly silence: string;
};

export type AlertsPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  status?: AlertStatus | null | undefined;
  rule?: string | null | undefined;
}>;


export type AlertsPageQuery = { readonly alerts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly status: AlertStatus, readonly severity: AlertSeverity, readonly silenced: boolean, readonly value: number | null, readonly activeAt: string, readonly firedAt: string | null, readonly endedAt: string | null, readonly deployment: { readonly id: string } | null, readonly incident: { readonly id: string, readonly title: string } | null, readonly rule: { readonly id: string, readonly name: string, readonly signal: AlertSignal | null, readonly comparison: AlertComparison | null, readonly threshold: number | null } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type AlertRulesQueryVariables = Exact<{ [key: string]: never; }>;


export type AlertRulesQuery = { readonly alertRules: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly description: string, readonly signal: AlertSignal | null, readonly expression: string | null, readonly feature: string | null, readonly comparison: AlertComparison | null, readonly threshold: number | null, readonly severity: AlertSeverity, readonly value: number | null, readonly evaluatedAt: string | null, readonly deployment: { readonly id: string } | null } }> } | null };

export type OpenSilencesQueryVariables = Exact<{ [key: string]: never; }>;


export type OpenSilencesQuery = { readonly silences: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly comment: string, readonly createdBy: string, readonly startsAt: string, readonly endsAt: string, readonly rule: { readonly id: string, readonly name: string } | null, readonly deployment: { readonly id: string } | null } }> } | null };

export type SilenceMutationVariables = Exact<{
  input: CreateSilenceInput;
}>;


export type SilenceMutation = { readonly createSilence: { readonly silence: { readonly id: string } } | null };

export type EndTheSilenceMutationVariables = Exact<{
  input: EndSilenceInput;
}>;


export type EndTheSilenceMutation = { readonly endSilence: { readonly silence: { readonly id: string } } | null };

export const AlertsPage = operation<AlertsPageQuery, AlertsPageQueryVariables>(
  'query',
  'AlertsPage',
  `sha256:f324bd3aad6a6ddff33874f8c855507e7f5f0fada3f14e84b2ff7a28e12d33ce`,
);

export const AlertRules = operation<AlertRulesQuery, AlertRulesQueryVariables>(
  'query',
  'AlertRules',
  `sha256:ea4e1863b2b2ff151aa9e0a6d9bf01951e5a43ac44bedec724db47418f3577d5`,
);

export const OpenSilences = operation<OpenSilencesQuery, OpenSilencesQueryVariables>(
  'query',
  'OpenSilences',
  `sha256:d1391a45286350fdbe3f84289f801fa25e5d7ddc8242251c0c928181898d41bd`,
);

export const Silence = operation<SilenceMutation, SilenceMutationVariables>(
  'mutation',
  'Silence',
  `sha256:3a7e23e7fbdc46cd2b80c66c2c28dde00810246023367e720f2672c58ff725d9`,
);

export const EndTheSilence = operation<EndTheSilenceMutation, EndTheSilenceMutationVariables>(
  'mutation',
  'EndTheSilence',
  `sha256:34a9e1771b86f200501479eb1312e8a2a2c4557430e976ccf1037e5883425190`,
);

