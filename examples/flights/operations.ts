// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Whether an effect is a difference (ABSOLUTE) or a share of the baseline (RELATIVE). */
export type MdeKind =
  | 'ABSOLUTE'
  | 'RELATIVE';

/** What becomes of a step that has not shown enough when its longest time is over. */
export type RolloutExpiry =
  /** It goes on if every guardrail is within its margin as far as it goes, else it is rolled back. */
  | 'CONTINUE_WITHIN_MARGIN'
  /** It stays until a person decides. */
  | 'HOLD'
  /** The traffic is given back. */
  | 'ROLL_BACK';

/** Steps that are known by name. */
export type RolloutPreset =
  /** 5 % for a day and 10,000 units, 20 % for two days and 50,000, 50 % for three days and 100,000, then all for a day of looking back. */
  | 'STAGED_5_20_50_100';

/** Where an experiment stands in its life. A stopped one never runs again. */
export type ExperimentStatus =
  | 'ARCHIVED'
  | 'DECIDED'
  | 'DRAFT'
  | 'RUNNING'
  | 'STOPPED';

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

/** Where a shadow stands in its life. A stopped one never runs again. */
export type ShadowStatus =
  | 'DRAFT'
  | 'RUNNING'
  | 'STOPPED';

/** Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app. */
export type Trust =
  | 'DEVICE'
  | 'SERVER';

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

/** What is read of one answer, or of the events of a unit. */
export type Measure =
  /** The values of pushed events of a unit since its first exposure: PROPORTION is the share of units with one of positiveFrom or more, COUNT how many of these a unit has, MEAN their sum. Units without events count as well. */
  | 'EVENT'
  /** 1 where a fallback answered, else 0. */
  | 'FALLBACK'
  /** Milliseconds from the request to the answer. */
  | 'LATENCY_MS'
  /** The value of its outcome; none before there is one. */
  | 'OUTCOME'
  /** Its score; none where a fallback answered. */
  | 'SCORE'
  /** The square of score minus outcome: its mean is the Brier score where outcomes are 0 or 1. */
  | 'SQUARED_ERROR';

/** How the values of answers become one number of an arm. */
export type MetricKind =
  /** How many answers of a unit have a value of positiveFrom or more, as the mean over units. */
  | 'COUNT'
  /** The mean over answers. */
  | 'MEAN'
  /** The share of answers whose value is positiveFrom or more. */
  | 'PROPORTION'
  /** The share of answers above the ceiling, which holds while the quantile stays under it. */
  | 'QUANTILE'
  /** The sum of the measure by the sum of `per`. */
  | 'RATIO';

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

/** What the comparison of a shadow comes to. */
export type ShadowRecommendation =
  /** The candidate has the lower Brier score; this holds at any look. */
  | 'CANDIDATE_BETTER'
  /** The candidate has no score for too many of its pairs. */
  | 'CANDIDATE_FAILS'
  /** More pairs with an outcome are needed; the reason says how many. */
  | 'NEEDS_MORE'
  /** These records cannot tell: they are of devices, or the scores are no probabilities. */
  | 'NOT_CALLED'
  /** A difference worth finding is ruled out, or it ended without one. */
  | 'NO_DIFFERENCE_SHOWN'
  /** What answers has the lower Brier score; this holds at any look. */
  | 'PRIMARY_BETTER';

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

/** AUTOMATIC: by the subgraph's own clock. ON_DEMAND: only by evaluateAlerts, as a replay does. */
export type AlertEvaluation =
  | 'AUTOMATIC'
  | 'ON_DEMAND';

/** What a window with too few rows means: ALERTING is a hit, OK is a miss, KEEP changes nothing. */
export type NoDataState =
  | 'ALERTING'
  | 'KEEP'
  | 'OK';

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

/** The layer of traffic that decided what answers, in the order in which they decide. */
export type AnsweringLayer =
  | 'ALLOCATION'
  | 'DEFAULT'
  | 'FORCED'
  | 'HOLDOUT'
  | 'KILL'
  | 'VARIANT';

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

/** How severity is judged. BY_EFFECT: size of the effect, significant after correction over the features. SOURCE: the fixed thresholds of PSI .25/.1/.05, JS .1/.05/.02 or KS p .001/.01/.05, under which every large window is HIGH. */
export type DriftPreset =
  | 'BY_EFFECT'
  | 'SOURCE';

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

/** What a run went through. */
export type ResponseStepKind =
  | 'APPROVE'
  | 'APPROVED'
  | 'ASKED'
  | 'BEGUN'
  | 'BREAKER_OPENED'
  | 'COMPARE'
  | 'DONE'
  | 'EXPIRED'
  | 'FALL_BACK'
  | 'HELD'
  | 'LAPSED'
  | 'OBSERVED'
  | 'PAGE'
  | 'PROMOTE'
  | 'REJECTED'
  | 'RELEASE'
  | 'REQUEST'
  | 'ROLL_BACK'
  | 'ROLL_OUT'
  | 'SHADOW'
  | 'STOPPED'
  | 'SUBMIT'
  | 'SUGGESTED'
  | 'TRAIN'
  | 'TRIGGERED'
  | 'VALIDATE';

/** A step of the approval life. */
export type ApprovalAction =
  | 'APPROVE'
  | 'ARCHIVE'
  | 'REINSTATE'
  | 'REJECT'
  | 'RETIRE'
  | 'SUBMIT'
  | 'SUSPEND'
  | 'VALIDATE'
  | 'WAIVE'
  | 'WITHDRAW'
  | 'WITHDRAW_APPROVAL';

/** All traffic at once, after checks, with the release of before kept ready on every node to go back to. */
export type BlueGreenInput = {
  /** Whether another person than its maker lets it switch: `approveRolloutStep`. */
  readonly approval?: boolean | null | undefined;
  /** Largest share of a window’s requests that may have no answer, or a fallback’s. */
  readonly maxErrorShare?: number | null | undefined;
  /** Largest share of its memory that a node may use. */
  readonly maxMemoryShare?: number | null | undefined;
  /** When `onExpiry` decides, before the switch and after it; left out: never. */
  readonly maxMinutes?: number | null | undefined;
  /** Ceiling of the 99th percentile of answers, and of warm runs on each node, in milliseconds. */
  readonly maxP99Ms?: number | null | undefined;
  /** Largest share of the values of features that the candidate reads which may be too old or not there, before the switch and after it. Left out: not asked. */
  readonly maxStaleShare?: number | null | undefined;
  /** Fewer answers than these in a window say nothing. */
  readonly minAnswers?: number | null | undefined;
  /** Requests a second: what the warm runs of all nodes together must come to before the switch, and what is answered after it. Left out: not asked. */
  readonly minPerSecond?: number | null | undefined;
  /** How long every check must have passed without a break after the switch. */
  readonly watchMinutes?: number | null | undefined;
  /** Answers are judged over so many seconds at a time, up to now. */
  readonly windowSeconds?: number | null | undefined;
};

/** Releases of one deployment to compare. */
export type CreateExperimentInput = {
  /** Chance of a false alarm, two-sided. */
  readonly alpha?: number | null | undefined;
  /** Its arms, from 2 to 10. */
  readonly arms: ReadonlyArray<ExperimentArmInput>;
  /** By what its seed is chosen when it starts, so that arms are alike on what is known of units by then. Left out: the seed is taken as it is. */
  readonly balance?: ExperimentBalanceInput | null | undefined;
  /** The control's rate as it is assumed, above 0 and below 1; with a primary metric its value. */
  readonly baseline: number;
  /** The name of the arm with which each of the others is compared. */
  readonly control?: string | null | undefined;
  /** What is taken out of the values of units (CUPED). Left out: nothing. */
  readonly covariate?: ExperimentCovariateInput | null | undefined;
  /** Where it shall run. */
  readonly deployment: string;
  /** What it is about. */
  readonly description?: string | null | undefined;
  /** With a primary metric: the standard deviation of its units’ values as it is assumed, above 0. */
  readonly deviation?: number | null | undefined;
  /** What no arm may break that ships. */
  readonly guardrails?: ReadonlyArray<ExperimentGuardrailInput> | null | undefined;
  /** Version of the hash: 1 or 2. */
  readonly hashVersion?: number | null | undefined;
  /** What is expected, and why. */
  readonly hypothesis: string;
  /** The smallest effect worth finding; its sign says which way is better. Left out: the minimumEffect of the primary metric. */
  readonly mde?: number | null | undefined;
  /** What the effect is measured in. */
  readonly mdeKind?: MdeKind | null | undefined;
  /** Its name: letters, digits, "_", "-", "."; begins with a letter. */
  readonly name: string;
  /** The slice of units that it is about; refused where another experiment or a holdout holds a part of it. Left out: all. */
  readonly namespace?: ExperimentNamespaceInput | null | undefined;
  /** An outcome of this value or more is a positive. */
  readonly positiveFrom?: number | null | undefined;
  /** Chance of finding the effect. */
  readonly power?: number | null | undefined;
  /** The metric that decides: a PROPORTION, MEAN, RATIO or COUNT of answers, with units as what varies. Left out: the share of units that convert. */
  readonly primary?: ExperimentMetricInput | null | undefined;
  /** What is compared as well. */
  readonly secondary?: ReadonlyArray<ExperimentMetricInput> | null | undefined;
  /** Salt of the hash; the experiment's id where it is left out. */
  readonly seed?: string | null | undefined;
  /** Segments of the recipe, such as a city, within whose values the arms are compared as well. */
  readonly segments?: ReadonlyArray<string> | null | undefined;
  /** A segment of the recipe within whose values the arms are compared before they are put together (post-stratification). Left out: none. */
  readonly stratum?: string | null | undefined;
  /** Which requests it is about: a condition in CEL over the inputs and segments of the recipe and the time "at", such as `country == "IN" && amount > 10.0`. Requests that do not meet it go on as without the experiment. Left out: all. */
  readonly targeting?: string | null | undefined;
  /** The input field whose value is hashed: a user, a flight. */
  readonly unit: string;
};

/** A metric, as definition. */
export type CreateMetricInput = {
  /** What it is made of. */
  readonly definition: MetricDefinitionInput;
  /** What it says of a model. */
  readonly description?: string | null | undefined;
  /** Its name: letters, digits, "_", "-", "."; begins with a letter. */
  readonly name: string;
};

/** A release to give a deployment’s traffic to, step by step. */
export type CreateRolloutInput = {
  /** Chance that a harmless candidate is rolled back, over all steps, looks, guardrails and segments. */
  readonly alpha?: number | null | undefined;
  /** A switch of all traffic at once; or `steps`. */
  readonly blueGreen?: BlueGreenInput | null | undefined;
  /** The release that shall become the default. */
  readonly candidate: string;
  /** Where it shall run. What answers there by default is the control. */
  readonly deployment: string;
  /** What it is about. */
  readonly description?: string | null | undefined;
  /** What must not get worse: at least one where it goes step by step, none of a blue-green switch. */
  readonly guardrails?: ReadonlyArray<RolloutGuardrailInput> | null | undefined;
  /** Version of the hash: 1 or 2. */
  readonly hashVersion?: number | null | undefined;
  /** What is expected, and why. */
  readonly hypothesis?: string | null | undefined;
  /** Its name: letters, digits, "_", "-", "."; begins with a letter. */
  readonly name: string;
  /** What becomes of a step whose time is over. */
  readonly onExpiry?: RolloutExpiry | null | undefined;
  /** Steps that are known by name; or `steps`. */
  readonly preset?: RolloutPreset | null | undefined;
  /** Salt of the hash; the rollout's id where it is left out. */
  readonly seed?: string | null | undefined;
  /** Its steps, in order; or `preset` or `blueGreen`. */
  readonly steps?: ReadonlyArray<RolloutStepInput> | null | undefined;
  /** The input field whose value is hashed: a user, a flight. */
  readonly unit: string;
};

/** A release to compare with what a deployment answers. */
export type CreateShadowInput = {
  /** A release of that deployment that does not serve by default. */
  readonly candidate: string;
  /** What decisions cost, declared before anything is seen: the result then says what the candidate saves. */
  readonly costs?: ReadonlyArray<DecisionCostInput> | null | undefined;
  /** The deployment whose answers it is compared with. */
  readonly deployment: string;
  /** What it is about. */
  readonly description?: string | null | undefined;
  /** When nodes stop scoring by themselves; left out: never. */
  readonly endsAt?: string | null | undefined;
  /** Version of the hash: 1 or 2. */
  readonly hashVersion?: number | null | undefined;
  /** What is expected, and why. */
  readonly hypothesis?: string | null | undefined;
  /** The smallest difference of Brier scores that is worth finding, above 0 and below 1. */
  readonly minEffect?: number | null | undefined;
  /** Its name: letters, digits, "_", "-", "."; begins with a letter. */
  readonly name: string;
  /** An outcome of this value or more is a positive. */
  readonly positiveFrom?: number | null | undefined;
  /** Salt of the hash; the shadow's id where it is left out. */
  readonly seed?: string | null | undefined;
  /** Share of the units whose answers are scored as well, above 0 and at most 1. */
  readonly share?: number | null | undefined;
  /** The input field whose value is hashed: a user, a flight. */
  readonly unit: string;
};

/** What a decision costs, by what it comes to. */
export type DecisionCostInput = {
  /** The cost, in whatever unit; below 0 a gain. */
  readonly cost: number;
  /** The decision. */
  readonly decision: string;
  /** Where its outcome is a positive, or where it is none. */
  readonly positive: boolean;
};

/** One side of an experiment. */
export type ExperimentArmInput = {
  /** Its name, by which results call it. */
  readonly name: string;
  /** What it serves. */
  readonly release: string;
  /** Its share of all units; those of all arms sum to at most 1. */
  readonly share: number;
};

/** Seeds are tried in a row when the experiment starts; the first one under which arms are alike is taken. Where none is, or too few units are known, it does not start. */
export type ExperimentBalanceInput = {
  /** How many days before the start are looked at: above 0, up to 90. Left out: as many as of the covariate, else 28. */
  readonly days?: number | null | undefined;
  /** The name of pushed events: the sum of their values by unit is balanced. Left out: that of the covariate, where there is one. */
  readonly event?: string | null | undefined;
  /** The smallest p of the chi-square test that the values of the segment fit the split: above 0, below 1; a share of 1 − minP of all seeds passes. */
  readonly minP?: number | null | undefined;
  /** A segment of the recipe, whose values are balanced as the latest answers to earlier experiments and rollouts of the deployment had them. Left out: none. */
  readonly segment?: string | null | undefined;
  /** How far an arm's mean may be from the control's, in standard deviations of all known units: above 0, up to 0.5. */
  readonly threshold?: number | null | undefined;
  /** How many seeds are tried: up to 1000. */
  readonly tries?: number | null | undefined;
};

/** What was known of units before: events that were pushed for them, up to their first exposure. */
export type ExperimentCovariateInput = {
  /** How many days before the first exposure of a unit: above 0, up to 90. */
  readonly days: number;
  /** The name of the events; the sum of their values is taken. */
  readonly event: string;
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

/** A slice of the units of a namespace: experiments in one namespace share its units out. */
export type ExperimentNamespaceInput = {
  /** Where the slice begins: 0 to 1 in steps of 0.001. */
  readonly from: number;
  /** The namespace: whatever name experiments of any deployment agree on. */
  readonly name: string;
  /** Where it ends; the end does not belong to it. */
  readonly to: number;
};

/** What a metric is made of. */
export type MetricDefinitionInput = {
  /** Outcomes that happen later than this after the answer do not count, and events later than this after the first exposure; left out: all do. */
  readonly attributionHours?: number | null | undefined;
  /** Of a QUANTILE: what it must not exceed. */
  readonly ceiling?: number | null | undefined;
  /** Of EVENT: the name under which the events are pushed. */
  readonly event?: string | null | undefined;
  /** Which way is better. */
  readonly higherIsBetter: boolean;
  /** Values above count as this one (winsorizing). */
  readonly highest?: number | null | undefined;
  /** How values become one number. */
  readonly kind: MetricKind;
  /** Values below count as this one (winsorizing). */
  readonly lowest?: number | null | undefined;
  /** How much worse is still accepted where it guards a rollout that does not say so itself. */
  readonly margin?: number | null | undefined;
  /** What the margin is measured in. */
  readonly marginKind?: MarginKind | null | undefined;
  /** What is read of each answer. */
  readonly measure: Measure;
  /** The smallest effect worth having, as a share of the control's value, above 0: the plan of an experiment that this metric decides, unless it says another. */
  readonly minimumEffect?: number | null | undefined;
  /** Of a RATIO: what it is divided by. */
  readonly per?: Measure | null | undefined;
  /** Of a RATIO per EVENT: the name of the events by whose values it is divided. */
  readonly perEvent?: string | null | undefined;
  /** Of PROPORTION and COUNT: from where a value counts. */
  readonly positiveFrom?: number | null | undefined;
  /** Of a QUANTILE: which one, as .99. */
  readonly quantile?: number | null | undefined;
};

/** A metric that must not get worse by more than its margin. */
export type RolloutGuardrailInput = {
  /** How much worse is accepted; the metric's own margin if left out. */
  readonly margin?: number | null | undefined;
  /** What the margin is measured in; as the metric says if left out. */
  readonly marginKind?: MarginKind | null | undefined;
  /** The metric. */
  readonly metric: string;
  /** Which revision of it; the newest if left out. */
  readonly revision?: number | null | undefined;
  /** A segment of the recipe: harm within one of its values rolls back too. */
  readonly segment?: string | null | undefined;
};

/** Which rollout. */
export type RolloutInput = {
  /** The rollout. */
  readonly rollout: string;
};

/** The margin of one guardrail in one step. */
export type RolloutMarginInput = {
  /** How much worse is accepted in this step. */
  readonly margin: number;
  /** The name of the metric that guards. */
  readonly metric: string;
};

/** One step of a rollout. */
export type RolloutStepInput = {
  /** Whether a person lets it go on: `approveRolloutStep`. */
  readonly approval?: boolean | null | undefined;
  /** How long all guardrails must have held without a break. */
  readonly bakeMinutes?: number | null | undefined;
  /** Margins of this step, where they differ. */
  readonly margins?: ReadonlyArray<RolloutMarginInput> | null | undefined;
  /** When `onExpiry` decides if it has not shown enough; left out: never. */
  readonly maxMinutes?: number | null | undefined;
  /** How long it lasts at least. */
  readonly minMinutes?: number | null | undefined;
  /** Units that each arm must have had before the step is called good. */
  readonly minSamples: number;
  /** The candidate's share of all units: up to 0.5, where the control gets as much, or 1. */
  readonly weight: number;
};

/** Which shadow. */
export type ShadowInput = {
  /** The shadow. */
  readonly shadow: string;
};

/** Which experiment to stop, and why. */
export type StopExperimentInput = {
  /** The experiment. */
  readonly experiment: string;
  /** Why; it stays on record. */
  readonly reason: string;
};

/** Which shadow to stop, and why. */
export type StopShadowInput = {
  /** Why; it stays on record. */
  readonly reason: string;
  /** The shadow. */
  readonly shadow: string;
};

/** Something to look at when an alert fires. */
export type AlertContextInput = {
  /** PromQL, evaluated when the alert fires; series with a label that the alert has otherwise are left out. */
  readonly expression: string;
  /** Its name: letters, digits and "_", no digit first. */
  readonly name: string;
};

/** One label or annotation. */
export type AlertLabelInput = {
  /** Its name: letters, digits and "_", no digit first. */
  readonly name: string;
  /** Its text; {{ $labels.name }} and {{ $value }} stand for those of the alert. */
  readonly value: string;
};

/** A threshold on a signal of a deployment, or an expression. */
export type CreateAlertRuleInput = {
  /** The eventCursor of the deployment, where it was made just now: its event is waited for. */
  readonly after?: string | null | undefined;
  /** Texts about its alerts; `runbook_url` is where to read what to do. */
  readonly annotations?: ReadonlyArray<AlertLabelInput> | null | undefined;
  /** The window to measure drift against; for the …_PSI signals. */
  readonly baseline?: TimeWindowInput | null | undefined;
  /** How to hold the value of the signal against the threshold. */
  readonly comparison?: AlertComparison | null | undefined;
  /** What else to look at when it fires, as the weather: kept beside the alert in its incident. */
  readonly context?: ReadonlyArray<AlertContextInput> | null | undefined;
  /** How long before the evaluation its data end: late outcomes need it. */
  readonly delaySeconds?: number | null | undefined;
  /** The deployment to watch; a signal needs it. The alerts of an expression show there. */
  readonly deployment?: string | null | undefined;
  /** What it is for, and what to do. */
  readonly description?: string | null | undefined;
  /** Who evaluates it. */
  readonly evaluation?: AlertEvaluation | null | undefined;
  /** Least time between two evaluations. */
  readonly evaluationIntervalSeconds?: number | null | undefined;
  /** PromQL over the stored samples, in place of a signal: each series that it gives is an alert. It may end with its time: `avg(latency_ms) > 75 for 5m`. */
  readonly expression?: string | null | undefined;
  /** The feature to watch, as `view__feature`, or an input by its name; for the FEATURE_… signals. */
  readonly feature?: string | null | undefined;
  /** The pinned view of that feature: the alerts show there too. */
  readonly featureView?: string | null | undefined;
  /** How long the condition must hold before the alert fires; 0 by default here or in the expression. */
  readonly forSeconds?: number | null | undefined;
  /** How long the alert goes on firing after the condition has ended. */
  readonly keepFiringForSeconds?: number | null | undefined;
  /** Labels that its alerts get besides those of the series; what routes and silences look at. */
  readonly labels?: ReadonlyArray<AlertLabelInput> | null | undefined;
  /** Fewer rows than this are no data; 100 by default. Not for ANSWER_RATE. */
  readonly minRows?: number | null | undefined;
  /** Its name: letters, digits, "_", "-", "."; begins with a letter. */
  readonly name: string;
  /** What too little data, or a series that is gone, means: missing data is not healthy unless you say so. OK is what Prometheus does. */
  readonly noDataState?: NoDataState | null | undefined;
  /** How urgent its alerts are. */
  readonly severity?: AlertSeverity | null | undefined;
  /** What to watch, in place of an expression. */
  readonly signal?: AlertSignal | null | undefined;
  /** Rules, made already or not, whose alerts are parts of its own: while it fires nobody is notified of them, and all are one incident. A part has no label that its series has otherwise. */
  readonly suppresses?: ReadonlyArray<string> | null | undefined;
  /** The threshold of the signal. */
  readonly threshold?: number | null | undefined;
  /** Length of the window that the signal is computed over. */
  readonly windowSeconds?: number | null | undefined;
};

/** A policy. */
export type CreateResponsePolicyInput = {
  /** deployment, level, trigger, guards, action, cooldownMinutes, breaker, approvalHours; docs/response.md lists all of it. */
  readonly definition: unknown;
  /** What it is for. */
  readonly description?: string | null | undefined;
  /** Its name: letters, digits, "_", "-", "."; begins with a letter. */
  readonly name: string;
};

/** Which run, and why. */
export type DecideResponseRunInput = {
  /** Why; it stays on record. */
  readonly reason: string;
  /** The run. */
  readonly run: string;
};

/** Which windows to compare, and how. */
export type DriftReportInput = {
  /** In the current window only answers in this arm. */
  readonly arm?: string | null | undefined;
  /** The window to judge. */
  readonly current: TimeWindowInput;
  /** The deployment that is judged. */
  readonly deployment: string;
  /** Only these: features as `view__feature`, inputs by their names. Else all features that were logged, and all inputs that are numbers. */
  readonly features?: ReadonlyArray<string> | null | undefined;
  /** In both windows only answers that this layer of traffic decided. */
  readonly layer?: AnsweringLayer | null | undefined;
  /** In the current window only answers of releases that run this model version, and its own score. */
  readonly modelVersion?: string | null | undefined;
  /** How to judge severity. */
  readonly preset?: DriftPreset | null | undefined;
  /** The window to hold it against. */
  readonly reference: TimeWindowInput;
  /** Another deployment whose window is the reference. */
  readonly referenceDeployment?: string | null | undefined;
  /** Records of enrolled nodes, or those of devices. */
  readonly trust?: Trust | null | undefined;
  /** In both windows only answers of this segment of a VARIANT layer, as `country=DE`. */
  readonly variant?: string | null | undefined;
};

/** Which ON_DEMAND rules to evaluate, as of when. */
export type EvaluateAlertsInput = {
  /** The instant of the evaluation, at most a day from now: a replay gives its own. A rule never goes back in time. */
  readonly at: string;
  /** Only rules of this deployment. */
  readonly deployment?: string | null | undefined;
  /** Only these rules. */
  readonly rules?: ReadonlyArray<string> | null | undefined;
};

/** As of when policies are judged. */
export type EvaluateResponsesInput = {
  /** As of this instant, which may be any in the past. */
  readonly at: string;
  /** Only these policies; left out: all of the project. */
  readonly policies?: ReadonlyArray<string> | null | undefined;
};

/** Which predictions to judge. */
export type PerformanceReportInput = {
  /** Only answers in this arm. */
  readonly arm?: string | null | undefined;
  /** The deployment that is judged. */
  readonly deployment: string;
  /** Only predictions from this instant on. */
  readonly from: string;
  /** Only answers that this layer of traffic decided. */
  readonly layer?: AnsweringLayer | null | undefined;
  /** Only answers of releases that run this model version, judged by its own score. */
  readonly modelVersion?: string | null | undefined;
  /** Only predictions before this instant. */
  readonly to: string;
  /** Records of enrolled nodes, or those of devices. */
  readonly trust?: Trust | null | undefined;
  /** Only answers of this segment of a VARIANT layer, as `country=DE`. */
  readonly variant?: string | null | undefined;
  /** Cut the time into windows of so many hours; else only the total is given. */
  readonly windowHours?: number | null | undefined;
};

/** From (included) to (not included). */
export type TimeWindowInput = {
  /** Where the window begins. */
  readonly from: string;
  /** Where it ends; this instant is no longer in it. */
  readonly to: string;
};

/** The bounds within which versions to come are approved. */
export type ProposeStandingApprovalInput = {
  /** The commit of the training code that must have made the versions. */
  readonly codeCommit: string;
  /** The only environments in which they may serve; left out: all. */
  readonly environments?: ReadonlyArray<string> | null | undefined;
  /** When it ends, within 366 days. */
  readonly expiresAt: string;
  /** The pinned feature service that they must read; left out: none. */
  readonly featureService?: string | null | undefined;
  /** The model. */
  readonly model: string;
  /** Why; it stays on record. */
  readonly reason: string;
  /** How many versions it lets through, at most 1000. */
  readonly runs: number;
};

/** A standing approval to confirm or to end. */
export type StandingApprovalStepInput = {
  /** Its number. */
  readonly id: number;
  /** Why; it stays on record. */
  readonly reason: string;
};

export type ExperimentFactsFragment = { readonly id: string, readonly name: string, readonly status: ExperimentStatus };

export type ExperimentsOfDeploymentQueryVariables = Exact<{
  id: string;
  status?: ExperimentStatus | null | undefined;
}>;


export type ExperimentsOfDeploymentQuery = { readonly deployment: { readonly traffic: { readonly lease: { readonly holder: string } | null }, readonly experiments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: ExperimentStatus } }> } | null } | null };

export type CreateExperimentMutationVariables = Exact<{
  input: CreateExperimentInput;
}>;


export type CreateExperimentMutation = { readonly createExperiment: { readonly experiment: { readonly id: string, readonly name: string, readonly status: ExperimentStatus } } | null };

export type StartExperimentMutationVariables = Exact<{
  input: ExperimentInput;
}>;


export type StartExperimentMutation = { readonly startExperiment: { readonly eventCursor: string | null } | null };

export type StopExperimentMutationVariables = Exact<{
  input: StopExperimentInput;
}>;


export type StopExperimentMutation = { readonly stopExperiment: { readonly eventCursor: string | null } | null };

export type ExperimentResultQueryVariables = Exact<{
  id: string;
}>;


export type ExperimentResultQuery = { readonly experiment: { readonly result: { readonly recommendation: Recommendation, readonly reasons: ReadonlyArray<string>, readonly arms: ReadonlyArray<{ readonly arm: string, readonly exposed: number, readonly labelled: number, readonly rate: number | null }>, readonly comparisons: ReadonlyArray<{ readonly difference: number | null, readonly p: number }> } | null } | null };

export type ShadowFactsFragment = { readonly id: string, readonly name: string, readonly status: ShadowStatus };

export type ShadowsOfDeploymentQueryVariables = Exact<{
  id: string;
}>;


export type ShadowsOfDeploymentQuery = { readonly shadows: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: ShadowStatus } }> } | null };

export type CreateShadowMutationVariables = Exact<{
  input: CreateShadowInput;
}>;


export type CreateShadowMutation = { readonly createShadow: { readonly shadow: { readonly id: string, readonly name: string, readonly status: ShadowStatus } } | null };

export type StartShadowMutationVariables = Exact<{
  input: ShadowInput;
}>;


export type StartShadowMutation = { readonly startShadow: { readonly eventCursor: string | null } | null };

export type ShadowResultQueryVariables = Exact<{
  id: string;
}>;


export type ShadowResultQuery = { readonly shadow: { readonly result: { readonly pairs: number, readonly labelled: number, readonly recommendation: ShadowRecommendation, readonly reason: string, readonly brier: { readonly primary: number | null, readonly candidate: number | null, readonly alwaysValidP: number | null, readonly test: { readonly difference: number | null, readonly p: number } }, readonly auc: { readonly primary: number | null, readonly candidate: number | null }, readonly flips: { readonly count: number, readonly rate: number | null } } | null } | null };

export type RulesOfDeploymentQueryVariables = Exact<{
  deployment?: string | null | undefined;
}>;


export type RulesOfDeploymentQuery = { readonly alertRules: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string } }> } | null };

export type CreateAlertRuleMutationVariables = Exact<{
  input: CreateAlertRuleInput;
}>;


export type CreateAlertRuleMutation = { readonly createAlertRule: { readonly rule: { readonly id: string } } | null };

export type EvaluateAlertsMutationVariables = Exact<{
  input: EvaluateAlertsInput;
}>;


export type EvaluateAlertsMutation = { readonly evaluateAlerts: { readonly evaluated: ReadonlyArray<{ readonly id: string }> } | null };

export type NewestAlertsQueryVariables = Exact<{
  deployment: string;
}>;


export type NewestAlertsQuery = { readonly alerts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly status: AlertStatus, readonly value: number | null, readonly rule: { readonly name: string } | null } }> } | null };

export type StoredPredictionsQueryVariables = Exact<{
  deployment: string;
  from: string;
  to: string;
  first: number;
  after?: string | null | undefined;
}>;


export type StoredPredictionsQuery = { readonly predictions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly inputs: ReadonlyArray<{ readonly name: string, readonly text: string | null }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type NewestPredictionQueryVariables = Exact<{
  deployment: string;
  to: string;
}>;


export type NewestPredictionQuery = { readonly predictions: { readonly edges: ReadonlyArray<{ readonly node: { readonly occurredAt: string } }> } | null };

export type PerformanceQueryVariables = Exact<{
  input: PerformanceReportInput;
}>;


export type PerformanceQuery = { readonly performanceReport: { readonly total: { readonly predictions: number, readonly labelled: number, readonly auc: number | null, readonly brier: number | null } } | null };

export type DriftAndPerformanceQueryVariables = Exact<{
  drift: DriftReportInput;
  performance: PerformanceReportInput;
}>;


export type DriftAndPerformanceQuery = { readonly driftReport: { readonly score: { readonly psi: number | null }, readonly features: ReadonlyArray<{ readonly name: string, readonly psi: number | null }> } | null, readonly performanceReport: { readonly total: { readonly predictions: number, readonly auc: number | null, readonly brier: number | null } } | null };

export type PerformanceAndAccountsQueryVariables = Exact<{
  input: PerformanceReportInput;
}>;


export type PerformanceAndAccountsQuery = { readonly performanceReport: { readonly total: { readonly predictions: number, readonly labelled: number, readonly auc: number | null, readonly brier: number | null } } | null, readonly edgeNodes: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string, readonly accounting: { readonly answered: number, readonly stored: number, readonly queued: number, readonly dropped: number, readonly sampledOut: number, readonly balanced: boolean, readonly sinceHeartbeat: number } } }> } | null };

export type MetricNamesQueryVariables = Exact<{ [key: string]: never; }>;


export type MetricNamesQuery = { readonly metrics: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string } }> } | null };

export type CreateMetricMutationVariables = Exact<{
  input: CreateMetricInput;
}>;


export type CreateMetricMutation = { readonly createMetric: { readonly metric: { readonly id: string } } | null };

export type RolloutsOfDeploymentQueryVariables = Exact<{
  id: string;
}>;


export type RolloutsOfDeploymentQuery = { readonly deployment: { readonly rollouts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: RolloutStatus } }> } | null } | null };

export type CreateRolloutMutationVariables = Exact<{
  input: CreateRolloutInput;
}>;


export type CreateRolloutMutation = { readonly createRollout: { readonly rollout: { readonly id: string } } | null };

export type StartRolloutMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type StartRolloutMutation = { readonly startRollout: { readonly rollout: { readonly status: RolloutStatus } } | null };

export type EvaluateRolloutMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type EvaluateRolloutMutation = { readonly evaluateRollout: { readonly status: RolloutStatus } | null };

export type ApproveRolloutStepMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type ApproveRolloutStepMutation = { readonly approveRolloutStep: { readonly rollout: { readonly status: RolloutStatus } } | null };

export type StopShadowMutationVariables = Exact<{
  input: StopShadowInput;
}>;


export type StopShadowMutation = { readonly stopShadow: { readonly shadow: { readonly status: ShadowStatus } } | null };

export type RolloutStoryQueryVariables = Exact<{
  id: string;
}>;


export type RolloutStoryQuery = { readonly rollout: { readonly name: string, readonly status: RolloutStatus, readonly step: number, readonly steps: ReadonlyArray<{ readonly weight: number, readonly approval: boolean, readonly approvedBy: string | null }>, readonly evaluation: { readonly verdict: RolloutVerdictWord, readonly reasons: ReadonlyArray<string> } | null, readonly verdicts: { readonly edges: ReadonlyArray<{ readonly node: { readonly step: number, readonly verdict: RolloutVerdictWord, readonly reasons: ReadonlyArray<string>, readonly findings: ReadonlyArray<{ readonly guardrail: string, readonly step: number, readonly segment: string | null, readonly control: number | null, readonly candidate: number | null, readonly accepted: number | null }> } }> } } | null };

export type CreateResponsePolicyMutationVariables = Exact<{
  input: CreateResponsePolicyInput;
}>;


export type CreateResponsePolicyMutation = { readonly createResponsePolicy: { readonly responsePolicy: { readonly id: string } } | null };

export type OneResponsePolicyQueryVariables = Exact<{
  id: string;
}>;


export type OneResponsePolicyQuery = { readonly responsePolicy: { readonly id: string } | null };

export type EvaluateResponsesMutationVariables = Exact<{
  input: EvaluateResponsesInput;
}>;


export type EvaluateResponsesMutation = { readonly evaluateResponses: { readonly evaluated: number } | null };

export type RunsOfPolicyQueryVariables = Exact<{
  policy: string;
}>;


export type RunsOfPolicyQuery = { readonly responseRuns: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: ResponseRunState, readonly stage: ResponseStage | null, readonly startedAt: string, readonly modelVersion: { readonly id: string } | null, readonly release: { readonly id: string } | null, readonly shadow: { readonly id: string } | null, readonly rollout: { readonly id: string } | null, readonly retraining: { readonly tag: string, readonly from: string, readonly to: string } | null, readonly incident: { readonly cause: TroubleCause, readonly startedAt: string, readonly evidence: ReadonlyArray<{ readonly text: string, readonly value: number | null }> } | null, readonly steps: ReadonlyArray<{ readonly kind: ResponseStepKind, readonly by: string | null, readonly text: string }> } }> } | null };

export type ApproveResponseRunMutationVariables = Exact<{
  input: DecideResponseRunInput;
}>;


export type ApproveResponseRunMutation = { readonly approveResponseRun: { readonly responseRun: { readonly state: ResponseRunState } } | null };

export type StandingApprovalsQueryVariables = Exact<{ [key: string]: never; }>;


export type StandingApprovalsQuery = { readonly standingApprovals: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: number, readonly model: string, readonly codeCommit: string, readonly confirmedBy: string | null, readonly endedBy: string | null } }> } | null };

export type ProposeStandingApprovalMutationVariables = Exact<{
  input: ProposeStandingApprovalInput;
}>;


export type ProposeStandingApprovalMutation = { readonly proposeStandingApproval: { readonly standingApproval: { readonly id: number } } | null };

export type ConfirmStandingApprovalMutationVariables = Exact<{
  input: StandingApprovalStepInput;
}>;


export type ConfirmStandingApprovalMutation = { readonly confirmStandingApproval: { readonly standingApproval: { readonly confirmedBy: string | null } } | null };

export type WhyLiveQueryVariables = Exact<{
  id: string;
}>;


export type WhyLiveQuery = { readonly deployment: { readonly live: { readonly id: string, readonly modelVersions: ReadonlyArray<{ readonly id: string, readonly approvals: ReadonlyArray<{ readonly action: ApprovalAction, readonly actor: string, readonly reason: string | null, readonly grants: boolean }>, readonly responseRun: { readonly id: string, readonly author: string, readonly policy: { readonly name: string } | null, readonly incident: { readonly cause: TroubleCause, readonly evidence: ReadonlyArray<{ readonly text: string }> } | null } | null }> } | null } | null };

export const ExperimentsOfDeployment = operation<ExperimentsOfDeploymentQuery, ExperimentsOfDeploymentQueryVariables>(
  'query',
  'ExperimentsOfDeployment',
  `query ExperimentsOfDeployment($id: ID!, $status: ExperimentStatus) {
  deployment(id: $id) {
    traffic {
      lease {
        holder
      }
    }
    experiments(first: 100, status: $status) {
      edges {
        node {
          ...ExperimentFacts
        }
      }
    }
  }
}

fragment ExperimentFacts on Experiment {
  id
  name
  status
}`,
);

export const CreateExperiment = operation<CreateExperimentMutation, CreateExperimentMutationVariables>(
  'mutation',
  'CreateExperiment',
  `mutation CreateExperiment($input: CreateExperimentInput!) {
  createExperiment(input: $input) {
    experiment {
      ...ExperimentFacts
    }
  }
}

fragment ExperimentFacts on Experiment {
  id
  name
  status
}`,
);

export const StartExperiment = operation<StartExperimentMutation, StartExperimentMutationVariables>(
  'mutation',
  'StartExperiment',
  `mutation StartExperiment($input: ExperimentInput!) {
  startExperiment(input: $input) {
    eventCursor
  }
}`,
);

export const StopExperiment = operation<StopExperimentMutation, StopExperimentMutationVariables>(
  'mutation',
  'StopExperiment',
  `mutation StopExperiment($input: StopExperimentInput!) {
  stopExperiment(input: $input) {
    eventCursor
  }
}`,
);

export const ExperimentResult = operation<ExperimentResultQuery, ExperimentResultQueryVariables>(
  'query',
  'ExperimentResult',
  `query ExperimentResult($id: ID!) {
  experiment(id: $id) {
    result {
      arms {
        arm
        exposed
        labelled
        rate
      }
      comparisons {
        difference
        p
      }
      recommendation
      reasons
    }
  }
}`,
);

export const ShadowsOfDeployment = operation<ShadowsOfDeploymentQuery, ShadowsOfDeploymentQueryVariables>(
  'query',
  'ShadowsOfDeployment',
  `query ShadowsOfDeployment($id: ID!) {
  shadows(deployment: $id, first: 100) {
    edges {
      node {
        ...ShadowFacts
      }
    }
  }
}

fragment ShadowFacts on Shadow {
  id
  name
  status
}`,
);

export const CreateShadow = operation<CreateShadowMutation, CreateShadowMutationVariables>(
  'mutation',
  'CreateShadow',
  `mutation CreateShadow($input: CreateShadowInput!) {
  createShadow(input: $input) {
    shadow {
      ...ShadowFacts
    }
  }
}

fragment ShadowFacts on Shadow {
  id
  name
  status
}`,
);

export const StartShadow = operation<StartShadowMutation, StartShadowMutationVariables>(
  'mutation',
  'StartShadow',
  `mutation StartShadow($input: ShadowInput!) {
  startShadow(input: $input) {
    eventCursor
  }
}`,
);

export const ShadowResult = operation<ShadowResultQuery, ShadowResultQueryVariables>(
  'query',
  'ShadowResult',
  `query ShadowResult($id: ID!) {
  shadow(id: $id) {
    result {
      pairs
      labelled
      brier {
        primary
        candidate
        alwaysValidP
        test {
          difference
          p
        }
      }
      auc {
        primary
        candidate
      }
      flips {
        count
        rate
      }
      recommendation
      reason
    }
  }
}`,
);

export const RulesOfDeployment = operation<RulesOfDeploymentQuery, RulesOfDeploymentQueryVariables>(
  'query',
  'RulesOfDeployment',
  `query RulesOfDeployment($deployment: ID) {
  alertRules(deployment: $deployment, first: 100) {
    edges {
      node {
        name
      }
    }
  }
}`,
);

export const CreateAlertRule = operation<CreateAlertRuleMutation, CreateAlertRuleMutationVariables>(
  'mutation',
  'CreateAlertRule',
  `mutation CreateAlertRule($input: CreateAlertRuleInput!) {
  createAlertRule(input: $input) {
    rule {
      id
    }
  }
}`,
);

export const EvaluateAlerts = operation<EvaluateAlertsMutation, EvaluateAlertsMutationVariables>(
  'mutation',
  'EvaluateAlerts',
  `mutation EvaluateAlerts($input: EvaluateAlertsInput!) {
  evaluateAlerts(input: $input) {
    evaluated {
      id
    }
  }
}`,
);

export const NewestAlerts = operation<NewestAlertsQuery, NewestAlertsQueryVariables>(
  'query',
  'NewestAlerts',
  `query NewestAlerts($deployment: ID!) {
  alerts(deployment: $deployment, first: 50) {
    edges {
      node {
        id
        status
        value
        rule {
          name
        }
      }
    }
  }
}`,
);

export const StoredPredictions = operation<StoredPredictionsQuery, StoredPredictionsQueryVariables>(
  'query',
  'StoredPredictions',
  `query StoredPredictions($deployment: ID!, $from: DateTime!, $to: DateTime!, $first: Int!, $after: String) {
  predictions(
    deployment: $deployment
    from: $from
    to: $to
    first: $first
    after: $after
  ) {
    edges {
      node {
        id
        inputs {
          name
          text
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const NewestPrediction = operation<NewestPredictionQuery, NewestPredictionQueryVariables>(
  'query',
  'NewestPrediction',
  `query NewestPrediction($deployment: ID!, $to: DateTime!) {
  predictions(deployment: $deployment, to: $to, first: 1) {
    edges {
      node {
        occurredAt
      }
    }
  }
}`,
);

export const Performance = operation<PerformanceQuery, PerformanceQueryVariables>(
  'query',
  'Performance',
  `query Performance($input: PerformanceReportInput!) {
  performanceReport(input: $input) {
    total {
      predictions
      labelled
      auc
      brier
    }
  }
}`,
);

export const DriftAndPerformance = operation<DriftAndPerformanceQuery, DriftAndPerformanceQueryVariables>(
  'query',
  'DriftAndPerformance',
  `query DriftAndPerformance($drift: DriftReportInput!, $performance: PerformanceReportInput!) {
  driftReport(input: $drift) {
    score {
      psi
    }
    features {
      name
      psi
    }
  }
  performanceReport(input: $performance) {
    total {
      predictions
      auc
      brier
    }
  }
}`,
);

export const PerformanceAndAccounts = operation<PerformanceAndAccountsQuery, PerformanceAndAccountsQueryVariables>(
  'query',
  'PerformanceAndAccounts',
  `query PerformanceAndAccounts($input: PerformanceReportInput!) {
  performanceReport(input: $input) {
    total {
      predictions
      labelled
      auc
      brier
    }
  }
  edgeNodes(first: 100) {
    edges {
      node {
        name
        accounting {
          answered
          stored
          queued
          dropped
          sampledOut
          balanced
          sinceHeartbeat
        }
      }
    }
  }
}`,
);

export const MetricNames = operation<MetricNamesQuery, MetricNamesQueryVariables>(
  'query',
  'MetricNames',
  `query MetricNames {
  metrics(first: 100) {
    edges {
      node {
        name
      }
    }
  }
}`,
);

export const CreateMetric = operation<CreateMetricMutation, CreateMetricMutationVariables>(
  'mutation',
  'CreateMetric',
  `mutation CreateMetric($input: CreateMetricInput!) {
  createMetric(input: $input) {
    metric {
      id
    }
  }
}`,
);

export const RolloutsOfDeployment = operation<RolloutsOfDeploymentQuery, RolloutsOfDeploymentQueryVariables>(
  'query',
  'RolloutsOfDeployment',
  `query RolloutsOfDeployment($id: ID!) {
  deployment(id: $id) {
    rollouts(first: 100) {
      edges {
        node {
          id
          name
          status
        }
      }
    }
  }
}`,
);

export const CreateRollout = operation<CreateRolloutMutation, CreateRolloutMutationVariables>(
  'mutation',
  'CreateRollout',
  `mutation CreateRollout($input: CreateRolloutInput!) {
  createRollout(input: $input) {
    rollout {
      id
    }
  }
}`,
);

export const StartRollout = operation<StartRolloutMutation, StartRolloutMutationVariables>(
  'mutation',
  'StartRollout',
  `mutation StartRollout($input: RolloutInput!) {
  startRollout(input: $input) {
    rollout {
      status
    }
  }
}`,
);

export const EvaluateRollout = operation<EvaluateRolloutMutation, EvaluateRolloutMutationVariables>(
  'mutation',
  'EvaluateRollout',
  `mutation EvaluateRollout($input: RolloutInput!) {
  evaluateRollout(input: $input) {
    status
  }
}`,
);

export const ApproveRolloutStep = operation<ApproveRolloutStepMutation, ApproveRolloutStepMutationVariables>(
  'mutation',
  'ApproveRolloutStep',
  `mutation ApproveRolloutStep($input: RolloutInput!) {
  approveRolloutStep(input: $input) {
    rollout {
      status
    }
  }
}`,
);

export const StopShadow = operation<StopShadowMutation, StopShadowMutationVariables>(
  'mutation',
  'StopShadow',
  `mutation StopShadow($input: StopShadowInput!) {
  stopShadow(input: $input) {
    shadow {
      status
    }
  }
}`,
);

export const RolloutStory = operation<RolloutStoryQuery, RolloutStoryQueryVariables>(
  'query',
  'RolloutStory',
  `query RolloutStory($id: ID!) {
  rollout(id: $id) {
    name
    status
    step
    steps {
      weight
      approval
      approvedBy
    }
    evaluation {
      verdict
      reasons
    }
    verdicts(first: 100) {
      edges {
        node {
          step
          verdict
          reasons
          findings {
            guardrail
            step
            segment
            control
            candidate
            accepted
          }
        }
      }
    }
  }
}`,
);

export const CreateResponsePolicy = operation<CreateResponsePolicyMutation, CreateResponsePolicyMutationVariables>(
  'mutation',
  'CreateResponsePolicy',
  `mutation CreateResponsePolicy($input: CreateResponsePolicyInput!) {
  createResponsePolicy(input: $input) {
    responsePolicy {
      id
    }
  }
}`,
);

export const OneResponsePolicy = operation<OneResponsePolicyQuery, OneResponsePolicyQueryVariables>(
  'query',
  'OneResponsePolicy',
  `query OneResponsePolicy($id: ID!) {
  responsePolicy(id: $id) {
    id
  }
}`,
);

export const EvaluateResponses = operation<EvaluateResponsesMutation, EvaluateResponsesMutationVariables>(
  'mutation',
  'EvaluateResponses',
  `mutation EvaluateResponses($input: EvaluateResponsesInput!) {
  evaluateResponses(input: $input) {
    evaluated
  }
}`,
);

export const RunsOfPolicy = operation<RunsOfPolicyQuery, RunsOfPolicyQueryVariables>(
  'query',
  'RunsOfPolicy',
  `query RunsOfPolicy($policy: ID!) {
  responseRuns(policy: $policy, first: 1) {
    edges {
      node {
        id
        state
        stage
        startedAt
        modelVersion {
          id
        }
        release {
          id
        }
        shadow {
          id
        }
        rollout {
          id
        }
        retraining {
          tag
          from
          to
        }
        incident {
          cause
          startedAt
          evidence {
            text
            value
          }
        }
        steps {
          kind
          by
          text
        }
      }
    }
  }
}`,
);

export const ApproveResponseRun = operation<ApproveResponseRunMutation, ApproveResponseRunMutationVariables>(
  'mutation',
  'ApproveResponseRun',
  `mutation ApproveResponseRun($input: DecideResponseRunInput!) {
  approveResponseRun(input: $input) {
    responseRun {
      state
    }
  }
}`,
);

export const StandingApprovals = operation<StandingApprovalsQuery, StandingApprovalsQueryVariables>(
  'query',
  'StandingApprovals',
  `query StandingApprovals {
  standingApprovals(first: 100) {
    edges {
      node {
        id
        model
        codeCommit
        confirmedBy
        endedBy
      }
    }
  }
}`,
);

export const ProposeStandingApproval = operation<ProposeStandingApprovalMutation, ProposeStandingApprovalMutationVariables>(
  'mutation',
  'ProposeStandingApproval',
  `mutation ProposeStandingApproval($input: ProposeStandingApprovalInput!) {
  proposeStandingApproval(input: $input) {
    standingApproval {
      id
    }
  }
}`,
);

export const ConfirmStandingApproval = operation<ConfirmStandingApprovalMutation, ConfirmStandingApprovalMutationVariables>(
  'mutation',
  'ConfirmStandingApproval',
  `mutation ConfirmStandingApproval($input: StandingApprovalStepInput!) {
  confirmStandingApproval(input: $input) {
    standingApproval {
      confirmedBy
    }
  }
}`,
);

export const WhyLive = operation<WhyLiveQuery, WhyLiveQueryVariables>(
  'query',
  'WhyLive',
  `query WhyLive($id: ID!) {
  deployment(id: $id) {
    live {
      id
      modelVersions {
        id
        approvals {
          action
          actor
          reason
          grants
        }
        responseRun {
          id
          author
          policy {
            name
          }
          incident {
            cause
            evidence {
              text
            }
          }
        }
      }
    }
  }
}`,
);

