// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** What a guardrail has shown. */
export type GuardrailState =
  /** The candidate is worse by more than is accepted. */
  | 'HARMED'
  /** It is not, at any look; of a step that is over: no harm has been shown. */
  | 'HELD'
  /** No unit of an arm has a value. */
  | 'NO_DATA'
  /** The units allow both. */
  | 'UNDECIDED';

/** What a check has found. */
export type CheckState =
  /** It is not. */
  | 'FAILED'
  /** Nothing that says so: it is not taken for good. */
  | 'NO_DATA'
  /** It is within its limit. */
  | 'PASSED';

/** What becomes of a step that has not shown enough when its longest time is over. */
export type RolloutExpiry =
  /** It goes on if every guardrail is within its margin as far as it goes, else it is rolled back. */
  | 'CONTINUE_WITHIN_MARGIN'
  /** It stays until a person decides. */
  | 'HOLD'
  /** The traffic is given back. */
  | 'ROLL_BACK';

/** Where a rollout stands in its life. */
export type RolloutStatus =
  /** The candidate answers by default. */
  | 'COMPLETED'
  /** Described; no unit meets the candidate. */
  | 'DRAFT'
  /** The traffic was given back: what answered before answers all. */
  | 'ROLLED_BACK'
  /** A step is in force. */
  | 'RUNNING';

/** A step of an experiment, shadow or rollout that the registry has to do, since it alone moves traffic. */
export type StudyStep =
  | 'ADVANCE'
  | 'CHANGE_SPLIT'
  | 'PROMOTE'
  | 'REVISE'
  | 'ROLL_BACK'
  | 'START'
  | 'STOP';

/** What a margin is measured in. */
export type MarginKind =
  /** In the metric's own unit. */
  | 'ABSOLUTE'
  /** As a share of the control's value. */
  | 'RELATIVE';

/** What the evidence comes to. */
export type RolloutVerdictWord =
  /** Every guardrail is shown to hold: the next step, or the candidate becomes the default. */
  | 'CONTINUE'
  /** The data cannot be believed, or a person is asked: nothing moves. */
  | 'HOLD'
  /** The candidate is shown to harm, or its time is over: the traffic is given back. */
  | 'ROLLBACK'
  /** Not enough is shown yet: how much is missing is said. */
  | 'WAIT';

/** What a blue-green switch looks at. */
export type SwitchCheck =
  /** The share of requests without an answer, or with a fallback’s: of the control before the switch, of the candidate after it. */
  | 'ERRORS'
  /** The values of features that the candidate reads are fresh; before the switch nodes read them for requests that the control answers. */
  | 'FEATURES'
  /** The node is heard by monitoring, and hears the registry. */
  | 'HEARD'
  /** The 99th percentile of the answers: of the control before the switch, of the candidate after it. */
  | 'LATENCY'
  /** The node uses no more of its memory than is allowed. */
  | 'MEMORY'
  /** Both releases are loaded on the node, and proven by their golden rows there. */
  | 'READY'
  /** Requests a second: what warm runs of the candidate on all nodes come to before the switch, and its answers after it. */
  | 'THROUGHPUT'
  /** Warm runs of the candidate on the node stay under the ceiling; before the switch. */
  | 'WARM_LATENCY';

/** Which rollout, and why. */
export type ReasonedRolloutInput = {
  /** Why; it stays on record. */
  readonly reason: string;
  /** The rollout. */
  readonly rollout: string;
};

/** Which rollout. */
export type RolloutInput = {
  /** The rollout. */
  readonly rollout: string;
};

export type RolloutPageQueryVariables = Exact<{
  id: string;
}>;


export type RolloutPageQuery = { readonly rollout: { readonly id: string, readonly name: string, readonly status: RolloutStatus, readonly hypothesis: string, readonly description: string, readonly alpha: number, readonly unit: string, readonly step: number, readonly onExpiry: RolloutExpiry, readonly pendingStep: StudyStep | null, readonly leaseLostAt: string | null, readonly createdAt: string, readonly createdBy: string, readonly endedAt: string | null, readonly deployment: { readonly id: string } | null, readonly candidate: { readonly id: string } | null, readonly control: { readonly id: string } | null, readonly paused: { readonly at: string, readonly by: string, readonly reason: string } | null, readonly blueGreen: { readonly windowSeconds: number, readonly minAnswers: number, readonly maxErrorShare: number, readonly maxP99Ms: number, readonly maxMemoryShare: number, readonly minPerSecond: number | null, readonly maxStaleShare: number | null, readonly nodes: ReadonlyArray<string> } | null, readonly guardrails: ReadonlyArray<{ readonly metric: string, readonly revision: number, readonly margin: number | null, readonly marginKind: MarginKind, readonly segment: string | null }>, readonly steps: ReadonlyArray<{ readonly number: number, readonly weight: number, readonly minSamples: number, readonly minMinutes: number, readonly maxMinutes: number | null, readonly bakeMinutes: number, readonly approval: boolean, readonly approvedBy: string | null, readonly startedAt: string | null, readonly passedAt: string | null, readonly endedAt: string | null }> } | null };

export type RolloutNowQueryVariables = Exact<{
  id: string;
}>;


export type RolloutNowQuery = { readonly rollout: { readonly id: string, readonly evaluation: { readonly verdict: RolloutVerdictWord, readonly reasons: ReadonlyArray<string>, readonly missing: number | null, readonly about: string | null, readonly findings: ReadonlyArray<{ readonly guardrail: string, readonly segment: string | null, readonly step: number, readonly state: GuardrailState, readonly control: number | null, readonly candidate: number | null, readonly worse: number | null, readonly accepted: number | null, readonly bounds: { readonly lower: number, readonly upper: number } | null }>, readonly checks: ReadonlyArray<{ readonly check: SwitchCheck, readonly node: string | null, readonly state: CheckState, readonly value: number | null, readonly limit: number | null, readonly detail: string }> } | null } | null };

export type RolloutLiveSubscriptionVariables = Exact<{
  id: string;
  everySeconds: number;
}>;


export type RolloutLiveSubscription = { readonly rolloutChanged: { readonly revision: number, readonly rollout: { readonly id: string, readonly evaluation: { readonly verdict: RolloutVerdictWord, readonly reasons: ReadonlyArray<string>, readonly missing: number | null, readonly about: string | null, readonly findings: ReadonlyArray<{ readonly guardrail: string, readonly segment: string | null, readonly step: number, readonly state: GuardrailState, readonly control: number | null, readonly candidate: number | null, readonly worse: number | null, readonly accepted: number | null, readonly bounds: { readonly lower: number, readonly upper: number } | null }>, readonly checks: ReadonlyArray<{ readonly check: SwitchCheck, readonly node: string | null, readonly state: CheckState, readonly value: number | null, readonly limit: number | null, readonly detail: string }> } | null } | null } | null };

export type StandFieldsFragment = { readonly id: string, readonly evaluation: { readonly verdict: RolloutVerdictWord, readonly reasons: ReadonlyArray<string>, readonly missing: number | null, readonly about: string | null, readonly findings: ReadonlyArray<{ readonly guardrail: string, readonly segment: string | null, readonly step: number, readonly state: GuardrailState, readonly control: number | null, readonly candidate: number | null, readonly worse: number | null, readonly accepted: number | null, readonly bounds: { readonly lower: number, readonly upper: number } | null }>, readonly checks: ReadonlyArray<{ readonly check: SwitchCheck, readonly node: string | null, readonly state: CheckState, readonly value: number | null, readonly limit: number | null, readonly detail: string }> } | null };

export type FindingFieldsFragment = { readonly guardrail: string, readonly segment: string | null, readonly step: number, readonly state: GuardrailState, readonly control: number | null, readonly candidate: number | null, readonly worse: number | null, readonly accepted: number | null, readonly bounds: { readonly lower: number, readonly upper: number } | null };

export type RolloutVerdictsQueryVariables = Exact<{
  id: string;
  first: number;
  after?: string | null | undefined;
}>;


export type RolloutVerdictsQuery = { readonly rollout: { readonly id: string, readonly verdicts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly number: number, readonly at: string, readonly step: number, readonly verdict: RolloutVerdictWord, readonly reasons: ReadonlyArray<string>, readonly replays: boolean } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type StartRolloutItMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type StartRolloutItMutation = { readonly startRollout: { readonly rollout: { readonly id: string } } | null };

export type ApproveStepItMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type ApproveStepItMutation = { readonly approveRolloutStep: { readonly rollout: { readonly id: string } } | null };

export type ResumeItMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type ResumeItMutation = { readonly resumeRollout: { readonly rollout: { readonly id: string } } | null };

export type PauseItMutationVariables = Exact<{
  input: ReasonedRolloutInput;
}>;


export type PauseItMutation = { readonly pauseRollout: { readonly rollout: { readonly id: string } } | null };

export type SkipStepItMutationVariables = Exact<{
  input: ReasonedRolloutInput;
}>;


export type SkipStepItMutation = { readonly skipRolloutStep: { readonly rollout: { readonly id: string } } | null };

export type PromoteRolloutItMutationVariables = Exact<{
  input: ReasonedRolloutInput;
}>;


export type PromoteRolloutItMutation = { readonly promoteRollout: { readonly rollout: { readonly id: string } } | null };

export type AbortItMutationVariables = Exact<{
  input: ReasonedRolloutInput;
}>;


export type AbortItMutation = { readonly abortRollout: { readonly rollout: { readonly id: string } } | null };

export const RolloutPage = operation<RolloutPageQuery, RolloutPageQueryVariables>(
  'query',
  'RolloutPage',
  `sha256:169f9e40e1802459c12c6dadcd7fcb89dd5966d18a699e57b57a5d91482cab9a`,
);

export const RolloutNow = operation<RolloutNowQuery, RolloutNowQueryVariables>(
  'query',
  'RolloutNow',
  `sha256:411f60bac4a90efb3a2e4062b07393d713c6df198e1f94217032be9e1a3fda00`,
);

export const RolloutLive = operation<RolloutLiveSubscription, RolloutLiveSubscriptionVariables>(
  'subscription',
  'RolloutLive',
  `sha256:c05ec5b16d254996b84223288e585b1d7a3dd368ef2f00549bc63d1e06697369`,
);

export const RolloutVerdicts = operation<RolloutVerdictsQuery, RolloutVerdictsQueryVariables>(
  'query',
  'RolloutVerdicts',
  `sha256:5e0509ff404ad72db958b678ec7072cb1a8a6b8b565f0f9c155430544fd5f94d`,
);

export const StartRolloutIt = operation<StartRolloutItMutation, StartRolloutItMutationVariables>(
  'mutation',
  'StartRolloutIt',
  `sha256:d9796f058f0531cfa11be5b1cfef32f6f3fb5a562a8d08f8c4574c392ab92d38`,
);

export const ApproveStepIt = operation<ApproveStepItMutation, ApproveStepItMutationVariables>(
  'mutation',
  'ApproveStepIt',
  `sha256:b9d811dfd76497e0c9d415061274807e08938943101c59c36c084d8ebe5ccbb1`,
);

export const ResumeIt = operation<ResumeItMutation, ResumeItMutationVariables>(
  'mutation',
  'ResumeIt',
  `sha256:433c481013c06ad307d1017c494af2d6d5d6f026585af81a2f69a89ecc61ab01`,
);

export const PauseIt = operation<PauseItMutation, PauseItMutationVariables>(
  'mutation',
  'PauseIt',
  `sha256:07741153e9f28e6010e5f7d145f83522770d55322d4d01c90c81a0f82718fe7b`,
);

export const SkipStepIt = operation<SkipStepItMutation, SkipStepItMutationVariables>(
  'mutation',
  'SkipStepIt',
  `sha256:0f20c6e94eabed9dabb75090774a4274584fb1351272ac9a4de550a6a59738de`,
);

export const PromoteRolloutIt = operation<PromoteRolloutItMutation, PromoteRolloutItMutationVariables>(
  'mutation',
  'PromoteRolloutIt',
  `sha256:173091cdf4e147bea17aa42685427098347234277f7bb6649eed5f9f754e4780`,
);

export const AbortIt = operation<AbortItMutation, AbortItMutationVariables>(
  'mutation',
  'AbortIt',
  `sha256:e8399bbabeb3cae2276928a71017f98b5183dba2c972b2f8f7b3cca882c94509`,
);

