// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How urgent an alert of the rule is. */
export type AlertSeverity =
  | 'CRITICAL'
  | 'INFO'
  | 'WARNING';

/** Where a run of a policy stands. */
export type ResponseRunState =
  /** Its action is under way; `stage` says how far. */
  | 'ACTING'
  /** It waits for a person: approveResponseRun or rejectResponseRun. */
  | 'ASKING'
  /** All of its action is done. */
  | 'DONE'
  /** Nobody approved what it waited for in time. */
  | 'EXPIRED'
  /** Its trigger no longer held before anything was done. */
  | 'LAPSED'
  /** It would have acted, and only observes. */
  | 'OBSERVED'
  /** A person ended it. */
  | 'REJECTED'
  /** Its action came no further; the last step says why. */
  | 'STOPPED'
  /** It said what to do. */
  | 'SUGGESTED'
  /** A brake holds it; it is judged again. */
  | 'WAITING';

/** What somebody does in an incident. */
export type IncidentRole =
  /** Decides, and keeps the whole in view. */
  | 'COMMANDER'
  /** Tells those who are affected. */
  | 'COMMUNICATIONS'
  /** Looks for the cause and mends it. */
  | 'OPERATIONS'
  /** Keeps notes. */
  | 'SCRIBE';

/** Kinds of trouble; each can bring those after it. */
export type TroubleCause =
  /** The same inputs mean another outcome than before. */
  | 'CONCEPT_DRIFT'
  /** What comes in has changed. */
  | 'COVARIATE_SHIFT'
  /** Answers are slow, fail or stay away, or a node does. */
  | 'INFRASTRUCTURE'
  /** Nothing that is known here: give the rule a label `cause`. */
  | 'OTHER'
  /** Scores are worse than they were, and nothing before it is known. */
  | 'PERFORMANCE_LOSS'
  /** Features are missing or too old: mend what brings them, and do not retrain. */
  | 'PIPELINE_FAULT'
  /** How often each answer or outcome comes has changed. */
  | 'PRIOR_SHIFT';

/** Where an incident stands. RESOLVED: all of its alerts have ended, or a person said that it is over. */
export type IncidentStatus =
  | 'OPEN'
  | 'RESOLVED';

/** What happened in an incident. */
export type IncidentEntryKind =
  | 'ACKNOWLEDGED'
  | 'ALERT_ENDED'
  | 'ALERT_FIRED'
  | 'CAUSE_CHANGED'
  | 'MERGED'
  | 'NOTE'
  | 'OPENED'
  | 'REOPENED'
  | 'RESOLVED'
  | 'ROLE_GIVEN';

/** At what kind of thing an incident began. INPUT: a field of requests. RULE: nothing else is known of its alerts. */
export type IncidentOriginKind =
  | 'DEPLOYMENT'
  | 'EDGE_NODE'
  | 'FEATURE'
  | 'FEATURE_VIEW'
  | 'INPUT'
  | 'MODEL_VERSION'
  | 'RULE';

/** One command of an action, or what it waits for. */
export type ResponseStage =
  /** Has it approved by a standing approval, or waits until a person approves it. */
  | 'APPROVE'
  /** Waits for the pairs of the shadow, and judges them. */
  | 'COMPARE'
  /** Has the fallback answer. */
  | 'FALL_BACK'
  /** Pages people. */
  | 'PAGE'
  /** Waits for the rollout's verdicts. */
  | 'PROMOTE'
  /** Makes a release: what serves, with the new version in it. */
  | 'RELEASE'
  /** Asks the trainer. */
  | 'REQUEST'
  /** Goes back to the release before. */
  | 'ROLL_BACK'
  /** Starts the rollout. */
  | 'ROLL_OUT'
  /** Starts the shadow. */
  | 'SHADOW'
  /** Submits the version. */
  | 'SUBMIT'
  /** Waits for a version. */
  | 'TRAIN'
  /** Has its gates computed. */
  | 'VALIDATE';

/** Which incident the caller is on. */
export type AcknowledgeIncidentInput = {
  /** What is being done. */
  readonly comment: string;
  /** The incident, which is open. */
  readonly incident: string;
};

/** What is to be kept of an incident. */
export type AddIncidentNoteInput = {
  /** The incident, open or not. */
  readonly incident: string;
  /** What was found or done, up to 2,000 characters. */
  readonly note: string;
};

/** Who does what in an incident. */
export type GiveIncidentRoleInput = {
  /** The incident, open or not. */
  readonly incident: string;
  /** Who, as the audit names people: `user:ada`. The caller when left out. */
  readonly person?: string | null | undefined;
  /** What they do. One person at a time has a role. */
  readonly role: IncidentRole;
};

/** Which incident is over, and what it was. */
export type ResolveIncidentInput = {
  /** What it was and what was done, up to 2,000 characters. */
  readonly comment: string;
  /** Nothing was wrong: it counts among the false alarms. */
  readonly falseAlarm?: boolean | null | undefined;
  /** The incident, open or not: what one was that ended by itself can be said later. */
  readonly incident: string;
};

export type IncidentPageQueryVariables = Exact<{
  id: string;
}>;


export type IncidentPageQuery = { readonly incident: { readonly id: string, readonly title: string, readonly status: IncidentStatus, readonly cause: TroubleCause, readonly severity: AlertSeverity, readonly startedAt: string, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly resolvedAt: string | null, readonly mergedInto: string | null, readonly secondsToAcknowledge: number | null, readonly secondsToResolve: number | null, readonly origin: { readonly kind: IncidentOriginKind, readonly name: string, readonly id: string | null }, readonly resolution: { readonly by: string, readonly at: string, readonly comment: string, readonly falseAlarm: boolean } | null, readonly roles: ReadonlyArray<{ readonly role: IncidentRole, readonly person: string }>, readonly evidence: ReadonlyArray<{ readonly alert: string, readonly cause: TroubleCause, readonly text: string, readonly firedAt: string, readonly endedAt: string | null, readonly isComposite: boolean, readonly context: ReadonlyArray<{ readonly name: string, readonly value: number, readonly labels: ReadonlyArray<{ readonly name: string, readonly value: string }> }> }>, readonly timeline: ReadonlyArray<{ readonly at: string, readonly kind: IncidentEntryKind, readonly by: string | null, readonly text: string }>, readonly deployments: ReadonlyArray<{ readonly id: string }> } | null };

export type AcknowledgeIncidentMutationVariables = Exact<{
  input: AcknowledgeIncidentInput;
}>;


export type AcknowledgeIncidentMutation = { readonly acknowledgeIncident: { readonly incident: { readonly id: string } } | null };

export type ResolveIncidentMutationVariables = Exact<{
  input: ResolveIncidentInput;
}>;


export type ResolveIncidentMutation = { readonly resolveIncident: { readonly incident: { readonly id: string } } | null };

export type AddIncidentNoteMutationVariables = Exact<{
  input: AddIncidentNoteInput;
}>;


export type AddIncidentNoteMutation = { readonly addIncidentNote: { readonly incident: { readonly id: string } } | null };

export type GiveIncidentRoleMutationVariables = Exact<{
  input: GiveIncidentRoleInput;
}>;


export type GiveIncidentRoleMutation = { readonly giveIncidentRole: { readonly incident: { readonly id: string } } | null };

export type IncidentResponseQueryVariables = Exact<{
  id: string;
}>;


export type IncidentResponseQuery = { readonly responseRuns: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: ResponseRunState, readonly stage: ResponseStage | null, readonly author: string, readonly definition: unknown, readonly startedAt: string, readonly endedAt: string | null, readonly policy: { readonly id: string, readonly name: string } | null, readonly deployment: { readonly id: string }, readonly incident: { readonly id: string, readonly title: string } | null, readonly steps: ReadonlyArray<{ readonly text: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null };

export const IncidentPage = operation<IncidentPageQuery, IncidentPageQueryVariables>(
  'query',
  'IncidentPage',
  `sha256:38e5ab004e281239dcda47df739fc876e816e0906a1671a442d3e4a86aefaf3a`,
);

export const AcknowledgeIncident = operation<AcknowledgeIncidentMutation, AcknowledgeIncidentMutationVariables>(
  'mutation',
  'AcknowledgeIncident',
  `sha256:e2d0b50f027c7221efecd80bad2fdbe9a7de5c938dc6186d35098e4431b24a8e`,
);

export const ResolveIncident = operation<ResolveIncidentMutation, ResolveIncidentMutationVariables>(
  'mutation',
  'ResolveIncident',
  `sha256:ca09b9ffe5d7450d1911b7ca7ea51e6a03b4cc3755f1f2d1bae550647c71e596`,
);

export const AddIncidentNote = operation<AddIncidentNoteMutation, AddIncidentNoteMutationVariables>(
  'mutation',
  'AddIncidentNote',
  `sha256:d8517837ea5368ed961d5de868ec1b85fb1b5944695aff746a7f5607933a5ca9`,
);

export const GiveIncidentRole = operation<GiveIncidentRoleMutation, GiveIncidentRoleMutationVariables>(
  'mutation',
  'GiveIncidentRole',
  `sha256:f15c9fff53f332d21177ec6ded3dcefc8f20174082e8f2fa8afc867575769745`,
);

export const IncidentResponse = operation<IncidentResponseQuery, IncidentResponseQueryVariables>(
  'query',
  'IncidentResponse',
  `sha256:d11bd2c8986f06bb1cafda1e8396819a5f0d13f6d84031a7ee9bb10a80af449c`,
);

