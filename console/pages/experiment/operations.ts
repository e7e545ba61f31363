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

/** Whether an effect is a difference (ABSOLUTE) or a share of the baseline (RELATIVE). */
export type MdeKind =
  | 'ABSOLUTE'
  | 'RELATIVE';

/** Where an experiment stands in its life. A stopped one never runs again. */
export type ExperimentStatus =
  | 'ARCHIVED'
  | 'DECIDED'
  | 'DRAFT'
  | 'RUNNING'
  | 'STOPPED';

/** A step of an experiment, shadow or rollout that the registry has to do, since it alone moves traffic. */
export type StudyStep =
  | 'ADVANCE'
  | 'CHANGE_SPLIT'
  | 'PROMOTE'
  | 'REVISE'
  | 'ROLL_BACK'
  | 'START'
  | 'STOP';

/** What the analysis comes to. */
export type Recommendation =
  /** Fewer units than planned: nothing is called yet. */
  | 'CONTINUE'
  /** The units themselves are wrong: nothing can be read from them. */
  | 'INVALID'
  /** The control stays. */
  | 'KEEP'
  /** An arm is better at the planned size, and all of its guardrails hold. */
  | 'SHIP';

/** What a margin is measured in. */
export type MarginKind =
  /** In the metric's own unit. */
  | 'ABSOLUTE'
  /** As a share of the control's value. */
  | 'RELATIVE';

/** What decides: PROPORTION without a metric is the share of units with at least one positive outcome. */
export type ExperimentMetricKind =
  | 'COUNT'
  | 'MEAN'
  | 'PROPORTION'
  | 'RATIO';

/** Another split of an experiment. */
export type ChangeExperimentSplitInput = {
  /** The revision of the experiment that was read. */
  readonly expectedRevision: number;
  /** The experiment. */
  readonly experiment: string;
  /** The share of every arm; they sum to at most 1. */
  readonly shares: ReadonlyArray<ExperimentShareInput>;
};

/** How a stopped experiment is decided. */
export type DecideExperimentInput = {
  /** Which arm ships; needed where there are several to choose from. */
  readonly arm?: string | null | undefined;
  /** The experiment. */
  readonly experiment: string;
  /** Why; it stays on record, next to what the analysis recommended. */
  readonly reason: string;
  /** Whether an arm ships. This moves no traffic. */
  readonly ships: boolean;
};

/** A metric that no arm may break that ships. */
export type ExperimentGuardrailInput = {
  /** How much worse is accepted; the metric's own margin if left out. */
  readonly margin?: number | null | undefined;
  /** What the margin is measured in; as the metric says if left out. */
  readonly marginKind?: MarginKind | null | undefined;
  /** The metric. */
  readonly metric: string;
  /** Which revision of it; the newest if left out. */
  readonly revision?: number | null | undefined;
};

/** Which experiment. */
export type ExperimentInput = {
  /** The experiment. */
  readonly experiment: string;
};

/** A metric that is compared as well, and decides nothing. */
export type ExperimentMetricInput = {
  /** The metric. */
  readonly metric: string;
  /** Which revision of it; the newest if left out. */
  readonly revision?: number | null | undefined;
};

/** One arm's part of a new split. */
export type ExperimentShareInput = {
  /** The arm. */
  readonly arm: string;
  /** Its share of all units. */
  readonly share: number;
};

/** What to change of an experiment; what is left out stays. What it compares by, the primary metric, the unit and the arms never change. */
export type ReviseExperimentInput = {
  /** The revision of the experiment that was read. */
  readonly expectedRevision: number;
  /** The experiment. */
  readonly experiment: string;
  /** What no arm may break that ships. */
  readonly guardrails?: ReadonlyArray<ExperimentGuardrailInput> | null | undefined;
  /** What is compared as well. */
  readonly secondary?: ReadonlyArray<ExperimentMetricInput> | null | undefined;
  /** Segments within whose values the arms are compared as well. */
  readonly segments?: ReadonlyArray<string> | null | undefined;
  /** Which requests it is about: a condition in CEL over the inputs and segments of the recipe and the time "at", such as `country == "IN" && amount > 10.0`. Requests that do not meet it go on as without the experiment. Empty: all. */
  readonly targeting?: string | null | undefined;
};

/** Which experiment to stop, and why. */
export type StopExperimentInput = {
  /** The experiment. */
  readonly experiment: string;
  /** Why; it stays on record. */
  readonly reason: string;
};

export type ExperimentPageQueryVariables = Exact<{
  id: string;
}>;


export type ExperimentPageQuery = { readonly experiment: { readonly id: string, readonly name: string, readonly status: ExperimentStatus, readonly hypothesis: string, readonly description: string, readonly createdAt: string, readonly createdBy: string, readonly unit: string, readonly targeting: string | null, readonly stratum: string | null, readonly segments: ReadonlyArray<string>, readonly revision: number, readonly leaseLostAt: string | null, readonly pendingStep: StudyStep | null, readonly namespace: { readonly name: string, readonly from: number, readonly to: number } | null, readonly covariate: { readonly event: string, readonly days: number } | null, readonly secondary: ReadonlyArray<{ readonly metric: string, readonly revision: number }>, readonly guardrails: ReadonlyArray<{ readonly metric: string, readonly revision: number, readonly margin: number | null, readonly marginKind: MarginKind }>, readonly deployment: { readonly id: string } | null, readonly arms: ReadonlyArray<{ readonly arm: string, readonly isControl: boolean, readonly share: number, readonly release: { readonly id: string } | null, readonly modelVersions: ReadonlyArray<{ readonly id: string }> }>, readonly metric: { readonly kind: ExperimentMetricKind, readonly positiveFrom: number, readonly metric: string | null, readonly revision: number | null }, readonly design: { readonly alpha: number, readonly power: number, readonly baseline: number, readonly mde: number, readonly mdeKind: MdeKind, readonly absoluteMde: number, readonly deviation: number | null, readonly totalUnits: number }, readonly decision: { readonly at: string, readonly by: string, readonly reason: string, readonly ships: boolean, readonly arm: string | null, readonly recommendation: Recommendation } | null, readonly revisions: ReadonlyArray<{ readonly number: number, readonly targeting: string | null, readonly startedAt: string, readonly endedAt: string | null, readonly shares: ReadonlyArray<{ readonly arm: string, readonly share: number }> }> } | null };

export type ExperimentResultQueryVariables = Exact<{
  id: string;
}>;


export type ExperimentResultQuery = { readonly experiment: { readonly id: string, readonly result: { readonly computedAt: string, readonly banner: string | null, readonly recommendation: Recommendation, readonly reasons: ReadonlyArray<string>, readonly warnings: ReadonlyArray<string>, readonly ships: string | null, readonly winner: string | null, readonly peeking: boolean, readonly confidence: number, readonly method: string, readonly multipleExposure: number, readonly sampleRatio: { readonly mismatch: boolean, readonly p: number }, readonly comparisons: ReadonlyArray<{ readonly arm: string, readonly difference: number | null, readonly relativeLift: number | null, readonly p: number, readonly pAdjusted: number, readonly interval: { readonly lower: number, readonly upper: number } | null, readonly sequential: { readonly p: number, readonly interval: { readonly lower: number, readonly upper: number } } | null, readonly unadjusted: { readonly difference: number | null, readonly p: number, readonly varianceReduction: number | null, readonly strata: number, readonly interval: { readonly lower: number, readonly upper: number } | null } | null, readonly bayesian: { readonly chanceToWin: number, readonly lossOfCandidate: number, readonly lossOfControl: number } | null }>, readonly guardrails: ReadonlyArray<{ readonly metric: string, readonly arm: string, readonly state: GuardrailState, readonly inWords: string }>, readonly secondary: ReadonlyArray<{ readonly metric: string, readonly arm: string, readonly control: number | null, readonly value: number | null, readonly relativeLift: number | null, readonly pAdjusted: number, readonly better: boolean | null }>, readonly plans: ReadonlyArray<{ readonly arm: string, readonly summary: string }>, readonly arms: ReadonlyArray<{ readonly arm: string, readonly exposed: number, readonly labelled: number, readonly missing: number, readonly converted: number, readonly rate: number | null, readonly value: number | null, readonly tested: number, readonly needed: number, readonly interval: { readonly lower: number, readonly upper: number } | null }> } | null } | null };

export type ExperimentLiveSubscriptionVariables = Exact<{
  id: string;
  everySeconds: number;
}>;


export type ExperimentLiveSubscription = { readonly experimentChanged: { readonly revision: number } | null };

export type StartItMutationVariables = Exact<{
  input: ExperimentInput;
}>;


export type StartItMutation = { readonly startExperiment: { readonly warning: string | null } | null };

export type ChangeSplitOfItMutationVariables = Exact<{
  input: ChangeExperimentSplitInput;
}>;


export type ChangeSplitOfItMutation = { readonly changeExperimentSplit: { readonly warning: string | null } | null };

export type ReviseItMutationVariables = Exact<{
  input: ReviseExperimentInput;
}>;


export type ReviseItMutation = { readonly reviseExperiment: { readonly warning: string | null } | null };

export type StopItMutationVariables = Exact<{
  input: StopExperimentInput;
}>;


export type StopItMutation = { readonly stopExperiment: { readonly warning: string | null } | null };

export type DecideItMutationVariables = Exact<{
  input: DecideExperimentInput;
}>;


export type DecideItMutation = { readonly decideExperiment: { readonly warning: string | null } | null };

export type ArchiveItMutationVariables = Exact<{
  input: ExperimentInput;
}>;


export type ArchiveItMutation = { readonly archiveExperiment: { readonly warning: string | null } | null };

export const ExperimentPage = operation<ExperimentPageQuery, ExperimentPageQueryVariables>(
  'query',
  'ExperimentPage',
  `sha256:69826d1b8d121ec593423c538c44563c323a9a9446f776a5c12d59b2192e4c74`,
);

export const ExperimentResult = operation<ExperimentResultQuery, ExperimentResultQueryVariables>(
  'query',
  'ExperimentResult',
  `sha256:de577657441406ff453c4578683cea3bdfc189f8395262d5e74472f0918d91a9`,
);

export const ExperimentLive = operation<ExperimentLiveSubscription, ExperimentLiveSubscriptionVariables>(
  'subscription',
  'ExperimentLive',
  `sha256:fa50058aae3424e9d357f09c37899ff8ddb936c0a5593aab71046190f07cd1f7`,
);

export const StartIt = operation<StartItMutation, StartItMutationVariables>(
  'mutation',
  'StartIt',
  `sha256:22a0b8a7f3126b8557e0aefbf8428283e2fa8c6b2cff4dd3a1dc6a7ca952738a`,
);

export const ChangeSplitOfIt = operation<ChangeSplitOfItMutation, ChangeSplitOfItMutationVariables>(
  'mutation',
  'ChangeSplitOfIt',
  `sha256:56cc3efa9da5dc236172509615527d027f818a8065a362ba9843755453bedcaf`,
);

export const ReviseIt = operation<ReviseItMutation, ReviseItMutationVariables>(
  'mutation',
  'ReviseIt',
  `sha256:94d8fd21119f732d15f2b9c4c680191f3d711fa86c503970a981b5b835ed9432`,
);

export const StopIt = operation<StopItMutation, StopItMutationVariables>(
  'mutation',
  'StopIt',
  `sha256:d05e30b04f7421edb65cfcc55a3b3b36392728bdbb1a9829c306ab2b084fa942`,
);

export const DecideIt = operation<DecideItMutation, DecideItMutationVariables>(
  'mutation',
  'DecideIt',
  `sha256:811d753e339ff11844f7a8404d9f4fd74deed9cc85e49e75563c81e6732445fa`,
);

export const ArchiveIt = operation<ArchiveItMutation, ArchiveItMutationVariables>(
  'mutation',
  'ArchiveIt',
  `sha256:00ec326aa7286191703cccd4fbb4765be59ba43925fee90e2ab863b5a0210af2`,
);

