// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../client/operation.ts';

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

/** What a definition comes to. */
export type DefinitionAction =
  /** There was none. */
  | 'CREATE'
  /** A new version; whoever is pinned to the one before keeps it. */
  | 'NEW_VERSION'
  /** It stands already. */
  | 'UNCHANGED'
  /** What stands changes in place. */
  | 'UPDATE';

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

/** A step of an experiment, shadow or rollout that the registry has to do, since it alone moves traffic. */
export type StudyStep =
  | 'ADVANCE'
  | 'CHANGE_SPLIT'
  | 'PROMOTE'
  | 'REVISE'
  | 'ROLL_BACK'
  | 'START'
  | 'STOP';

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

/** Where a holdout stands in its life. */
export type HoldoutStatus =
  /** No experiment gets its units. */
  | 'ACTIVE'
  /** Its slice is free again. */
  | 'ENDED';

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

/** The type of a value. */
export type Dtype =
  /** True or false. */
  | 'BOOL'
  /** A double; what is not finite is read as null. */
  | 'FLOAT64'
  /** A whole number of 64 bits; beyond 2^53 it travels as text. */
  | 'INT64'
  /** Text. */
  | 'STRING'
  /** A moment, in whole milliseconds. */
  | 'TIMESTAMP';

/** What a column of a training set is. */
export type ColumnRole =
  /** A feature, as view__feature. */
  | 'FEATURE'
  /** A join key. */
  | 'KEY'
  /** Any other column of the spine. */
  | 'LABEL'
  /** The moment for which the features were looked up. */
  | 'TIMESTAMP';

/** What a training row may know of. */
export type KnownAt =
  /** Values that had been created by the row’s time, whenever they arrived here. */
  | 'CREATED'
  /** Values whose event lies before the row’s time, whenever they became known. */
  | 'EVENT_TIME'
  /** Values that had been created and had arrived here by the row’s time: what was served then. */
  | 'KNOWN';

/** Where reading begins that never began before. */
export type EventStreamStart =
  /** At the first message that the topic has. */
  | 'EARLIEST'
  /** Behind the last message that the topic has then. */
  | 'LATEST';

/** What a stream shall do. */
export type EventStreamState =
  /** Stay in its consumer group, and take nothing. */
  | 'PAUSED'
  /** Read its topic. */
  | 'RUNNING'
  /** Leave its consumer group. */
  | 'STOPPED';

/** What a network says of others. */
export type NetworkFunction =
  /** How many of them are marked as bad. */
  | 'BAD_OTHERS'
  /** Whether there were more values or others than the limit. */
  | 'CUT'
  /** How many other entities shared a value, up to the limit. */
  | 'OTHERS';

/** What a window says of its events. */
export type WindowFunction =
  /** How many events; with a column, how many of its values are not null. */
  | 'COUNT'
  /** How many different values: exact below 1,024, then within about 3 % (sketch KMV_1024). */
  | 'DISTINCT'
  /** The value of the first event that has one. */
  | 'FIRST'
  /** The value of the last event that has one. */
  | 'LAST'
  /** The greatest value. */
  | 'MAX'
  /** The mean of a column of numbers. */
  | 'MEAN'
  /** The least value. */
  | 'MIN'
  /** The standard deviation of a sample, n - 1 below the line; of one value it is null. */
  | 'STDDEV'
  /** The sum of a column of numbers; of nothing it is 0. */
  | 'SUM';

/** How a long piece of work stands. */
export type JobState =
  /** None of it was kept; error says why. */
  | 'FAILED'
  /** It goes on; ask again. */
  | 'RUNNING'
  /** All of it is done. */
  | 'SUCCEEDED';

/** The type of a join key. */
export type KeyDtype =
  /** A whole number of 64 bits. */
  | 'INT64'
  /** Text. */
  | 'STRING';

/** Why a part of an explanation is not there. */
export type ExplanationAbsence =
  /** Who had it has it no longer. */
  | 'GONE'
  /** The recipe keeps it out of the log. */
  | 'NOT_LOGGED'
  /** The node that answered did not write it down. */
  | 'NOT_RECORDED'
  /** It never came to be: something else answered first. */
  | 'NOT_RUN'
  /** It may still come. */
  | 'NOT_YET'
  /** It is personal, and a token stands for it. */
  | 'TOKENISED'
  /** Who has it cannot be asked now: ask again. */
  | 'UNREACHABLE';

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

/** How the scores of several models become one. */
export type Combination =
  | 'EXPRESSION'
  | 'MAX'
  | 'STACK'
  | 'WEIGHTED_MEAN';

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

/** What became of a notification. FAILED: the receiver refused it for good. DEAD: it was tried for a day. */
export type NotificationState =
  | 'DEAD'
  | 'DELIVERED'
  | 'FAILED'
  | 'PENDING';

/** Where reasons come from. */
export type ReasonSource =
  /** Computed now, from the stored values and the files of the release, which say again what they said. */
  | 'COMPUTED'
  /** The node wrote them down when it answered. */
  | 'LOGGED';

/** What the contributions to an answer add up to. */
export type ReasonSpace =
  /** To the margin of the one model that answered: its link makes the score of it. */
  | 'MARGIN'
  /** To the score: several models make it together, or one that cannot be taken apart. */
  | 'SCORE';

/** What came of a rule. DECIDED: the first that matched. MATCHED: after that one. FAILED: its condition had no value. */
export type RuleOutcome =
  | 'DECIDED'
  | 'FAILED'
  | 'MATCHED';

/** How closely an engine answers as a model must. */
export type Agreement =
  /** Within 2 units in the last place of float32. */
  | 'BOUNDED'
  /** To the bit. */
  | 'EXACT'
  /** Farther off: no node runs the version on it. */
  | 'OFF';

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

/** Where a model version stands in its approval life. What it does in traffic is its roles. */
export type ApprovalState =
  | 'APPROVED'
  | 'ARCHIVED'
  | 'DRAFT'
  | 'REJECTED'
  | 'RETIRED'
  | 'SUBMITTED'
  | 'SUSPENDED'
  | 'VALIDATED'
  | 'WITHDRAWN';

/** What an id can name. */
export type AssetKind =
  | 'ALERT'
  | 'ALERT_RULE'
  | 'COLUMN'
  | 'DATASET'
  | 'DATASET_FIELD'
  | 'DEPLOYMENT'
  | 'EDGE_NODE'
  | 'ENDPOINT'
  | 'ENTITY'
  | 'EVENT_STREAM'
  | 'EXPERIMENT'
  | 'FEATURE'
  | 'FEATURE_SERVICE'
  | 'FEATURE_VIEW'
  | 'HOLDOUT'
  | 'INCIDENT'
  | 'JOB'
  | 'MATERIALIZATION'
  | 'METRIC'
  | 'MODEL'
  | 'MODEL_VERSION'
  | 'PREDICTION'
  | 'RELEASE'
  | 'RESPONSE_POLICY'
  | 'RESPONSE_RUN'
  | 'ROLLOUT'
  | 'SHADOW'
  | 'SOURCE'
  | 'TRAINING_SET';

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

/** ANSWERED: by the controls. PARTLY: with what is left to the company. NOT_ANSWERED: nothing here does. */
export type ClauseAnswer =
  | 'ANSWERED'
  | 'NOT_ANSWERED'
  | 'PARTLY';

/** RULE: a rule refuses. GATE: a validation computes it. RECORD: it is kept, and the query shows it. */
export type ControlKind =
  | 'GATE'
  | 'RECORD'
  | 'RULE';

/** What a webhook sends. */
export type WebhookFormat =
  /** Every change, as a line for people and as its event. */
  | 'CHANGES'
  /** The end of each load of a view and of each training set, as a RunEvent of OpenLineage. */
  | 'OPENLINEAGE';

/** How far the work on a model version is. */
export type ModelJobPhase =
  /** It has ended. */
  | 'DONE'
  /** It waits for its turn. */
  | 'QUEUED'
  /** The file is read. */
  | 'READING'
  /** What came of it is stored. */
  | 'STORING'
  /** The model is loaded and run. */
  | 'TRYING';

/** How much harm a wrong answer can do. It decides which gates there are and how many people approve. */
export type RiskTier =
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM';

/** How the key of a node stands. */
export type NodeKeyState =
  /** It is good. */
  | 'ACTIVE'
  /** The node has another one; it is good until expiresAt. */
  | 'ENDING'
  /** The node has another one. */
  | 'EXPIRED'
  /** Somebody ended it. */
  | 'REVOKED';

/** How the recipe of a release stands: NOT_REQUIRED where its deployment asks for no approval. */
export type ReleaseApprovalState =
  | 'APPROVED'
  | 'NOT_REQUIRED'
  | 'REJECTED'
  | 'WAITING';

/** What was decided of a recipe. */
export type ReleaseDecision =
  | 'APPROVED'
  | 'REJECTED';

/** What a release does in a deployment, computed from its traffic. */
export type ServingRole =
  | 'CANARY'
  | 'HOLDOUT'
  | 'KILLED'
  | 'LIVE'
  | 'SHADOW'
  | 'STAGED'
  | 'SUPERSEDED'
  | 'TESTED'
  | 'VARIANT';

/** The kinds of layers of traffic, in the order in which they decide. SHADOW decides nothing. */
export type TrafficLayerKind =
  | 'ALLOCATION'
  | 'DEFAULT'
  | 'FORCED'
  | 'HOLDOUT'
  | 'KILL'
  | 'SHADOW'
  | 'VARIANT';

/** How a deployment’s traffic was changed. */
export type TrafficChangeKind =
  | 'ACQUIRE_ALLOCATION'
  | 'ACQUIRE_SHADOW'
  | 'END_ALLOCATION'
  | 'END_SHADOW'
  | 'FALLBACK'
  | 'KILL'
  | 'LIFT_FREEZE'
  | 'PROMOTE'
  | 'ROLLBACK'
  | 'SET'
  | 'TESTERS';

/** ACTIVE, or DISABLED: it misses what happens meanwhile; what was pending waits. */
export type WebhookStatus =
  | 'ACTIVE'
  | 'DISABLED';

/** Definitions of what is measured, 1 to 1,000 together. */
export type ApplyMeasurementDefinitionsInput = {
  /** Decide and check everything, and keep nothing: what would be refused is refused. */
  readonly dryRun?: boolean | null | undefined;
  /** What stood when it was planned; where something else stands now, nothing is applied (CONFLICT). */
  readonly expected?: ReadonlyArray<ExpectedDefinitionInput> | null | undefined;
  /** Experiments; a new one is a DRAFT, and a DRAFT is replaced. One that has started is refused where it differs. A revision of a metric that is left out is the one that it uses already. */
  readonly experiments?: ReadonlyArray<CreateExperimentInput> | null | undefined;
  /** Holdouts; a new one holds its units out from then on. Of an active one description and metrics change, one that has ended is refused where it differs. A revision of a metric that is left out is the one that it uses already. */
  readonly holdouts?: ReadonlyArray<CreateHoldoutInput> | null | undefined;
  /** Metrics; another definition is the next revision of one that is there, and what refers to a revision of before goes on with that one. */
  readonly metrics?: ReadonlyArray<CreateMetricInput> | null | undefined;
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

/** Units to keep out of all experiments of a namespace. */
export type CreateHoldoutInput = {
  /** What it is for. */
  readonly description?: string | null | undefined;
  /** The name of the pushed event that says that a unit is there, as a visit: from the first one on it counts in the report. Left out: nothing is reported. */
  readonly entry?: string | null | undefined;
  /** What held out units are compared by with all others. */
  readonly metrics?: ReadonlyArray<HoldoutMetricInput> | null | undefined;
  /** Its name: letters, digits, "_", "-", "."; begins with a letter. */
  readonly name: string;
  /** The slice; refused where an experiment or another holdout holds a part of it. At most half of the units. */
  readonly namespace: HoldoutNamespaceInput;
  /** The input field whose value is hashed, as the experiments of the namespace do. */
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

/** Which holdout to end, and why. */
export type EndHoldoutInput = {
  /** The holdout. */
  readonly holdout: string;
  /** Why; it stays on record. */
  readonly reason: string;
};

/** Which unit to erase. */
export type EraseUnitInput = {
  /** Of these experiments alone, pushed events being left. Left out: all that experiments, holdouts and rollouts hold of it. */
  readonly experiments?: ReadonlyArray<string> | null | undefined;
  /** Why; it stays on record, so it names nobody. */
  readonly reason: string;
  /** The unit. */
  readonly unit: string;
  /** The input field whose value it is, as experiments hash it: user_id. */
  readonly unitField: string;
};

/** What stood when the caller planned. */
export type ExpectedDefinitionInput = {
  /** Its `fingerprint`; null where there was none. */
  readonly fingerprint?: string | null | undefined;
  /** The `subject` of the planned change. */
  readonly subject: string;
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

/** A metric of pushed events by which held out units are compared. */
export type HoldoutMetricInput = {
  /** The metric. */
  readonly metric: string;
  /** Which revision of it; the newest if left out. */
  readonly revision?: number | null | undefined;
};

/** The slice of the units of a namespace that is held out. */
export type HoldoutNamespaceInput = {
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

/** Definitions of the feature subgraph, 1 to 1,000 together. They may build on each other. */
export type ApplyFeatureDefinitionsInput = {
  /** Decide and check everything, and keep nothing: what would be refused is refused. */
  readonly dryRun?: boolean | null | undefined;
  /** Entities; applied first. */
  readonly entities?: ReadonlyArray<DefineEntityInput> | null | undefined;
  /** Event streams into sources. */
  readonly eventStreams?: ReadonlyArray<DefineEventStreamInput> | null | undefined;
  /** What stood when it was planned; where something else stands now, nothing is applied (CONFLICT). */
  readonly expected?: ReadonlyArray<ExpectedDefinitionInput> | null | undefined;
  /** Feature services; applied last. */
  readonly featureServices?: ReadonlyArray<DefineFeatureServiceInput> | null | undefined;
  /** Feature views. */
  readonly featureViews?: ReadonlyArray<DefineFeatureViewInput> | null | undefined;
  /** Sources; their files are read at once. */
  readonly sources?: ReadonlyArray<DefineSourceInput> | null | undefined;
};

/** An entity as it shall be. */
export type DefineEntityInput = {
  /** What it is, in a sentence or two. */
  readonly description?: string | null | undefined;
  /** One to ten columns; they stay while a view uses the entity. */
  readonly joinKeys: ReadonlyArray<JoinKeyInput>;
  /** The name, unique in its project. */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner?: string | null | undefined;
  /** Free labels; at most 50. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
};

/** A stream as it shall be. A new one runs at once. */
export type DefineEventStreamInput = {
  /** Where to begin: host:port of some brokers, of those that the server may call. */
  readonly brokers: ReadonlyArray<string>;
  /** What it is, in a sentence or two. */
  readonly description?: string | null | undefined;
  /** Columns that lie in a field of another name; the others lie in that of their own. */
  readonly fields?: ReadonlyArray<MessageFieldInput> | null | undefined;
  /** The consumer group; tiffin.<project>.<name> if left out. */
  readonly group?: string | null | undefined;
  /** The name, unique in its project. */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner?: string | null | undefined;
  /** The source that its messages are events of: id or name. */
  readonly source: string;
  /** Where reading begins. */
  readonly start?: EventStreamStart | null | undefined;
  /** Free labels; at most 50. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** The topic. */
  readonly topic: string;
};

/** A feature service as it shall be. */
export type DefineFeatureServiceInput = {
  /** What it is, in a sentence or two. */
  readonly description?: string | null | undefined;
  /** The name, unique in its project. */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner?: string | null | undefined;
  /** Free labels; at most 50. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** What it reads, in order: 1 to 100 views, each once. */
  readonly views: ReadonlyArray<ServiceViewInput>;
};

/** A feature view as it shall be. */
export type DefineFeatureViewInput = {
  /** Another created column than the source’s; null for none. */
  readonly createdColumn?: string | null | undefined;
  /** What it is, in a sentence or two. */
  readonly description?: string | null | undefined;
  /** The entity that it describes: id or name. */
  readonly entity: string;
  /** Another event column than the source’s. */
  readonly eventColumn?: string | null | undefined;
  /** The source’s column with the id of each event, for a view of windows and networks alone: rows of one id are versions of one event, and the one written last counts. */
  readonly eventIdColumn?: string | null | undefined;
  /** Its features, in order: 1 to 1,000. */
  readonly features: ReadonlyArray<FeatureInput>;
  /** The name: letters, digits and "_", without "__". */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner?: string | null | undefined;
  /** The source that it is loaded from: id or name. */
  readonly source: string;
  /** Free labels; at most 50. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** How many seconds old a value may be, inclusive; 0: any age, and where no feature is a column. */
  readonly ttlSeconds: number;
};

/** A source as it shall be. Its files are read at once, to see that the columns are there. */
export type DefineSourceInput = {
  /** Read timestamps without a zone as UTC. */
  readonly assumeUtc?: boolean | null | undefined;
  /** The column that says when a row was written. */
  readonly createdColumn?: string | null | undefined;
  /** What it is, in a sentence or two. */
  readonly description?: string | null | undefined;
  /** The column that says when a row’s event happened. */
  readonly eventColumn: string;
  /** The name, unique in its project. */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner?: string | null | undefined;
  /** Path or glob of Parquet or CSV files below the folders that the server may read. */
  readonly path: string;
  /** Free labels; at most 50. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
};

/** One feature of a view. */
export type FeatureInput = {
  /** The source’s column; the feature’s own name if left out. A window names its column, unless it counts events; a network has none. */
  readonly column?: string | null | undefined;
  /** What it means. */
  readonly description?: string | null | undefined;
  /** The column’s own type, or FLOAT64 for whole numbers; that of a window or network follows from its function. */
  readonly dtype?: Dtype | null | undefined;
  /** The name: letters, digits and "_". */
  readonly name: string;
  /** Makes it a network: how many others shared something with the entity, instead of the newest value. */
  readonly network?: FeatureNetworkInput | null | undefined;
  /** Makes it a window: a function over the events of some time, instead of the newest value. */
  readonly window?: FeatureWindowInput | null | undefined;
};

/** Which events mark an entity as bad. */
export type FeatureNetworkBadInput = {
  /** The column of the mark: STRING, INT64 or BOOL. */
  readonly column: string;
  /** The values that mark, as text: at most 100. */
  readonly oneOf: ReadonlyArray<string>;
  /** How long a mark counts, in seconds; as long as the network looks back if left out. */
  readonly windowSeconds?: number | null | undefined;
};

/** How many others share something with the entity. */
export type FeatureNetworkInput = {
  /** Which events mark an entity as bad; only for BAD_OTHERS. */
  readonly bad?: FeatureNetworkBadInput | null | undefined;
  /** What it says of them. */
  readonly function: NetworkFunction;
  /** The hop of its far end, as for windows; without one 5 minutes below 12 hours, an hour below 12 days, else a day. */
  readonly hopSeconds?: number | null | undefined;
  /** How many values are followed and how many others looked at, those of the latest events: 1 to 500, 100 if left out. */
  readonly limit?: number | null | undefined;
  /** The source’s column whose values are shared, STRING or INT64: a device, a card, an address. */
  readonly through: string;
  /** How far it looks back, in seconds: at most 400 days. */
  readonly windowSeconds: number;
};

/** Which events a window counts: those of some categories, of some hours of the day, or both. */
export type FeatureWindowFilterInput = {
  /** A column of categories: STRING, INT64 or BOOL. */
  readonly column?: string | null | undefined;
  /** The hours of the day that count, 0 to 23. */
  readonly hours?: ReadonlyArray<number> | null | undefined;
  /** The categories that count, as text: at most 100. */
  readonly oneOf?: ReadonlyArray<string> | null | undefined;
  /** How many minutes the clock of those hours is ahead of UTC. 0 if left out. */
  readonly utcOffsetMinutes?: number | null | undefined;
};

/** A function over the events of some time. */
export type FeatureWindowInput = {
  /** What it says of them. */
  readonly function: WindowFunction;
  /** Its far end lies on a multiple of so many seconds since 1970: the window is up to one hop longer. It divides the length; without one 5 minutes below 12 hours, an hour below 12 days, else a day. */
  readonly hopSeconds?: number | null | undefined;
  /** Which events count; all if left out. */
  readonly where?: FeatureWindowFilterInput | null | undefined;
  /** How far it looks back, in seconds: at most 400 days. */
  readonly windowSeconds: number;
};

/** One column of an entity’s key. */
export type JoinKeyInput = {
  /** The type of its values. */
  readonly dtype: KeyDtype;
  /** The column’s name: letters, digits and "_". */
  readonly name: string;
};

/** Where in a message a column’s value lies. */
export type MessageFieldInput = {
  /** The column of the source; "$retract" for what takes an event back. */
  readonly column: string;
  /** The field of the message; a.b for b in the object a. */
  readonly field: string;
};

/** Features of one view. */
export type ServiceViewInput = {
  /** The features’ names, in order; all if left out. */
  readonly features?: ReadonlyArray<string> | null | undefined;
  /** The view: its id, or name@version; without a version the newest, which is pinned. */
  readonly view: string;
};

/** What a stream shall do from now on. */
export type SetEventStreamStateInput = {
  /** What it shall do. */
  readonly state: EventStreamState;
  /** The stream: id or name. */
  readonly stream: string;
};

/** Which alert the caller is on. */
export type AcknowledgeAlertInput = {
  /** The alert, which is open. */
  readonly alert: string;
  /** What is being done. */
  readonly comment: string;
  /** After so long it lapses, and the ladder is climbed on; left out: when the alert ends. */
  readonly forSeconds?: number | null | undefined;
};

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
export type AlertRuleDefinitionInput = {
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

/** Definitions of alerts, 1 to 1,000 together. */
export type ApplyAlertDefinitionsInput = {
  /** The eventCursor of a deployment that a rule or a policy is about; waits up to 2 s for it to arrive. */
  readonly after?: string | null | undefined;
  /** Decide and check everything, and keep nothing: what would be refused is refused. */
  readonly dryRun?: boolean | null | undefined;
  /** What stood when it was planned; where something else stands now, nothing is applied (CONFLICT). */
  readonly expected?: ReadonlyArray<ExpectedDefinitionInput> | null | undefined;
  /** Response policies; one that is there is revised, and stays paused where it is. One that does more than page by itself takes the role approver. */
  readonly responsePolicies?: ReadonlyArray<CreateResponsePolicyInput> | null | undefined;
  /** Alert rules; what one watches that is there cannot change, and its open alerts stay. */
  readonly rules?: ReadonlyArray<AlertRuleDefinitionInput> | null | undefined;
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

/** Which receiver to try. */
export type TestReceiverInput = {
  /** The receiver. */
  readonly receiver: string;
};

/** From (included) to (not included). */
export type TimeWindowInput = {
  /** Where the window begins. */
  readonly from: string;
  /** Where it ends; this instant is no longer in it. */
  readonly to: string;
};

/** Definitions of what is served, 1 to 1,000 together. They may build on each other. */
export type ApplyServingDefinitionsInput = {
  /** The eventCursor of feature definitions that a recipe builds on; waits up to 2 s for it to arrive. */
  readonly after?: string | null | undefined;
  /** Deployments; the settings of one that is there cannot change. */
  readonly deployments?: ReadonlyArray<CreateDeploymentInput> | null | undefined;
  /** Decide and check everything, and keep nothing: what would be refused is refused. */
  readonly dryRun?: boolean | null | undefined;
  /** Endpoints; applied first. */
  readonly endpoints?: ReadonlyArray<CreateEndpointInput> | null | undefined;
  /** What stood when it was planned; where something else stands now, nothing is applied (CONFLICT). */
  readonly expected?: ReadonlyArray<ExpectedDefinitionInput> | null | undefined;
  /** Features that nodes keep. Those of a deployment that is made here are read within seconds. */
  readonly featureSnapshots?: ReadonlyArray<SetFeatureSnapshotInput> | null | undefined;
  /** Recipes; they become releases, which serve once they are approved and get traffic. */
  readonly recipes?: ReadonlyArray<DeploymentRecipeInput> | null | undefined;
  /** Webhooks, by their URL; takes the role `admin` or the scope `registry:webhooks`. */
  readonly webhooks?: ReadonlyArray<WebhookDefinitionInput> | null | undefined;
};

/** An approval, and how far it goes. */
export type ApproveModelVersionInput = {
  /** What is asked of those who use it, in words; it stays on record. */
  readonly conditions?: ReadonlyArray<string> | null | undefined;
  /** The only environments in which it may serve; left out: all. */
  readonly environments?: ReadonlyArray<string> | null | undefined;
  /** When the approval ends; left out: never. */
  readonly expiresAt?: string | null | undefined;
  /** The version. */
  readonly id: string;
  /** Why; it stays on record. */
  readonly reason?: string | null | undefined;
};

/** A release whose recipe may answer. */
export type ApproveReleaseInput = {
  /** Why; it stays on record. */
  readonly reason?: string | null | undefined;
  /** The release; it waits for an approval. */
  readonly release: string;
};

/** An endpoint to serve in an environment. */
export type CreateDeploymentInput = {
  /** Device audiences that may serve it; enrolled nodes always may. */
  readonly audiences?: ReadonlyArray<string> | null | undefined;
  /** The endpoint. */
  readonly endpoint: string;
  /** The environment: production, staging, … */
  readonly environment: string;
  /** Milliseconds that a node may go on after it last heard from the registry; left out: for ever. */
  readonly refuseAfterMs?: number | null | undefined;
  /** Whether a release answers here only once another person has approved its recipe. Left out: in production alone, which always asks for it. */
  readonly requiresApproval?: boolean | null | undefined;
};

/** A new endpoint. */
export type CreateEndpointInput = {
  /** What it decides, in words. */
  readonly description?: string | null | undefined;
  /** Its name: a letter, then letters, digits, "_", "-" and ".". */
  readonly name: string;
  /** Who answers for it. */
  readonly owner?: string | null | undefined;
  /** Labels. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
};

/** A recipe to freeze. */
export type CreateReleaseInput = {
  /** The eventCursor of a feature mutation that the recipe builds on; waits up to 2 s for it to arrive. */
  readonly after?: string | null | undefined;
  /** The deployment that it is for. */
  readonly deployment: string;
  /** What is new in it, in words. */
  readonly description?: string | null | undefined;
  /** The recipe: inputs, entities, features, segments, derive, models, combine, rules, output, fallback, budgets, logging. */
  readonly recipe: unknown;
};

/** The recipe that a deployment shall have. */
export type DeploymentRecipeInput = {
  /** The deployment. */
  readonly deployment: string;
  /** What is new in it, in words; kept with a new release. */
  readonly description?: string | null | undefined;
  /** The recipe, as `createRelease` takes it; another one than that of the newest release makes a new release. */
  readonly recipe: unknown;
};

/** What goes into a model, and what must come out. */
export type GoldenRowInput = {
  /** Every input of the model, once. */
  readonly inputs: ReadonlyArray<TensorInput>;
  /** One or more outputs with the values that they must have. */
  readonly outputs: ReadonlyArray<TensorInput>;
};

/** The preset that the project is to hold to. */
export type ImportPolicyPresetInput = {
  /** Its id, whole or short: RBI. */
  readonly id: string;
  /** Why, as the decision of the board; it stays on record. */
  readonly reason: string;
};

/** A token for a node that is to be enrolled. */
export type IssueEnrolmentTokenInput = {
  /** For how many minutes it is good: 1 to 10080. */
  readonly minutes?: number | null | undefined;
  /** The name of the node, as its setting TIFFIN_EDGE_NODE has it. */
  readonly node: string;
};

/** A version to take one step on. */
export type ModelVersionStepInput = {
  /** The version. */
  readonly id: string;
  /** Why; it stays on record. */
  readonly reason?: string | null | undefined;
};

/** A release to make the default. */
export type PromoteReleaseInput = {
  /** Names the decision, such as a verdict’s id: the same cause again changes nothing. */
  readonly cause?: string | null | undefined;
  /** The deployment. */
  readonly deployment: string;
  /** The revision of the traffic that was read, to refuse if it has moved. */
  readonly expectedRevision?: number | null | undefined;
  /** Why; it stays on record. */
  readonly reason: string;
  /** The release, by its id or its digest. */
  readonly release: string;
};

/** A version to take a step on that others must understand. */
export type ReasonedStepInput = {
  /** The version. */
  readonly id: string;
  /** Why; it stays on record. */
  readonly reason: string;
};

/** Which deployment, and why. */
export type ReasonedTrafficInput = {
  /** Names the decision, such as a verdict’s id: the same cause again changes nothing. */
  readonly cause?: string | null | undefined;
  /** The deployment. */
  readonly deployment: string;
  /** Why; it stays on record. */
  readonly reason: string;
};

/** A model file to register as the next version of a model. */
export type RegisterModelVersionInput = {
  /** The algorithm family: another one makes a MAJOR step. */
  readonly algorithm?: string | null | undefined;
  /** SHA-256 of a completed upload: an ONNX file with its weights inside. */
  readonly artifact: string;
  /** The number of the business that it is to move. */
  readonly businessMetric?: string | null | undefined;
  /** Its model card, as Markdown. */
  readonly card?: string | null | undefined;
  /** Numbers by name, shown as claims. */
  readonly claimedMetrics?: unknown;
  /** The commit of the training code; another one makes a MINOR step. */
  readonly codeCommit?: string | null | undefined;
  /** What it is, in words. */
  readonly description?: string | null | undefined;
  /** SHA-256 of an uploaded evaluation file, JSON lines or Parquet: what its metrics are computed from. */
  readonly evaluation?: string | null | undefined;
  /** The pinned feature service that feeds it. */
  readonly featureService?: string | null | undefined;
  /** Rows that the model must answer, at most 100: inputs, and what should come out. */
  readonly goldenRows?: ReadonlyArray<GoldenRowInput> | null | undefined;
  /** An object of hyper-parameters; other ones make a MINOR step. */
  readonly hyperParameters?: unknown;
  /** Who is to use it for what. */
  readonly intendedUse?: string | null | undefined;
  /** Where it must not be used and what it cannot do. */
  readonly limits?: string | null | undefined;
  /** The model’s name; it is made if there is none. */
  readonly model: string;
  /** Who answers for it. */
  readonly owner?: string | null | undefined;
  /** What it is made for. */
  readonly purpose?: string | null | undefined;
  /** How much harm a wrong answer can do; left out: as the version before, LOW for the first. It never falls. */
  readonly riskTier?: RiskTier | null | undefined;
  /** Labels. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** Whether others than the organisation made it. */
  readonly thirdParty?: boolean | null | undefined;
  /** The training set; another one makes a PATCH step. */
  readonly trainingSet?: string | null | undefined;
  /** MAJOR.MINOR.PATCH.BUILD, to raise it further than what changed asks for. */
  readonly version?: string | null | undefined;
  /** How long to wait for the end before answering, in ms: 0 to 20000. The work goes on anyway. */
  readonly waitMs?: number | null | undefined;
};

/** A release whose recipe must not answer. */
export type RejectReleaseInput = {
  /** Why; it stays on record. */
  readonly reason: string;
  /** The release; it waits for an approval. */
  readonly release: string;
};

/** Whose keys are to end, and why. */
export type RevokeNodeKeysInput = {
  /** The name of the node. */
  readonly node: string;
  /** Why; it stays on record. */
  readonly reason: string;
};

/** How far to go back. */
export type RollbackInput = {
  /** Names the decision, such as a verdict’s id: the same cause again changes nothing. */
  readonly cause?: string | null | undefined;
  /** The deployment. */
  readonly deployment: string;
  /** Tells what it would do, and changes nothing. */
  readonly dryRun?: boolean | null | undefined;
  /** Why; it stays on record. */
  readonly reason: string;
  /** A release that was the default before, by its id or its digest: goes there at once. Left out: one step. */
  readonly to?: string | null | undefined;
};

/** Which webhook gets a new secret, and how long the old one signs beside it. */
export type RotateWebhookSecretInput = {
  /** The webhook. */
  readonly id: string;
  /** For so many hours both secrets sign: 0 to 168. */
  readonly overlapHours?: number | null | undefined;
};

/** A release to try on a share of the units. */
export type SetCanaryInput = {
  /** Names the decision, such as a verdict’s id: the same cause again changes nothing. */
  readonly cause?: string | null | undefined;
  /** The deployment. */
  readonly deployment: string;
  /** The revision of the traffic that was read, to refuse if it has moved. */
  readonly expectedRevision?: number | null | undefined;
  /** Percent of the units that it answers: 0 ends the canary, 100 makes the release the default. */
  readonly percent: number;
  /** Why; it stays on record. */
  readonly reason: string;
  /** The release, by its id or its digest. */
  readonly release: string;
  /** The input field whose value is hashed; left out: the input of the recipe’s first entity. */
  readonly unit?: string | null | undefined;
};

/** Features that nodes keep. A snapshot of the same name is replaced. */
export type SetFeatureSnapshotInput = {
  /** Device audiences of the deployment that get it as well; left out: enrolled nodes alone. */
  readonly audiences?: ReadonlyArray<string> | null | undefined;
  /** The deployment. */
  readonly deployment: string;
  /** The entities: an object of join key to value each, with every join key. 1 to 10,000, at most 4 MiB as they are read. */
  readonly entities: ReadonlyArray<unknown>;
  /** How often, in seconds, their features are read again: 10 to 86,400; left out: 300. */
  readonly everySeconds?: number | null | undefined;
  /** Its name: a letter, then letters, digits, "_", "-" and "."; left out: default. */
  readonly name?: string | null | undefined;
};

/** A tensor with its values. */
export type TensorInput = {
  /** The values as one flat list: numbers, texts or booleans. */
  readonly data: unknown;
  /** The type of its values: float32, int64, string, … */
  readonly dtype: string;
  /** Its name in the model. */
  readonly name: string;
  /** Its dimensions; the first is the batch, 1 for one row. */
  readonly shape: ReadonlyArray<number>;
};

/** A version to validate. */
export type ValidateModelVersionInput = {
  /** The version. */
  readonly id: string;
  /** How long to wait for the end before answering, in ms: 0 to 20000. The work goes on anyway. */
  readonly waitMs?: number | null | undefined;
};

/** A webhook as it shall be. `rotateWebhookSecret` gives its secret: none is shown where definitions are applied. */
export type WebhookDefinitionInput = {
  /** What it is for, in words. */
  readonly description?: string | null | undefined;
  /** What it is sent; it stays what it is. */
  readonly format?: WebhookFormat | null | undefined;
  /** Only events of these kinds; left out or empty: of all. */
  readonly kinds?: ReadonlyArray<AssetKind> | null | undefined;
  /** DISABLED stops it, ACTIVE lets it go on; left out: ACTIVE. */
  readonly status?: WebhookStatus | null | undefined;
  /** https to a public host; others only where configuration allows the host. */
  readonly url: string;
};

/** One webhook. */
export type WebhookInput = {
  /** The webhook. */
  readonly id: string;
};

export type ListEntitiesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListEntitiesQuery = { readonly entities: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly owner: string | null, readonly description: string, readonly joinKeys: ReadonlyArray<{ readonly name: string, readonly dtype: KeyDtype }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListSourcesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListSourcesQuery = { readonly sources: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly path: string, readonly eventColumn: string, readonly owner: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListFeatureViewsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  name?: string | null | undefined;
}>;


export type ListFeatureViewsQuery = { readonly featureViews: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly version: number, readonly ttlSeconds: number, readonly owner: string | null, readonly entity: { readonly name: string } | null, readonly source: { readonly name: string } | null, readonly features: ReadonlyArray<{ readonly name: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListFeatureServicesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  name?: string | null | undefined;
}>;


export type ListFeatureServicesQuery = { readonly featureServices: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly version: number, readonly owner: string | null, readonly features: ReadonlyArray<{ readonly name: string }>, readonly views: ReadonlyArray<{ readonly name: string, readonly version: number }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListTrainingSetsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  service?: string | null | undefined;
}>;


export type ListTrainingSetsQuery = { readonly trainingSets: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly rowCount: number, readonly sizeBytes: number, readonly createdAt: string, readonly contentHash: string, readonly service: { readonly id: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListModelsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListModelsQuery = { readonly models: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly createdAt: string, readonly description: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListModelVersionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  states?: ReadonlyArray<ApprovalState> | ApprovalState | null | undefined;
  owner?: string | null | undefined;
  tag?: string | null | undefined;
}>;


export type ListModelVersionsQuery = { readonly modelVersions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly number: number, readonly version: string, readonly state: ApprovalState, readonly makers: ReadonlyArray<string>, readonly createdAt: string, readonly model: { readonly name: string }, readonly roles: ReadonlyArray<{ readonly role: ServingRole, readonly deployment: { readonly id: string } }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListReleasesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
  approvalStates?: ReadonlyArray<ReleaseApprovalState> | ReleaseApprovalState | null | undefined;
}>;


export type ListReleasesQuery = { readonly releases: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly number: number, readonly approvalState: ReleaseApprovalState, readonly createdBy: string, readonly createdAt: string, readonly deployment: { readonly id: string }, readonly modelVersions: ReadonlyArray<{ readonly id: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListEndpointsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListEndpointsQuery = { readonly endpoints: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly owner: string | null, readonly description: string, readonly deployments: ReadonlyArray<{ readonly id: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListDeploymentsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListDeploymentsQuery = { readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly environment: string, readonly live: { readonly id: string, readonly number: number } | null, readonly traffic: { readonly killed: boolean, readonly revision: number, readonly freeze: { readonly reason: string } | null, readonly lease: { readonly holder: string } | null } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListExperimentsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
  status?: ExperimentStatus | null | undefined;
}>;


export type ListExperimentsQuery = { readonly experiments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: ExperimentStatus, readonly createdAt: string, readonly deployment: { readonly id: string } | null, readonly arms: ReadonlyArray<{ readonly arm: string, readonly share: number, readonly release: { readonly id: string } | null }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListRolloutsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
  status?: RolloutStatus | null | undefined;
}>;


export type ListRolloutsQuery = { readonly rollouts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: RolloutStatus, readonly step: number, readonly createdAt: string, readonly steps: ReadonlyArray<{ readonly weight: number }>, readonly deployment: { readonly id: string } | null, readonly candidate: { readonly id: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListMetricsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListMetricsQuery = { readonly metrics: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly revision: number, readonly createdAt: string, readonly definition: { readonly kind: MetricKind, readonly measure: Measure, readonly higherIsBetter: boolean, readonly margin: number | null, readonly marginKind: MarginKind } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListShadowsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
  status?: ShadowStatus | null | undefined;
}>;


export type ListShadowsQuery = { readonly shadows: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: ShadowStatus, readonly share: number, readonly startedAt: string | null, readonly deployment: { readonly id: string } | null, readonly candidate: { readonly id: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListAlertsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
  rule?: string | null | undefined;
  status?: AlertStatus | null | undefined;
}>;


export type ListAlertsQuery = { readonly alerts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly severity: AlertSeverity, readonly status: AlertStatus, readonly value: number | null, readonly silenced: boolean, readonly firedAt: string | null, readonly endedAt: string | null, readonly rule: { readonly id: string, readonly name: string } | null, readonly deployment: { readonly id: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListIncidentsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
  status?: IncidentStatus | null | undefined;
}>;


export type ListIncidentsQuery = { readonly incidents: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly title: string, readonly status: IncidentStatus, readonly cause: TroubleCause, readonly severity: AlertSeverity, readonly startedAt: string, readonly acknowledgedBy: string | null, readonly resolvedAt: string | null, readonly deployments: ReadonlyArray<{ readonly id: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListReceiversQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListReceiversQuery = { readonly receivers: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly kind: ReceiverKind, readonly target: string, readonly sendResolved: boolean, readonly createdAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListAlertRulesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
}>;


export type ListAlertRulesQuery = { readonly alertRules: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly signal: AlertSignal | null, readonly expression: string | null, readonly feature: string | null, readonly comparison: AlertComparison | null, readonly threshold: number | null, readonly severity: AlertSeverity, readonly value: number | null, readonly problem: string | null, readonly deployment: { readonly id: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListEdgeNodesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
}>;


export type ListEdgeNodesQuery = { readonly edgeNodes: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly runtime: string, readonly trust: Trust, readonly stale: boolean, readonly manifestRevision: number, readonly manifestAgeMs: number, readonly lastSeenAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListPredictionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment: string;
  from?: string | null | undefined;
  to?: string | null | undefined;
}>;


export type ListPredictionsQuery = { readonly predictions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly occurredAt: string, readonly score: number | null, readonly decision: string | null, readonly reason: string | null, readonly arm: string | null, readonly variant: string | null, readonly fallback: string | null, readonly release: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListWebhooksQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListWebhooksQuery = { readonly webhooks: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly url: string, readonly kinds: ReadonlyArray<AssetKind>, readonly status: WebhookStatus, readonly description: string, readonly failure: { readonly since: string, readonly answer: string, readonly attempts: number } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListAuditRecordsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  subgraphs?: ReadonlyArray<AuditSubgraph> | AuditSubgraph | null | undefined;
  subject?: string | null | undefined;
  subjectPrefix?: string | null | undefined;
  actor?: string | null | undefined;
  action?: string | null | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
}>;


export type ListAuditRecordsQuery = { readonly auditRecords: { readonly edges: ReadonlyArray<{ readonly node: { readonly subgraph: AuditSubgraph, readonly seq: number, readonly at: string, readonly actor: string, readonly action: string, readonly subject: string, readonly rule: string | null, readonly reason: string | null, readonly hash: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ListNodeKeysQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  node?: string | null | undefined;
}>;


export type ListNodeKeysQuery = { readonly nodeKeys: { readonly edges: ReadonlyArray<{ readonly node: { readonly node: string, readonly number: number, readonly state: NodeKeyState, readonly enrolledAt: string, readonly enrolledBy: string, readonly expiresAt: string | null, readonly revokedAt: string | null, readonly revokedBy: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type IssueEnrolmentTokenMutationVariables = Exact<{
  input: IssueEnrolmentTokenInput;
}>;


export type IssueEnrolmentTokenMutation = { readonly issueEnrolmentToken: { readonly token: string, readonly node: string, readonly expiresAt: string } | null };

export type RevokeNodeKeysMutationVariables = Exact<{
  input: RevokeNodeKeysInput;
}>;


export type RevokeNodeKeysMutation = { readonly revokeNodeKeys: { readonly revoked: ReadonlyArray<{ readonly node: string, readonly number: number, readonly state: NodeKeyState }> } | null };

export type ListMachineKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type ListMachineKeysQuery = { readonly machineKeys: ReadonlyArray<{ readonly id: string, readonly owner: string | null, readonly scopes: ReadonlyArray<string>, readonly trust: string, readonly expiresAt: string | null }> | null };

export type ShowEntityQueryVariables = Exact<{
  id: string;
}>;


export type ShowEntityQuery = { readonly entity: { readonly id: string, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly revision: number, readonly createdAt: string, readonly joinKeys: ReadonlyArray<{ readonly name: string, readonly dtype: KeyDtype }> } | null };

export type ShowSourceQueryVariables = Exact<{
  id: string;
}>;


export type ShowSourceQuery = { readonly source: { readonly id: string, readonly name: string, readonly path: string, readonly eventColumn: string, readonly createdColumn: string | null, readonly assumeUtc: boolean, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly revision: number, readonly createdAt: string, readonly columns: ReadonlyArray<{ readonly name: string, readonly dtype: Dtype | null, readonly nativeType: string, readonly problem: string | null }> } | null };

export type ShowFeatureViewQueryVariables = Exact<{
  id: string;
}>;


export type ShowFeatureViewQuery = { readonly featureView: { readonly id: string, readonly name: string, readonly version: number, readonly ttlSeconds: number, readonly eventColumn: string, readonly createdColumn: string | null, readonly eventIdColumn: string | null, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly createdAt: string, readonly entity: { readonly id: string } | null, readonly source: { readonly id: string } | null, readonly joinKeys: ReadonlyArray<{ readonly name: string, readonly dtype: KeyDtype }>, readonly features: ReadonlyArray<{ readonly name: string, readonly dtype: Dtype, readonly description: string }> } | null };

export type ShowFeatureServiceQueryVariables = Exact<{
  id: string;
}>;


export type ShowFeatureServiceQuery = { readonly featureService: { readonly id: string, readonly name: string, readonly version: number, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly createdAt: string, readonly views: ReadonlyArray<{ readonly id: string }>, readonly features: ReadonlyArray<{ readonly name: string, readonly dtype: Dtype }>, readonly models: ReadonlyArray<{ readonly id: string }> | null } | null };

export type ShowTrainingSetQueryVariables = Exact<{
  id: string;
}>;


export type ShowTrainingSetQuery = { readonly trainingSet: { readonly id: string, readonly rowCount: number, readonly sizeBytes: number, readonly contentHash: string, readonly schemaHash: string, readonly sha256: string, readonly knownAt: KnownAt, readonly downloadPath: string, readonly createdAt: string, readonly service: { readonly id: string } | null, readonly columns: ReadonlyArray<{ readonly name: string, readonly dtype: Dtype, readonly role: ColumnRole }>, readonly modelVersions: ReadonlyArray<{ readonly id: string }> | null } | null };

export type ShowModelQueryVariables = Exact<{
  id: string;
}>;


export type ShowModelQuery = { readonly model: { readonly id: string, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly createdAt: string, readonly versions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly version: string, readonly state: ApprovalState, readonly roles: ReadonlyArray<{ readonly role: ServingRole, readonly deployment: { readonly id: string } }> } }> } } | null };

export type ShowModelVersionQueryVariables = Exact<{
  id: string;
}>;


export type ShowModelVersionQuery = { readonly modelVersion: { readonly id: string, readonly version: string, readonly state: ApprovalState, readonly description: string, readonly makers: ReadonlyArray<string>, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly algorithm: string | null, readonly digest: string, readonly sizeBytes: number, readonly goldenRows: number, readonly claimedMetrics: unknown, readonly evaluation: string | null, readonly createdAt: string, readonly roles: ReadonlyArray<{ readonly role: ServingRole, readonly deployment: { readonly id: string } }>, readonly inputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }>, readonly outputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }>, readonly proofs: ReadonlyArray<{ readonly engine: string, readonly agreement: Agreement, readonly rows: number, readonly ulps: number | null, readonly difference: string | null }>, readonly featureService: { readonly id: string } | null, readonly trainingSet: { readonly id: string } | null, readonly approvals: ReadonlyArray<{ readonly action: ApprovalAction, readonly actor: string, readonly at: string, readonly reason: string | null }> } | null };

export type ShowReleaseQueryVariables = Exact<{
  id: string;
}>;


export type ShowReleaseQuery = { readonly release: { readonly id: string, readonly number: number, readonly recipe: unknown, readonly recipeDigest: string, readonly approvalState: ReleaseApprovalState, readonly requires: ReadonlyArray<string>, readonly digest: string, readonly makers: ReadonlyArray<string>, readonly description: string, readonly createdBy: string, readonly createdAt: string, readonly deployment: { readonly id: string }, readonly modelVersions: ReadonlyArray<{ readonly id: string, readonly state: ApprovalState }>, readonly featureService: { readonly id: string } | null, readonly approval: { readonly decision: ReleaseDecision, readonly by: string, readonly at: string, readonly reason: string | null } | null } | null };

export type ShowEndpointQueryVariables = Exact<{
  id: string;
}>;


export type ShowEndpointQuery = { readonly endpoint: { readonly id: string, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly createdAt: string, readonly deployments: ReadonlyArray<{ readonly id: string, readonly live: { readonly id: string } | null }> } | null };

export type ShowDeploymentQueryVariables = Exact<{
  id: string;
}>;


export type ShowDeploymentQuery = { readonly deployment: { readonly id: string, readonly environment: string, readonly requiresApproval: boolean, readonly audiences: ReadonlyArray<string>, readonly refuseAfterMs: number | null, readonly createdAt: string, readonly endpoint: { readonly id: string }, readonly live: { readonly id: string, readonly modelVersions: ReadonlyArray<{ readonly id: string }> } | null, readonly traffic: { readonly defaultRelease: string | null, readonly previousRelease: string | null, readonly layers: unknown, readonly killed: boolean, readonly revision: number, readonly freeze: { readonly reason: string } | null, readonly lease: { readonly holder: string } | null, readonly shadow: { readonly holder: string } | null }, readonly nodes: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string, readonly stale: boolean } }> } | null, readonly alerts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly rule: { readonly name: string } | null } }> } | null } | null };

export type ShowMetricQueryVariables = Exact<{
  id: string;
}>;


export type ShowMetricQuery = { readonly metric: { readonly id: string, readonly description: string, readonly revision: number, readonly revisions: ReadonlyArray<{ readonly number: number, readonly description: string, readonly createdAt: string, readonly createdBy: string, readonly definition: { readonly kind: MetricKind, readonly measure: Measure, readonly event: string | null, readonly per: Measure | null, readonly perEvent: string | null, readonly positiveFrom: number | null, readonly quantile: number | null, readonly ceiling: number | null, readonly lowest: number | null, readonly highest: number | null, readonly attributionHours: number | null, readonly higherIsBetter: boolean, readonly margin: number | null, readonly marginKind: MarginKind, readonly minimumEffect: number | null } }> } | null };

export type ListHoldoutsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  status?: HoldoutStatus | null | undefined;
}>;


export type ListHoldoutsQuery = { readonly holdouts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: HoldoutStatus, readonly unit: string, readonly namespace: string, readonly from: number, readonly to: number, readonly entry: string | null, readonly createdAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ShowHoldoutQueryVariables = Exact<{
  id: string;
}>;


export type ShowHoldoutQuery = { readonly holdout: { readonly id: string, readonly description: string, readonly status: HoldoutStatus, readonly unit: string, readonly namespace: string, readonly from: number, readonly to: number, readonly entry: string | null, readonly createdAt: string, readonly createdBy: string, readonly endedAt: string | null, readonly reason: string | null, readonly effect: { readonly held: number, readonly others: number, readonly mismatch: boolean, readonly warnings: ReadonlyArray<string>, readonly metrics: ReadonlyArray<{ readonly metric: string, readonly held: number | null, readonly others: number | null, readonly difference: number | null, readonly pAdjusted: number, readonly better: boolean | null, readonly interval: { readonly lower: number, readonly upper: number } | null }> } | null } | null };

export type ShowRolloutQueryVariables = Exact<{
  id: string;
}>;


export type ShowRolloutQuery = { readonly rollout: { readonly id: string, readonly status: RolloutStatus, readonly hypothesis: string, readonly step: number, readonly pendingStep: StudyStep | null, readonly leaseLostAt: string | null, readonly deployment: { readonly id: string } | null, readonly control: { readonly id: string } | null, readonly candidate: { readonly id: string } | null, readonly steps: ReadonlyArray<{ readonly number: number, readonly weight: number, readonly minSamples: number, readonly startedAt: string | null, readonly passedAt: string | null, readonly endedAt: string | null }>, readonly paused: { readonly by: string, readonly at: string, readonly reason: string } | null, readonly evaluation: { readonly verdict: RolloutVerdictWord, readonly reasons: ReadonlyArray<string>, readonly missing: number | null, readonly about: string | null, readonly findings: ReadonlyArray<{ readonly guardrail: string, readonly step: number, readonly segment: string | null, readonly state: GuardrailState, readonly control: number | null, readonly candidate: number | null, readonly worse: number | null, readonly accepted: number | null }> } | null, readonly verdicts: { readonly edges: ReadonlyArray<{ readonly node: { readonly at: string, readonly step: number, readonly verdict: RolloutVerdictWord, readonly reasons: ReadonlyArray<string> } }> } } | null };

export type ShowExperimentQueryVariables = Exact<{
  id: string;
}>;


export type ShowExperimentQuery = { readonly experiment: { readonly id: string, readonly status: ExperimentStatus, readonly hypothesis: string, readonly unit: string, readonly createdBy: string, readonly createdAt: string, readonly deployment: { readonly id: string } | null, readonly arms: ReadonlyArray<{ readonly arm: string, readonly share: number, readonly release: { readonly id: string } | null, readonly modelVersions: ReadonlyArray<{ readonly id: string }> }>, readonly design: { readonly alpha: number, readonly power: number, readonly baseline: number, readonly mde: number, readonly mdeKind: MdeKind, readonly totalUnits: number, readonly sizes: ReadonlyArray<{ readonly arm: string, readonly units: number }> }, readonly result: { readonly banner: string | null, readonly recommendation: Recommendation, readonly ships: string | null, readonly winner: string | null, readonly daysLeft: number | null, readonly reasons: ReadonlyArray<string>, readonly peeking: boolean, readonly arms: ReadonlyArray<{ readonly arm: string, readonly exposed: number, readonly labelled: number, readonly converted: number, readonly rate: number | null, readonly needed: number, readonly missing: number }>, readonly comparisons: ReadonlyArray<{ readonly arm: string, readonly difference: number | null, readonly pAdjusted: number }>, readonly guardrails: ReadonlyArray<{ readonly arm: string, readonly metric: string, readonly state: GuardrailState, readonly inWords: string }>, readonly secondary: ReadonlyArray<{ readonly arm: string, readonly metric: string, readonly control: number | null, readonly value: number | null, readonly pAdjusted: number }>, readonly plans: ReadonlyArray<{ readonly arm: string, readonly summary: string }>, readonly sampleRatio: { readonly mismatch: boolean, readonly p: number } } | null, readonly decision: { readonly ships: boolean, readonly arm: string | null, readonly by: string, readonly at: string, readonly reason: string } | null } | null };

export type ShowShadowQueryVariables = Exact<{
  id: string;
}>;


export type ShowShadowQuery = { readonly shadow: { readonly id: string, readonly status: ShadowStatus, readonly hypothesis: string, readonly share: number, readonly unit: string, readonly startedAt: string | null, readonly endsAt: string | null, readonly stoppedAt: string | null, readonly createdBy: string, readonly createdAt: string, readonly deployment: { readonly id: string } | null, readonly candidate: { readonly id: string } | null, readonly modelVersions: ReadonlyArray<{ readonly id: string }> } | null };

export type ShowAlertQueryVariables = Exact<{
  id: string;
}>;


export type ShowAlertQuery = { readonly alert: { readonly id: string, readonly status: AlertStatus, readonly severity: AlertSeverity, readonly silenced: boolean, readonly value: number | null, readonly runbookUrl: string | null, readonly activeAt: string, readonly firedAt: string | null, readonly endedAt: string | null, readonly evaluatedAt: string, readonly deployment: { readonly id: string } | null, readonly labels: ReadonlyArray<{ readonly name: string, readonly value: string }>, readonly annotations: ReadonlyArray<{ readonly name: string, readonly value: string }>, readonly rule: { readonly id: string, readonly name: string, readonly signal: AlertSignal | null, readonly expression: string | null, readonly feature: string | null, readonly comparison: AlertComparison | null, readonly threshold: number | null, readonly description: string } | null } | null };

export type ShowReceiverQueryVariables = Exact<{
  id: string;
}>;


export type ShowReceiverQuery = { readonly receiver: { readonly id: string, readonly name: string, readonly kind: ReceiverKind, readonly target: string, readonly sendResolved: boolean, readonly createdBy: string, readonly createdAt: string, readonly notifications: { readonly edges: ReadonlyArray<{ readonly node: { readonly title: string, readonly state: NotificationState, readonly attempts: number, readonly answer: string | null, readonly nextAt: string } }> } } | null };

export type ShowIncidentQueryVariables = Exact<{
  id: string;
}>;


export type ShowIncidentQuery = { readonly incident: { readonly id: string, readonly title: string, readonly status: IncidentStatus, readonly cause: TroubleCause, readonly severity: AlertSeverity, readonly startedAt: string, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly resolvedAt: string | null, readonly mergedInto: string | null, readonly origin: { readonly kind: IncidentOriginKind, readonly name: string, readonly id: string | null }, readonly resolution: { readonly by: string, readonly comment: string, readonly falseAlarm: boolean } | null, readonly roles: ReadonlyArray<{ readonly role: IncidentRole, readonly person: string }>, readonly deployments: ReadonlyArray<{ readonly id: string }>, readonly evidence: ReadonlyArray<{ readonly alert: string, readonly cause: TroubleCause, readonly text: string, readonly value: number | null, readonly firedAt: string, readonly endedAt: string | null, readonly context: ReadonlyArray<{ readonly name: string, readonly value: number }> }>, readonly timeline: ReadonlyArray<{ readonly at: string, readonly kind: IncidentEntryKind, readonly by: string | null, readonly text: string }> } | null };

export type ShowAlertRuleQueryVariables = Exact<{
  id: string;
}>;


export type ShowAlertRuleQuery = { readonly alertRule: { readonly id: string, readonly name: string, readonly signal: AlertSignal | null, readonly expression: string | null, readonly feature: string | null, readonly comparison: AlertComparison | null, readonly threshold: number | null, readonly severity: AlertSeverity, readonly problem: string | null, readonly windowSeconds: number | null, readonly forSeconds: number, readonly keepFiringForSeconds: number, readonly noDataState: NoDataState, readonly minRows: number | null, readonly value: number | null, readonly rows: number | null, readonly evaluatedAt: string | null, readonly description: string, readonly createdBy: string, readonly createdAt: string, readonly deployment: { readonly id: string } | null, readonly labels: ReadonlyArray<{ readonly name: string, readonly value: string }>, readonly annotations: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null };

export type ShowEdgeNodeQueryVariables = Exact<{
  id: string;
}>;


export type ShowEdgeNodeQuery = { readonly edgeNode: { readonly id: string, readonly name: string, readonly runtime: string, readonly trust: Trust, readonly stale: boolean, readonly manifestRevision: number, readonly manifestAgeMs: number, readonly clockSkewMs: number, readonly firstSeenAt: string, readonly lastSeenAt: string, readonly serving: ReadonlyArray<{ readonly refused: string | null, readonly deployment: { readonly id: string } | null, readonly serving: ReadonlyArray<{ readonly release: string }> }> } | null };

export type ShowPredictionQueryVariables = Exact<{
  id: string;
}>;


export type ShowPredictionQuery = { readonly prediction: { readonly id: string, readonly occurredAt: string, readonly release: string, readonly score: number | null, readonly decision: string | null, readonly confidence: number | null, readonly reason: string | null, readonly arm: string | null, readonly variant: string | null, readonly layer: AnsweringLayer | null, readonly fallback: string | null, readonly trust: Trust, readonly deployment: { readonly id: string } | null, readonly rules: ReadonlyArray<{ readonly name: string, readonly action: string, readonly confidence: number, readonly reason: string, readonly outcome: RuleOutcome, readonly error: string | null }>, readonly models: ReadonlyArray<{ readonly score: number | null, readonly modelVersion: { readonly id: string } | null }>, readonly inputs: ReadonlyArray<{ readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null }>, readonly features: ReadonlyArray<{ readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null }>, readonly timings: ReadonlyArray<{ readonly stage: string, readonly ms: number }>, readonly outcome: { readonly value: number, readonly occurredAt: string } | null } | null };

export type ShowWebhookQueryVariables = Exact<{
  id: string;
}>;


export type ShowWebhookQuery = { readonly webhook: { readonly id: string, readonly url: string, readonly kinds: ReadonlyArray<AssetKind>, readonly status: WebhookStatus, readonly nextTryAt: string | null, readonly description: string, readonly createdBy: string, readonly createdAt: string, readonly failure: { readonly since: string, readonly lastAt: string, readonly answer: string, readonly attempts: number } | null } | null };

export type VerifyAuditQueryVariables = Exact<{ [key: string]: never; }>;


export type VerifyAuditQuery = { readonly verifyAudit: { readonly ok: boolean, readonly why: string | null, readonly checked: number, readonly firstBadSeq: number | null, readonly chains: ReadonlyArray<{ readonly subgraph: AuditSubgraph, readonly state: AuditChainState, readonly ok: boolean, readonly checked: number, readonly checkpointedTo: number, readonly firstBadSeq: number | null, readonly why: string | null }> } | null };

export type OverviewQueryVariables = Exact<{ [key: string]: never; }>;


export type OverviewQuery = { readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly live: { readonly id: string } | null, readonly traffic: { readonly killed: boolean, readonly freeze: { readonly reason: string } | null, readonly lease: { readonly holder: string } | null } } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null, readonly alerts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly severity: AlertSeverity, readonly silenced: boolean, readonly firedAt: string | null, readonly rule: { readonly name: string } | null, readonly deployment: { readonly id: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null, readonly edgeNodes: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly stale: boolean, readonly trust: Trust, readonly lastSeenAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null, readonly experiments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly deployment: { readonly id: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null };

export type SubmitModelVersionMutationVariables = Exact<{
  input: ModelVersionStepInput;
}>;


export type SubmitModelVersionMutation = { readonly submitModelVersion: { readonly modelVersion: { readonly id: string, readonly state: ApprovalState } } | null };

export type WithdrawModelVersionMutationVariables = Exact<{
  input: ModelVersionStepInput;
}>;


export type WithdrawModelVersionMutation = { readonly withdrawModelVersion: { readonly modelVersion: { readonly id: string, readonly state: ApprovalState } } | null };

export type ApproveModelVersionMutationVariables = Exact<{
  input: ApproveModelVersionInput;
}>;


export type ApproveModelVersionMutation = { readonly approveModelVersion: { readonly modelVersion: { readonly id: string, readonly state: ApprovalState } } | null };

export type VersionDossierQueryVariables = Exact<{
  id: string;
}>;


export type VersionDossierQuery = { readonly modelVersion: { readonly dossier: string } | null };

export type ShowPolicyPresetQueryVariables = Exact<{
  id: string;
}>;


export type ShowPolicyPresetQuery = { readonly policyPreset: { readonly id: string, readonly title: string, readonly source: string, readonly imported: { readonly by: string, readonly at: string, readonly reason: string } | null, readonly gaps: ReadonlyArray<{ readonly tier: RiskTier, readonly path: string, readonly before: unknown, readonly after: unknown }>, readonly clauses: ReadonlyArray<{ readonly name: string, readonly asks: string, readonly answer: ClauseAnswer, readonly left: string | null, readonly controls: ReadonlyArray<{ readonly kind: ControlKind, readonly name: string, readonly does: string, readonly evidence: string }> }> } | null };

export type ImportPolicyPresetMutationVariables = Exact<{
  input: ImportPolicyPresetInput;
}>;


export type ImportPolicyPresetMutation = { readonly importPolicyPreset: { readonly policyPreset: { readonly id: string, readonly imported: { readonly by: string, readonly at: string, readonly reason: string } | null } } | null };

export type RejectModelVersionMutationVariables = Exact<{
  input: ReasonedStepInput;
}>;


export type RejectModelVersionMutation = { readonly rejectModelVersion: { readonly modelVersion: { readonly id: string, readonly state: ApprovalState } } | null };

export type SuspendModelVersionMutationVariables = Exact<{
  input: ReasonedStepInput;
}>;


export type SuspendModelVersionMutation = { readonly suspendModelVersion: { readonly modelVersion: { readonly id: string, readonly state: ApprovalState } } | null };

export type ReinstateModelVersionMutationVariables = Exact<{
  input: ReasonedStepInput;
}>;


export type ReinstateModelVersionMutation = { readonly reinstateModelVersion: { readonly modelVersion: { readonly id: string, readonly state: ApprovalState } } | null };

export type RetireModelVersionMutationVariables = Exact<{
  input: ModelVersionStepInput;
}>;


export type RetireModelVersionMutation = { readonly retireModelVersion: { readonly modelVersion: { readonly id: string, readonly state: ApprovalState } } | null };

export type ArchiveModelVersionMutationVariables = Exact<{
  input: ModelVersionStepInput;
}>;


export type ArchiveModelVersionMutation = { readonly archiveModelVersion: { readonly modelVersion: { readonly id: string, readonly state: ApprovalState } } | null };

export type ApproveReleaseMutationVariables = Exact<{
  input: ApproveReleaseInput;
}>;


export type ApproveReleaseMutation = { readonly approveRelease: { readonly release: { readonly id: string, readonly approvalState: ReleaseApprovalState } } | null };

export type RejectReleaseMutationVariables = Exact<{
  input: RejectReleaseInput;
}>;


export type RejectReleaseMutation = { readonly rejectRelease: { readonly release: { readonly id: string, readonly approvalState: ReleaseApprovalState } } | null };

export type PromoteReleaseMutationVariables = Exact<{
  input: PromoteReleaseInput;
}>;


export type PromoteReleaseMutation = { readonly promoteRelease: { readonly applied: boolean, readonly effects: ReadonlyArray<string>, readonly warnings: ReadonlyArray<string>, readonly deployment: { readonly id: string, readonly live: { readonly id: string } | null } } | null };

export type RollBackDeploymentMutationVariables = Exact<{
  input: RollbackInput;
}>;


export type RollBackDeploymentMutation = { readonly rollback: { readonly applied: boolean, readonly effects: ReadonlyArray<string>, readonly warnings: ReadonlyArray<string>, readonly deployment: { readonly id: string, readonly live: { readonly id: string } | null } } | null };

export type KillDeploymentMutationVariables = Exact<{
  input: ReasonedTrafficInput;
}>;


export type KillDeploymentMutation = { readonly killDeployment: { readonly applied: boolean, readonly effects: ReadonlyArray<string>, readonly warnings: ReadonlyArray<string>, readonly deployment: { readonly id: string, readonly live: { readonly id: string } | null } } | null };

export type FallBackDeploymentMutationVariables = Exact<{
  input: ReasonedTrafficInput;
}>;


export type FallBackDeploymentMutation = { readonly fallbackDeployment: { readonly applied: boolean, readonly effects: ReadonlyArray<string>, readonly warnings: ReadonlyArray<string>, readonly deployment: { readonly id: string, readonly live: { readonly id: string } | null } } | null };

export type LiftFreezeMutationVariables = Exact<{
  input: ReasonedTrafficInput;
}>;


export type LiftFreezeMutation = { readonly liftFreeze: { readonly applied: boolean, readonly effects: ReadonlyArray<string>, readonly warnings: ReadonlyArray<string>, readonly deployment: { readonly id: string, readonly live: { readonly id: string } | null } } | null };

export type StartExperimentMutationVariables = Exact<{
  input: ExperimentInput;
}>;


export type StartExperimentMutation = { readonly startExperiment: { readonly warning: string | null, readonly experiment: { readonly id: string, readonly status: ExperimentStatus } } | null };

export type StopExperimentMutationVariables = Exact<{
  input: StopExperimentInput;
}>;


export type StopExperimentMutation = { readonly stopExperiment: { readonly warning: string | null, readonly experiment: { readonly id: string, readonly status: ExperimentStatus } } | null };

export type EndHoldoutMutationVariables = Exact<{
  input: EndHoldoutInput;
}>;


export type EndHoldoutMutation = { readonly endHoldout: { readonly holdout: { readonly id: string, readonly status: HoldoutStatus } } | null };

export type EraseUnitMutationVariables = Exact<{
  input: EraseUnitInput;
}>;


export type EraseUnitMutation = { readonly eraseUnit: { readonly removed: { readonly units: number, readonly outcomes: number, readonly answers: number, readonly events: number }, readonly erasures: ReadonlyArray<{ readonly digest: string, readonly experiment: string | null, readonly at: string, readonly late: number }> } | null };

export type StartRolloutMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type StartRolloutMutation = { readonly startRollout: { readonly rollout: { readonly id: string, readonly status: RolloutStatus, readonly step: number } } | null };

export type PauseRolloutMutationVariables = Exact<{
  input: ReasonedRolloutInput;
}>;


export type PauseRolloutMutation = { readonly pauseRollout: { readonly rollout: { readonly id: string, readonly status: RolloutStatus, readonly step: number } } | null };

export type ResumeRolloutMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type ResumeRolloutMutation = { readonly resumeRollout: { readonly rollout: { readonly id: string, readonly status: RolloutStatus, readonly step: number } } | null };

export type ApproveRolloutStepMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type ApproveRolloutStepMutation = { readonly approveRolloutStep: { readonly rollout: { readonly id: string, readonly status: RolloutStatus, readonly step: number } } | null };

export type SkipRolloutStepMutationVariables = Exact<{
  input: ReasonedRolloutInput;
}>;


export type SkipRolloutStepMutation = { readonly skipRolloutStep: { readonly rollout: { readonly id: string, readonly status: RolloutStatus, readonly step: number } } | null };

export type PromoteRolloutMutationVariables = Exact<{
  input: ReasonedRolloutInput;
}>;


export type PromoteRolloutMutation = { readonly promoteRollout: { readonly rollout: { readonly id: string, readonly status: RolloutStatus, readonly step: number } } | null };

export type AbortRolloutMutationVariables = Exact<{
  input: ReasonedRolloutInput;
}>;


export type AbortRolloutMutation = { readonly abortRollout: { readonly rollout: { readonly id: string, readonly status: RolloutStatus, readonly step: number } } | null };

export type EvaluateRolloutMutationVariables = Exact<{
  input: RolloutInput;
}>;


export type EvaluateRolloutMutation = { readonly evaluateRollout: { readonly id: string, readonly status: RolloutStatus, readonly step: number, readonly verdicts: { readonly edges: ReadonlyArray<{ readonly node: { readonly verdict: RolloutVerdictWord, readonly reasons: ReadonlyArray<string> } }> } } | null };

export type StartShadowMutationVariables = Exact<{
  input: ShadowInput;
}>;


export type StartShadowMutation = { readonly startShadow: { readonly shadow: { readonly id: string, readonly status: ShadowStatus } } | null };

export type StopShadowMutationVariables = Exact<{
  input: StopShadowInput;
}>;


export type StopShadowMutation = { readonly stopShadow: { readonly shadow: { readonly id: string, readonly status: ShadowStatus } } | null };

export type TestReceiverMutationVariables = Exact<{
  input: TestReceiverInput;
}>;


export type TestReceiverMutation = { readonly testReceiver: { readonly ok: boolean, readonly answer: string, readonly tookMs: number } | null };

export type AcknowledgeAlertMutationVariables = Exact<{
  input: AcknowledgeAlertInput;
}>;


export type AcknowledgeAlertMutation = { readonly acknowledgeAlert: { readonly alert: { readonly id: string, readonly acknowledgement: { readonly by: string, readonly at: string, readonly until: string | null, readonly comment: string } | null } } | null };

export type AcknowledgeIncidentMutationVariables = Exact<{
  input: AcknowledgeIncidentInput;
}>;


export type AcknowledgeIncidentMutation = { readonly acknowledgeIncident: { readonly incident: { readonly id: string, readonly title: string, readonly status: IncidentStatus } } | null };

export type ResolveIncidentMutationVariables = Exact<{
  input: ResolveIncidentInput;
}>;


export type ResolveIncidentMutation = { readonly resolveIncident: { readonly incident: { readonly id: string, readonly title: string, readonly status: IncidentStatus } } | null };

export type AddIncidentNoteMutationVariables = Exact<{
  input: AddIncidentNoteInput;
}>;


export type AddIncidentNoteMutation = { readonly addIncidentNote: { readonly incident: { readonly id: string, readonly title: string, readonly status: IncidentStatus } } | null };

export type GiveIncidentRoleMutationVariables = Exact<{
  input: GiveIncidentRoleInput;
}>;


export type GiveIncidentRoleMutation = { readonly giveIncidentRole: { readonly incident: { readonly id: string, readonly title: string, readonly status: IncidentStatus } } | null };

export type TestWebhookMutationVariables = Exact<{
  input: WebhookInput;
}>;


export type TestWebhookMutation = { readonly testWebhook: { readonly ok: boolean, readonly answer: string, readonly tookMs: number } | null };

export type RegisterModelVersionMutationVariables = Exact<{
  input: RegisterModelVersionInput;
}>;


export type RegisterModelVersionMutation = { readonly registerModelVersion: { readonly registration: { readonly id: string }, readonly modelVersion: { readonly id: string, readonly version: string, readonly state: ApprovalState, readonly digest: string, readonly inputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }>, readonly outputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }> } | null } | null };

export type ValidateModelVersionMutationVariables = Exact<{
  input: ValidateModelVersionInput;
}>;


export type ValidateModelVersionMutation = { readonly validateModelVersion: { readonly validation: { readonly id: string } } | null };

export type FollowModelJobQueryVariables = Exact<{
  id: string;
}>;


export type FollowModelJobQuery = { readonly modelJob: { readonly state: JobState, readonly phase: ModelJobPhase, readonly error: string | null, readonly errorCode: string | null, readonly gates: ReadonlyArray<{ readonly gate: string, readonly passed: boolean, readonly detail: string }>, readonly modelVersion: { readonly id: string, readonly version: string, readonly state: ApprovalState, readonly digest: string, readonly inputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }>, readonly outputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }> } | null } | null };

export type CreateEndpointMutationVariables = Exact<{
  input: CreateEndpointInput;
}>;


export type CreateEndpointMutation = { readonly createEndpoint: { readonly endpoint: { readonly id: string, readonly name: string } } | null };

export type CreateDeploymentMutationVariables = Exact<{
  input: CreateDeploymentInput;
}>;


export type CreateDeploymentMutation = { readonly createDeployment: { readonly deployment: { readonly id: string, readonly environment: string, readonly requiresApproval: boolean } } | null };

export type CreateReleaseMutationVariables = Exact<{
  input: CreateReleaseInput;
}>;


export type CreateReleaseMutation = { readonly createRelease: { readonly release: { readonly id: string, readonly number: number, readonly approvalState: ReleaseApprovalState, readonly digest: string, readonly requires: ReadonlyArray<string> } } | null };

export type ListEventStreamsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListEventStreamsQuery = { readonly eventStreams: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly topic: string, readonly group: string, readonly state: EventStreamState, readonly lag: number, readonly accepted: number, readonly quarantined: number, readonly source: { readonly name: string } | null, readonly problem: { readonly problem: string, readonly since: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ShowEventStreamQueryVariables = Exact<{
  id: string;
}>;


export type ShowEventStreamQuery = { readonly eventStream: { readonly id: string, readonly state: EventStreamState, readonly topic: string, readonly group: string, readonly brokers: ReadonlyArray<string>, readonly start: EventStreamStart, readonly lag: number, readonly accepted: number, readonly quarantined: number, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly createdAt: string, readonly source: { readonly id: string } | null, readonly fields: ReadonlyArray<{ readonly field: string, readonly column: string }>, readonly problem: { readonly problem: string, readonly since: string, readonly nextTryAt: string } | null, readonly partitions: ReadonlyArray<{ readonly partition: number, readonly nextOffset: number, readonly endOffset: number, readonly lag: number, readonly lost: number }>, readonly quarantine: { readonly edges: ReadonlyArray<{ readonly node: { readonly partition: number, readonly offset: number, readonly at: string, readonly code: string, readonly field: string, readonly message: string, readonly value: string | null } }> } } | null };

export type SetEventStreamStateMutationVariables = Exact<{
  input: SetEventStreamStateInput;
}>;


export type SetEventStreamStateMutation = { readonly setEventStreamState: { readonly eventStream: { readonly id: string, readonly state: EventStreamState } } | null };

export type ExplainPredictionQueryVariables = Exact<{
  id: string;
  reasons: number;
}>;


export type ExplainPredictionQuery = { readonly explainPrediction: { readonly combination: Combination | null, readonly prediction: { readonly id: string, readonly occurredAt: string, readonly score: number | null, readonly decision: string | null, readonly reason: string | null, readonly fallback: string | null, readonly deployment: { readonly id: string } | null, readonly rules: ReadonlyArray<{ readonly name: string, readonly action: string, readonly confidence: number, readonly reason: string, readonly outcome: RuleOutcome }>, readonly outcome: { readonly value: number, readonly occurredAt: string } | null }, readonly release: { readonly id: string } | null, readonly models: ReadonlyArray<{ readonly name: string | null, readonly engine: string | null, readonly score: number | null, readonly weight: number | null, readonly modelVersion: { readonly id: string } | null }>, readonly assignment: { readonly layer: AnsweringLayer | null, readonly variant: string | null, readonly holder: string | null, readonly unit: string | null, readonly arm: string | null, readonly forcedBy: string | null }, readonly features: ReadonlyArray<{ readonly value: { readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null }, readonly feature: { readonly id: string } | null }>, readonly reasons: { readonly source: ReasonSource, readonly space: ReasonSpace, readonly base: number, readonly total: number, readonly rest: number, readonly top: ReadonlyArray<{ readonly contribution: number, readonly value: { readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null } }>, readonly unexplained: ReadonlyArray<{ readonly model: string, readonly contribution: number, readonly why: string }> } | null, readonly absent: ReadonlyArray<{ readonly part: string, readonly why: ExplanationAbsence, readonly detail: string }> } | null };

export type DefinitionChangeFieldsFragment = { readonly kind: string, readonly subject: string, readonly action: DefinitionAction, readonly id: string, readonly beforeId: string | null, readonly fingerprint: string | null, readonly differences: ReadonlyArray<{ readonly path: string, readonly before: unknown, readonly after: unknown }> };

export type ApplyFeatureDefinitionsMutationVariables = Exact<{
  input: ApplyFeatureDefinitionsInput;
}>;


export type ApplyFeatureDefinitionsMutation = { readonly applyFeatureDefinitions: { readonly eventCursor: string | null, readonly changes: ReadonlyArray<{ readonly kind: string, readonly subject: string, readonly action: DefinitionAction, readonly id: string, readonly beforeId: string | null, readonly fingerprint: string | null, readonly differences: ReadonlyArray<{ readonly path: string, readonly before: unknown, readonly after: unknown }> }> } | null };

export type ApplyServingDefinitionsMutationVariables = Exact<{
  input: ApplyServingDefinitionsInput;
}>;


export type ApplyServingDefinitionsMutation = { readonly applyServingDefinitions: { readonly eventCursor: string | null, readonly changes: ReadonlyArray<{ readonly kind: string, readonly subject: string, readonly action: DefinitionAction, readonly id: string, readonly beforeId: string | null, readonly fingerprint: string | null, readonly differences: ReadonlyArray<{ readonly path: string, readonly before: unknown, readonly after: unknown }> }> } | null };

export type ApplyAlertDefinitionsMutationVariables = Exact<{
  input: ApplyAlertDefinitionsInput;
}>;


export type ApplyAlertDefinitionsMutation = { readonly applyAlertDefinitions: { readonly eventCursor: string | null, readonly changes: ReadonlyArray<{ readonly kind: string, readonly subject: string, readonly action: DefinitionAction, readonly id: string, readonly beforeId: string | null, readonly fingerprint: string | null, readonly differences: ReadonlyArray<{ readonly path: string, readonly before: unknown, readonly after: unknown }> }> } | null };

export type ApplyMeasurementDefinitionsMutationVariables = Exact<{
  input: ApplyMeasurementDefinitionsInput;
}>;


export type ApplyMeasurementDefinitionsMutation = { readonly applyMeasurementDefinitions: { readonly eventCursor: string | null, readonly changes: ReadonlyArray<{ readonly kind: string, readonly subject: string, readonly action: DefinitionAction, readonly id: string, readonly beforeId: string | null, readonly fingerprint: string | null, readonly differences: ReadonlyArray<{ readonly path: string, readonly before: unknown, readonly after: unknown }> }> } | null };

export type MetricDefinitionFieldsFragment = { readonly name: string, readonly description: string, readonly definition: { readonly kind: MetricKind, readonly measure: Measure, readonly event: string | null, readonly per: Measure | null, readonly perEvent: string | null, readonly positiveFrom: number | null, readonly quantile: number | null, readonly ceiling: number | null, readonly lowest: number | null, readonly highest: number | null, readonly attributionHours: number | null, readonly higherIsBetter: boolean, readonly margin: number | null, readonly marginKind: MarginKind, readonly minimumEffect: number | null } };

export type MetricDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type MetricDefinitionsQuery = { readonly metrics: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string, readonly description: string, readonly definition: { readonly kind: MetricKind, readonly measure: Measure, readonly event: string | null, readonly per: Measure | null, readonly perEvent: string | null, readonly positiveFrom: number | null, readonly quantile: number | null, readonly ceiling: number | null, readonly lowest: number | null, readonly highest: number | null, readonly attributionHours: number | null, readonly higherIsBetter: boolean, readonly margin: number | null, readonly marginKind: MarginKind, readonly minimumEffect: number | null } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type HoldoutDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type HoldoutDefinitionsQuery = { readonly holdouts: { readonly edges: ReadonlyArray<{ readonly node: { readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ExperimentDefinitionsQueryVariables = Exact<{
  status: ExperimentStatus;
  first: number;
  after?: string | null | undefined;
}>;


export type ExperimentDefinitionsQuery = { readonly experiments: { readonly edges: ReadonlyArray<{ readonly node: { readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type AlertRuleDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type AlertRuleDefinitionsQuery = { readonly alertRules: { readonly edges: ReadonlyArray<{ readonly node: { readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ResponsePolicyDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ResponsePolicyDefinitionsQuery = { readonly responsePolicies: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string, readonly description: string, readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type EntityDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type EntityDefinitionsQuery = { readonly entities: { readonly edges: ReadonlyArray<{ readonly node: { readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type SourceDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type SourceDefinitionsQuery = { readonly sources: { readonly edges: ReadonlyArray<{ readonly node: { readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type EventStreamDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type EventStreamDefinitionsQuery = { readonly eventStreams: { readonly edges: ReadonlyArray<{ readonly node: { readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type FeatureViewDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type FeatureViewDefinitionsQuery = { readonly featureViews: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string, readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type FeatureServiceDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type FeatureServiceDefinitionsQuery = { readonly featureServices: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string, readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type EndpointDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type EndpointDefinitionsQuery = { readonly endpoints: { readonly edges: ReadonlyArray<{ readonly node: { readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type DeploymentDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type DeploymentDefinitionsQuery = { readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly definition: unknown, readonly environment: string, readonly endpoint: { readonly name: string }, readonly releases: { readonly edges: ReadonlyArray<{ readonly node: { readonly recipe: unknown } }> } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type EndpointTypesQueryVariables = Exact<{
  id: string;
}>;


export type EndpointTypesQuery = { readonly deployment: { readonly id: string, readonly live: { readonly id: string, readonly digest: string, readonly recipe: unknown, readonly featureService: { readonly id: string, readonly features: ReadonlyArray<{ readonly name: string, readonly dtype: Dtype, readonly view: { readonly name: string } }> } | null } | null } | null };

export type FeatureSnapshotDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type FeatureSnapshotDefinitionsQuery = { readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly featureSnapshots: ReadonlyArray<{ readonly definition: unknown }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type WebhookDefinitionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type WebhookDefinitionsQuery = { readonly webhooks: { readonly edges: ReadonlyArray<{ readonly node: { readonly definition: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type RotateWebhookSecretMutationVariables = Exact<{
  input: RotateWebhookSecretInput;
}>;


export type RotateWebhookSecretMutation = { readonly rotateWebhookSecret: { readonly secret: string, readonly webhook: { readonly id: string, readonly url: string } } | null };

export type SetCanaryMutationVariables = Exact<{
  input: SetCanaryInput;
}>;


export type SetCanaryMutation = { readonly setCanary: { readonly applied: boolean, readonly effects: ReadonlyArray<string>, readonly warnings: ReadonlyArray<string>, readonly deployment: { readonly id: string, readonly live: { readonly id: string } | null } } | null };

export type ServingAtQueryVariables = Exact<{
  deployment: string;
  at: string;
}>;


export type ServingAtQuery = { readonly servingAt: { readonly at: string, readonly killed: boolean, readonly served: ReadonlyArray<{ readonly layer: TrafficLayerKind, readonly arm: string | null, readonly share: number | null, readonly release: { readonly id: string, readonly modelVersions: ReadonlyArray<{ readonly id: string, readonly approvals: ReadonlyArray<{ readonly action: ApprovalAction, readonly actor: string, readonly at: string }> }> } }>, readonly change: { readonly kind: TrafficChangeKind, readonly actor: string, readonly at: string, readonly reason: string | null } } | null };

export const ListEntities = operation<ListEntitiesQuery, ListEntitiesQueryVariables>(
  'query',
  'ListEntities',
  `query ListEntities($first: Int!, $after: String) {
  entities(first: $first, after: $after) {
    edges {
      node {
        id
        name
        joinKeys {
          name
          dtype
        }
        owner
        description
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListSources = operation<ListSourcesQuery, ListSourcesQueryVariables>(
  'query',
  'ListSources',
  `query ListSources($first: Int!, $after: String) {
  sources(first: $first, after: $after) {
    edges {
      node {
        id
        name
        path
        eventColumn
        owner
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListFeatureViews = operation<ListFeatureViewsQuery, ListFeatureViewsQueryVariables>(
  'query',
  'ListFeatureViews',
  `query ListFeatureViews($first: Int!, $after: String, $name: String) {
  featureViews(first: $first, after: $after, name: $name) {
    edges {
      node {
        id
        name
        version
        entity {
          name
        }
        source {
          name
        }
        features {
          name
        }
        ttlSeconds
        owner
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListFeatureServices = operation<ListFeatureServicesQuery, ListFeatureServicesQueryVariables>(
  'query',
  'ListFeatureServices',
  `query ListFeatureServices($first: Int!, $after: String, $name: String) {
  featureServices(first: $first, after: $after, name: $name) {
    edges {
      node {
        id
        name
        version
        features {
          name
        }
        views {
          name
          version
        }
        owner
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListTrainingSets = operation<ListTrainingSetsQuery, ListTrainingSetsQueryVariables>(
  'query',
  'ListTrainingSets',
  `query ListTrainingSets($first: Int!, $after: String, $service: ID) {
  trainingSets(first: $first, after: $after, service: $service) {
    edges {
      node {
        id
        service {
          id
        }
        rowCount
        sizeBytes
        createdAt
        contentHash
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListModels = operation<ListModelsQuery, ListModelsQueryVariables>(
  'query',
  'ListModels',
  `query ListModels($first: Int!, $after: String) {
  models(first: $first, after: $after) {
    edges {
      node {
        id
        name
        owner
        tags
        createdAt
        description
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListModelVersions = operation<ListModelVersionsQuery, ListModelVersionsQueryVariables>(
  'query',
  'ListModelVersions',
  `query ListModelVersions($first: Int!, $after: String, $states: [ApprovalState!], $owner: String, $tag: String) {
  modelVersions(
    first: $first
    after: $after
    states: $states
    owner: $owner
    tag: $tag
  ) {
    edges {
      node {
        id
        model {
          name
        }
        number
        version
        state
        roles {
          role
          deployment {
            id
          }
        }
        makers
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListReleases = operation<ListReleasesQuery, ListReleasesQueryVariables>(
  'query',
  'ListReleases',
  `query ListReleases($first: Int!, $after: String, $deployment: ID, $approvalStates: [ReleaseApprovalState!]) {
  releases(
    first: $first
    after: $after
    deployment: $deployment
    approvalStates: $approvalStates
  ) {
    edges {
      node {
        id
        number
        deployment {
          id
        }
        modelVersions {
          id
        }
        approvalState
        createdBy
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListEndpoints = operation<ListEndpointsQuery, ListEndpointsQueryVariables>(
  'query',
  'ListEndpoints',
  `query ListEndpoints($first: Int!, $after: String) {
  endpoints(first: $first, after: $after) {
    edges {
      node {
        id
        name
        deployments {
          id
        }
        owner
        description
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListDeployments = operation<ListDeploymentsQuery, ListDeploymentsQueryVariables>(
  'query',
  'ListDeployments',
  `query ListDeployments($first: Int!, $after: String) {
  deployments(first: $first, after: $after) {
    edges {
      node {
        id
        environment
        live {
          id
          number
        }
        traffic {
          killed
          freeze {
            reason
          }
          lease {
            holder
          }
          revision
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

export const ListExperiments = operation<ListExperimentsQuery, ListExperimentsQueryVariables>(
  'query',
  'ListExperiments',
  `query ListExperiments($first: Int!, $after: String, $deployment: ID, $status: ExperimentStatus) {
  experiments(
    first: $first
    after: $after
    deployment: $deployment
    status: $status
  ) {
    edges {
      node {
        id
        name
        status
        deployment {
          id
        }
        arms {
          arm
          release {
            id
          }
          share
        }
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListRollouts = operation<ListRolloutsQuery, ListRolloutsQueryVariables>(
  'query',
  'ListRollouts',
  `query ListRollouts($first: Int!, $after: String, $deployment: ID, $status: RolloutStatus) {
  rollouts(first: $first, after: $after, deployment: $deployment, status: $status) {
    edges {
      node {
        id
        name
        status
        step
        steps {
          weight
        }
        deployment {
          id
        }
        candidate {
          id
        }
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListMetrics = operation<ListMetricsQuery, ListMetricsQueryVariables>(
  'query',
  'ListMetrics',
  `query ListMetrics($first: Int!, $after: String) {
  metrics(first: $first, after: $after) {
    edges {
      node {
        id
        name
        revision
        definition {
          kind
          measure
          higherIsBetter
          margin
          marginKind
        }
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListShadows = operation<ListShadowsQuery, ListShadowsQueryVariables>(
  'query',
  'ListShadows',
  `query ListShadows($first: Int!, $after: String, $deployment: ID, $status: ShadowStatus) {
  shadows(first: $first, after: $after, deployment: $deployment, status: $status) {
    edges {
      node {
        id
        name
        status
        deployment {
          id
        }
        candidate {
          id
        }
        share
        startedAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListAlerts = operation<ListAlertsQuery, ListAlertsQueryVariables>(
  'query',
  'ListAlerts',
  `query ListAlerts($first: Int!, $after: String, $deployment: ID, $rule: ID, $status: AlertStatus) {
  alerts(
    first: $first
    after: $after
    deployment: $deployment
    rule: $rule
    status: $status
  ) {
    edges {
      node {
        id
        rule {
          id
          name
        }
        deployment {
          id
        }
        severity
        status
        value
        silenced
        firedAt
        endedAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListIncidents = operation<ListIncidentsQuery, ListIncidentsQueryVariables>(
  'query',
  'ListIncidents',
  `query ListIncidents($first: Int!, $after: String, $deployment: ID, $status: IncidentStatus) {
  incidents(
    first: $first
    after: $after
    deployment: $deployment
    status: $status
  ) {
    edges {
      node {
        id
        title
        status
        cause
        severity
        startedAt
        acknowledgedBy
        resolvedAt
        deployments {
          id
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

export const ListReceivers = operation<ListReceiversQuery, ListReceiversQueryVariables>(
  'query',
  'ListReceivers',
  `query ListReceivers($first: Int!, $after: String) {
  receivers(first: $first, after: $after) {
    edges {
      node {
        id
        name
        kind
        target
        sendResolved
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListAlertRules = operation<ListAlertRulesQuery, ListAlertRulesQueryVariables>(
  'query',
  'ListAlertRules',
  `query ListAlertRules($first: Int!, $after: String, $deployment: ID) {
  alertRules(first: $first, after: $after, deployment: $deployment) {
    edges {
      node {
        id
        name
        deployment {
          id
        }
        signal
        expression
        feature
        comparison
        threshold
        severity
        value
        problem
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListEdgeNodes = operation<ListEdgeNodesQuery, ListEdgeNodesQueryVariables>(
  'query',
  'ListEdgeNodes',
  `query ListEdgeNodes($first: Int!, $after: String, $deployment: ID) {
  edgeNodes(first: $first, after: $after, deployment: $deployment) {
    edges {
      node {
        id
        name
        runtime
        trust
        stale
        manifestRevision
        manifestAgeMs
        lastSeenAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListPredictions = operation<ListPredictionsQuery, ListPredictionsQueryVariables>(
  'query',
  'ListPredictions',
  `query ListPredictions($first: Int!, $after: String, $deployment: ID!, $from: DateTime, $to: DateTime) {
  predictions(
    first: $first
    after: $after
    deployment: $deployment
    from: $from
    to: $to
  ) {
    edges {
      node {
        id
        occurredAt
        score
        decision
        reason
        arm
        variant
        fallback
        release
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListWebhooks = operation<ListWebhooksQuery, ListWebhooksQueryVariables>(
  'query',
  'ListWebhooks',
  `query ListWebhooks($first: Int!, $after: String) {
  webhooks(first: $first, after: $after) {
    edges {
      node {
        id
        url
        kinds
        status
        failure {
          since
          answer
          attempts
        }
        description
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListAuditRecords = operation<ListAuditRecordsQuery, ListAuditRecordsQueryVariables>(
  'query',
  'ListAuditRecords',
  `query ListAuditRecords($first: Int!, $after: String, $subgraphs: [AuditSubgraph!], $subject: ID, $subjectPrefix: String, $actor: String, $action: String, $from: DateTime, $until: DateTime) {
  auditRecords(
    first: $first
    after: $after
    subgraphs: $subgraphs
    subject: $subject
    subjectPrefix: $subjectPrefix
    actor: $actor
    action: $action
    from: $from
    until: $until
  ) {
    edges {
      node {
        subgraph
        seq
        at
        actor
        action
        subject
        rule
        reason
        hash
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ListNodeKeys = operation<ListNodeKeysQuery, ListNodeKeysQueryVariables>(
  'query',
  'ListNodeKeys',
  `query ListNodeKeys($first: Int!, $after: String, $node: String) {
  nodeKeys(first: $first, after: $after, node: $node) {
    edges {
      node {
        node
        number
        state
        enrolledAt
        enrolledBy
        expiresAt
        revokedAt
        revokedBy
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const IssueEnrolmentToken = operation<IssueEnrolmentTokenMutation, IssueEnrolmentTokenMutationVariables>(
  'mutation',
  'IssueEnrolmentToken',
  `mutation IssueEnrolmentToken($input: IssueEnrolmentTokenInput!) {
  issueEnrolmentToken(input: $input) {
    token
    node
    expiresAt
  }
}`,
);

export const RevokeNodeKeys = operation<RevokeNodeKeysMutation, RevokeNodeKeysMutationVariables>(
  'mutation',
  'RevokeNodeKeys',
  `mutation RevokeNodeKeys($input: RevokeNodeKeysInput!) {
  revokeNodeKeys(input: $input) {
    revoked {
      node
      number
      state
    }
  }
}`,
);

export const ListMachineKeys = operation<ListMachineKeysQuery, ListMachineKeysQueryVariables>(
  'query',
  'ListMachineKeys',
  `query ListMachineKeys {
  machineKeys {
    id
    owner
    scopes
    trust
    expiresAt
  }
}`,
);

export const ShowEntity = operation<ShowEntityQuery, ShowEntityQueryVariables>(
  'query',
  'ShowEntity',
  `query ShowEntity($id: ID!) {
  entity(id: $id) {
    id
    name
    joinKeys {
      name
      dtype
    }
    description
    owner
    tags
    revision
    createdAt
  }
}`,
);

export const ShowSource = operation<ShowSourceQuery, ShowSourceQueryVariables>(
  'query',
  'ShowSource',
  `query ShowSource($id: ID!) {
  source(id: $id) {
    id
    name
    path
    columns {
      name
      dtype
      nativeType
      problem
    }
    eventColumn
    createdColumn
    assumeUtc
    description
    owner
    tags
    revision
    createdAt
  }
}`,
);

export const ShowFeatureView = operation<ShowFeatureViewQuery, ShowFeatureViewQueryVariables>(
  'query',
  'ShowFeatureView',
  `query ShowFeatureView($id: ID!) {
  featureView(id: $id) {
    id
    name
    version
    entity {
      id
    }
    source {
      id
    }
    joinKeys {
      name
      dtype
    }
    features {
      name
      dtype
      description
    }
    ttlSeconds
    eventColumn
    createdColumn
    eventIdColumn
    description
    owner
    tags
    createdAt
  }
}`,
);

export const ShowFeatureService = operation<ShowFeatureServiceQuery, ShowFeatureServiceQueryVariables>(
  'query',
  'ShowFeatureService',
  `query ShowFeatureService($id: ID!) {
  featureService(id: $id) {
    id
    name
    version
    views {
      id
    }
    features {
      name
      dtype
    }
    models {
      id
    }
    description
    owner
    tags
    createdAt
  }
}`,
);

export const ShowTrainingSet = operation<ShowTrainingSetQuery, ShowTrainingSetQueryVariables>(
  'query',
  'ShowTrainingSet',
  `query ShowTrainingSet($id: ID!) {
  trainingSet(id: $id) {
    id
    service {
      id
    }
    rowCount
    sizeBytes
    contentHash
    schemaHash
    sha256
    knownAt
    columns {
      name
      dtype
      role
    }
    modelVersions {
      id
    }
    downloadPath
    createdAt
  }
}`,
);

export const ShowModel = operation<ShowModelQuery, ShowModelQueryVariables>(
  'query',
  'ShowModel',
  `query ShowModel($id: ID!) {
  model(id: $id) {
    id
    name
    description
    owner
    tags
    createdAt
    versions(first: 20) {
      edges {
        node {
          id
          version
          state
          roles {
            role
            deployment {
              id
            }
          }
        }
      }
    }
  }
}`,
);

export const ShowModelVersion = operation<ShowModelVersionQuery, ShowModelVersionQueryVariables>(
  'query',
  'ShowModelVersion',
  `query ShowModelVersion($id: ID!) {
  modelVersion(id: $id) {
    id
    version
    state
    roles {
      role
      deployment {
        id
      }
    }
    description
    makers
    owner
    tags
    algorithm
    digest
    sizeBytes
    inputs {
      name
      dtype
      shape
    }
    outputs {
      name
      dtype
      shape
    }
    proofs {
      engine
      agreement
      rows
      ulps
      difference
    }
    goldenRows
    featureService {
      id
    }
    trainingSet {
      id
    }
    claimedMetrics
    evaluation
    approvals {
      action
      actor
      at
      reason
    }
    createdAt
  }
}`,
);

export const ShowRelease = operation<ShowReleaseQuery, ShowReleaseQueryVariables>(
  'query',
  'ShowRelease',
  `query ShowRelease($id: ID!) {
  release(id: $id) {
    id
    number
    deployment {
      id
    }
    modelVersions {
      id
      state
    }
    featureService {
      id
    }
    recipe
    recipeDigest
    approvalState
    approval {
      decision
      by
      at
      reason
    }
    requires
    digest
    makers
    description
    createdBy
    createdAt
  }
}`,
);

export const ShowEndpoint = operation<ShowEndpointQuery, ShowEndpointQueryVariables>(
  'query',
  'ShowEndpoint',
  `query ShowEndpoint($id: ID!) {
  endpoint(id: $id) {
    id
    name
    deployments {
      id
      live {
        id
      }
    }
    description
    owner
    tags
    createdAt
  }
}`,
);

export const ShowDeployment = operation<ShowDeploymentQuery, ShowDeploymentQueryVariables>(
  'query',
  'ShowDeployment',
  `query ShowDeployment($id: ID!) {
  deployment(id: $id) {
    id
    endpoint {
      id
    }
    environment
    live {
      id
      modelVersions {
        id
      }
    }
    requiresApproval
    audiences
    refuseAfterMs
    traffic {
      defaultRelease
      previousRelease
      layers
      killed
      freeze {
        reason
      }
      lease {
        holder
      }
      shadow {
        holder
      }
      revision
    }
    nodes(first: 20) {
      edges {
        node {
          name
          stale
        }
      }
    }
    alerts(first: 20, status: FIRING) {
      edges {
        node {
          id
          rule {
            name
          }
        }
      }
    }
    createdAt
  }
}`,
);

export const ShowMetric = operation<ShowMetricQuery, ShowMetricQueryVariables>(
  'query',
  'ShowMetric',
  `query ShowMetric($id: ID!) {
  metric(id: $id) {
    id
    description
    revision
    revisions {
      number
      description
      definition {
        kind
        measure
        event
        per
        perEvent
        positiveFrom
        quantile
        ceiling
        lowest
        highest
        attributionHours
        higherIsBetter
        margin
        marginKind
        minimumEffect
      }
      createdAt
      createdBy
    }
  }
}`,
);

export const ListHoldouts = operation<ListHoldoutsQuery, ListHoldoutsQueryVariables>(
  'query',
  'ListHoldouts',
  `query ListHoldouts($first: Int!, $after: String, $status: HoldoutStatus) {
  holdouts(first: $first, after: $after, status: $status) {
    edges {
      node {
        id
        name
        status
        unit
        namespace
        from
        to
        entry
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ShowHoldout = operation<ShowHoldoutQuery, ShowHoldoutQueryVariables>(
  'query',
  'ShowHoldout',
  `query ShowHoldout($id: ID!) {
  holdout(id: $id) {
    id
    description
    status
    unit
    namespace
    from
    to
    entry
    createdAt
    createdBy
    endedAt
    reason
    effect {
      held
      others
      mismatch
      metrics {
        metric
        held
        others
        difference
        interval {
          lower
          upper
        }
        pAdjusted
        better
      }
      warnings
    }
  }
}`,
);

export const ShowRollout = operation<ShowRolloutQuery, ShowRolloutQueryVariables>(
  'query',
  'ShowRollout',
  `query ShowRollout($id: ID!) {
  rollout(id: $id) {
    id
    status
    hypothesis
    deployment {
      id
    }
    control {
      id
    }
    candidate {
      id
    }
    step
    steps {
      number
      weight
      minSamples
      startedAt
      passedAt
      endedAt
    }
    paused {
      by
      at
      reason
    }
    pendingStep
    leaseLostAt
    evaluation {
      verdict
      reasons
      missing
      about
      findings {
        guardrail
        step
        segment
        state
        control
        candidate
        worse
        accepted
      }
    }
    verdicts(first: 10) {
      edges {
        node {
          at
          step
          verdict
          reasons
        }
      }
    }
  }
}`,
);

export const ShowExperiment = operation<ShowExperimentQuery, ShowExperimentQueryVariables>(
  'query',
  'ShowExperiment',
  `query ShowExperiment($id: ID!) {
  experiment(id: $id) {
    id
    status
    hypothesis
    deployment {
      id
    }
    arms {
      arm
      share
      release {
        id
      }
      modelVersions {
        id
      }
    }
    unit
    design {
      alpha
      power
      baseline
      mde
      mdeKind
      totalUnits
      sizes {
        arm
        units
      }
    }
    result {
      banner
      recommendation
      ships
      winner
      daysLeft
      reasons
      peeking
      arms {
        arm
        exposed
        labelled
        converted
        rate
        needed
        missing
      }
      comparisons {
        arm
        difference
        pAdjusted
      }
      guardrails {
        arm
        metric
        state
        inWords
      }
      secondary {
        arm
        metric
        control
        value
        pAdjusted
      }
      plans {
        arm
        summary
      }
      sampleRatio {
        mismatch
        p
      }
    }
    decision {
      ships
      arm
      by
      at
      reason
    }
    createdBy
    createdAt
  }
}`,
);

export const ShowShadow = operation<ShowShadowQuery, ShowShadowQueryVariables>(
  'query',
  'ShowShadow',
  `query ShowShadow($id: ID!) {
  shadow(id: $id) {
    id
    status
    hypothesis
    deployment {
      id
    }
    candidate {
      id
    }
    modelVersions {
      id
    }
    share
    unit
    startedAt
    endsAt
    stoppedAt
    createdBy
    createdAt
  }
}`,
);

export const ShowAlert = operation<ShowAlertQuery, ShowAlertQueryVariables>(
  'query',
  'ShowAlert',
  `query ShowAlert($id: ID!) {
  alert(id: $id) {
    id
    status
    severity
    silenced
    value
    deployment {
      id
    }
    labels {
      name
      value
    }
    annotations {
      name
      value
    }
    runbookUrl
    rule {
      id
      name
      signal
      expression
      feature
      comparison
      threshold
      description
    }
    activeAt
    firedAt
    endedAt
    evaluatedAt
  }
}`,
);

export const ShowReceiver = operation<ShowReceiverQuery, ShowReceiverQueryVariables>(
  'query',
  'ShowReceiver',
  `query ShowReceiver($id: ID!) {
  receiver(id: $id) {
    id
    name
    kind
    target
    sendResolved
    createdBy
    createdAt
    notifications(first: 10) {
      edges {
        node {
          title
          state
          attempts
          answer
          nextAt
        }
      }
    }
  }
}`,
);

export const ShowIncident = operation<ShowIncidentQuery, ShowIncidentQueryVariables>(
  'query',
  'ShowIncident',
  `query ShowIncident($id: ID!) {
  incident(id: $id) {
    id
    title
    status
    cause
    severity
    origin {
      kind
      name
      id
    }
    startedAt
    acknowledgedAt
    acknowledgedBy
    resolvedAt
    resolution {
      by
      comment
      falseAlarm
    }
    roles {
      role
      person
    }
    deployments {
      id
    }
    mergedInto
    evidence {
      alert
      cause
      text
      value
      firedAt
      endedAt
      context {
        name
        value
      }
    }
    timeline {
      at
      kind
      by
      text
    }
  }
}`,
);

export const ShowAlertRule = operation<ShowAlertRuleQuery, ShowAlertRuleQueryVariables>(
  'query',
  'ShowAlertRule',
  `query ShowAlertRule($id: ID!) {
  alertRule(id: $id) {
    id
    name
    deployment {
      id
    }
    signal
    expression
    feature
    comparison
    threshold
    severity
    labels {
      name
      value
    }
    annotations {
      name
      value
    }
    problem
    windowSeconds
    forSeconds
    keepFiringForSeconds
    noDataState
    minRows
    value
    rows
    evaluatedAt
    description
    createdBy
    createdAt
  }
}`,
);

export const ShowEdgeNode = operation<ShowEdgeNodeQuery, ShowEdgeNodeQueryVariables>(
  'query',
  'ShowEdgeNode',
  `query ShowEdgeNode($id: ID!) {
  edgeNode(id: $id) {
    id
    name
    runtime
    trust
    stale
    manifestRevision
    manifestAgeMs
    clockSkewMs
    serving {
      deployment {
        id
      }
      serving {
        release
      }
      refused
    }
    firstSeenAt
    lastSeenAt
  }
}`,
);

export const ShowPrediction = operation<ShowPredictionQuery, ShowPredictionQueryVariables>(
  'query',
  'ShowPrediction',
  `query ShowPrediction($id: ID!) {
  prediction(id: $id) {
    id
    occurredAt
    deployment {
      id
    }
    release
    score
    decision
    confidence
    reason
    rules {
      name
      action
      confidence
      reason
      outcome
      error
    }
    arm
    variant
    layer
    fallback
    models {
      modelVersion {
        id
      }
      score
    }
    inputs {
      name
      number
      text
      boolean
    }
    features {
      name
      number
      text
      boolean
      status
      ageMs
    }
    timings {
      stage
      ms
    }
    outcome {
      value
      occurredAt
    }
    trust
  }
}`,
);

export const ShowWebhook = operation<ShowWebhookQuery, ShowWebhookQueryVariables>(
  'query',
  'ShowWebhook',
  `query ShowWebhook($id: ID!) {
  webhook(id: $id) {
    id
    url
    kinds
    status
    failure {
      since
      lastAt
      answer
      attempts
    }
    nextTryAt
    description
    createdBy
    createdAt
  }
}`,
);

export const VerifyAudit = operation<VerifyAuditQuery, VerifyAuditQueryVariables>(
  'query',
  'VerifyAudit',
  `query VerifyAudit {
  verifyAudit {
    ok
    why
    checked
    firstBadSeq
    chains {
      subgraph
      state
      ok
      checked
      checkpointedTo
      firstBadSeq
      why
    }
  }
}`,
);

export const Overview = operation<OverviewQuery, OverviewQueryVariables>(
  'query',
  'Overview',
  `query Overview {
  deployments(first: 100) {
    edges {
      node {
        id
        live {
          id
        }
        traffic {
          killed
          freeze {
            reason
          }
          lease {
            holder
          }
        }
      }
    }
    pageInfo {
      hasNextPage
    }
  }
  alerts(first: 100, status: FIRING) {
    edges {
      node {
        id
        severity
        silenced
        firedAt
        rule {
          name
        }
        deployment {
          id
        }
      }
    }
    pageInfo {
      hasNextPage
    }
  }
  edgeNodes(first: 100) {
    edges {
      node {
        id
        name
        stale
        trust
        lastSeenAt
      }
    }
    pageInfo {
      hasNextPage
    }
  }
  experiments(first: 100, status: RUNNING) {
    edges {
      node {
        id
        name
        deployment {
          id
        }
      }
    }
    pageInfo {
      hasNextPage
    }
  }
}`,
);

export const SubmitModelVersion = operation<SubmitModelVersionMutation, SubmitModelVersionMutationVariables>(
  'mutation',
  'SubmitModelVersion',
  `mutation SubmitModelVersion($input: ModelVersionStepInput!) {
  submitModelVersion(input: $input) {
    modelVersion {
      id
      state
    }
  }
}`,
);

export const WithdrawModelVersion = operation<WithdrawModelVersionMutation, WithdrawModelVersionMutationVariables>(
  'mutation',
  'WithdrawModelVersion',
  `mutation WithdrawModelVersion($input: ModelVersionStepInput!) {
  withdrawModelVersion(input: $input) {
    modelVersion {
      id
      state
    }
  }
}`,
);

export const ApproveModelVersion = operation<ApproveModelVersionMutation, ApproveModelVersionMutationVariables>(
  'mutation',
  'ApproveModelVersion',
  `mutation ApproveModelVersion($input: ApproveModelVersionInput!) {
  approveModelVersion(input: $input) {
    modelVersion {
      id
      state
    }
  }
}`,
);

export const VersionDossier = operation<VersionDossierQuery, VersionDossierQueryVariables>(
  'query',
  'VersionDossier',
  `query VersionDossier($id: ID!) {
  modelVersion(id: $id) {
    dossier
  }
}`,
);

export const ShowPolicyPreset = operation<ShowPolicyPresetQuery, ShowPolicyPresetQueryVariables>(
  'query',
  'ShowPolicyPreset',
  `query ShowPolicyPreset($id: ID!) {
  policyPreset(id: $id) {
    id
    title
    source
    imported {
      by
      at
      reason
    }
    gaps {
      tier
      path
      before
      after
    }
    clauses {
      name
      asks
      answer
      left
      controls {
        kind
        name
        does
        evidence
      }
    }
  }
}`,
);

export const ImportPolicyPreset = operation<ImportPolicyPresetMutation, ImportPolicyPresetMutationVariables>(
  'mutation',
  'ImportPolicyPreset',
  `mutation ImportPolicyPreset($input: ImportPolicyPresetInput!) {
  importPolicyPreset(input: $input) {
    policyPreset {
      id
      imported {
        by
        at
        reason
      }
    }
  }
}`,
);

export const RejectModelVersion = operation<RejectModelVersionMutation, RejectModelVersionMutationVariables>(
  'mutation',
  'RejectModelVersion',
  `mutation RejectModelVersion($input: ReasonedStepInput!) {
  rejectModelVersion(input: $input) {
    modelVersion {
      id
      state
    }
  }
}`,
);

export const SuspendModelVersion = operation<SuspendModelVersionMutation, SuspendModelVersionMutationVariables>(
  'mutation',
  'SuspendModelVersion',
  `mutation SuspendModelVersion($input: ReasonedStepInput!) {
  suspendModelVersion(input: $input) {
    modelVersion {
      id
      state
    }
  }
}`,
);

export const ReinstateModelVersion = operation<ReinstateModelVersionMutation, ReinstateModelVersionMutationVariables>(
  'mutation',
  'ReinstateModelVersion',
  `mutation ReinstateModelVersion($input: ReasonedStepInput!) {
  reinstateModelVersion(input: $input) {
    modelVersion {
      id
      state
    }
  }
}`,
);

export const RetireModelVersion = operation<RetireModelVersionMutation, RetireModelVersionMutationVariables>(
  'mutation',
  'RetireModelVersion',
  `mutation RetireModelVersion($input: ModelVersionStepInput!) {
  retireModelVersion(input: $input) {
    modelVersion {
      id
      state
    }
  }
}`,
);

export const ArchiveModelVersion = operation<ArchiveModelVersionMutation, ArchiveModelVersionMutationVariables>(
  'mutation',
  'ArchiveModelVersion',
  `mutation ArchiveModelVersion($input: ModelVersionStepInput!) {
  archiveModelVersion(input: $input) {
    modelVersion {
      id
      state
    }
  }
}`,
);

export const ApproveRelease = operation<ApproveReleaseMutation, ApproveReleaseMutationVariables>(
  'mutation',
  'ApproveRelease',
  `mutation ApproveRelease($input: ApproveReleaseInput!) {
  approveRelease(input: $input) {
    release {
      id
      approvalState
    }
  }
}`,
);

export const RejectRelease = operation<RejectReleaseMutation, RejectReleaseMutationVariables>(
  'mutation',
  'RejectRelease',
  `mutation RejectRelease($input: RejectReleaseInput!) {
  rejectRelease(input: $input) {
    release {
      id
      approvalState
    }
  }
}`,
);

export const PromoteRelease = operation<PromoteReleaseMutation, PromoteReleaseMutationVariables>(
  'mutation',
  'PromoteRelease',
  `mutation PromoteRelease($input: PromoteReleaseInput!) {
  promoteRelease(input: $input) {
    applied
    effects
    warnings
    deployment {
      id
      live {
        id
      }
    }
  }
}`,
);

export const RollBackDeployment = operation<RollBackDeploymentMutation, RollBackDeploymentMutationVariables>(
  'mutation',
  'RollBackDeployment',
  `mutation RollBackDeployment($input: RollbackInput!) {
  rollback(input: $input) {
    applied
    effects
    warnings
    deployment {
      id
      live {
        id
      }
    }
  }
}`,
);

export const KillDeployment = operation<KillDeploymentMutation, KillDeploymentMutationVariables>(
  'mutation',
  'KillDeployment',
  `mutation KillDeployment($input: ReasonedTrafficInput!) {
  killDeployment(input: $input) {
    applied
    effects
    warnings
    deployment {
      id
      live {
        id
      }
    }
  }
}`,
);

export const FallBackDeployment = operation<FallBackDeploymentMutation, FallBackDeploymentMutationVariables>(
  'mutation',
  'FallBackDeployment',
  `mutation FallBackDeployment($input: ReasonedTrafficInput!) {
  fallbackDeployment(input: $input) {
    applied
    effects
    warnings
    deployment {
      id
      live {
        id
      }
    }
  }
}`,
);

export const LiftFreeze = operation<LiftFreezeMutation, LiftFreezeMutationVariables>(
  'mutation',
  'LiftFreeze',
  `mutation LiftFreeze($input: ReasonedTrafficInput!) {
  liftFreeze(input: $input) {
    applied
    effects
    warnings
    deployment {
      id
      live {
        id
      }
    }
  }
}`,
);

export const StartExperiment = operation<StartExperimentMutation, StartExperimentMutationVariables>(
  'mutation',
  'StartExperiment',
  `mutation StartExperiment($input: ExperimentInput!) {
  startExperiment(input: $input) {
    warning
    experiment {
      id
      status
    }
  }
}`,
);

export const StopExperiment = operation<StopExperimentMutation, StopExperimentMutationVariables>(
  'mutation',
  'StopExperiment',
  `mutation StopExperiment($input: StopExperimentInput!) {
  stopExperiment(input: $input) {
    warning
    experiment {
      id
      status
    }
  }
}`,
);

export const EndHoldout = operation<EndHoldoutMutation, EndHoldoutMutationVariables>(
  'mutation',
  'EndHoldout',
  `mutation EndHoldout($input: EndHoldoutInput!) {
  endHoldout(input: $input) {
    holdout {
      id
      status
    }
  }
}`,
);

export const EraseUnit = operation<EraseUnitMutation, EraseUnitMutationVariables>(
  'mutation',
  'EraseUnit',
  `mutation EraseUnit($input: EraseUnitInput!) {
  eraseUnit(input: $input) {
    removed {
      units
      outcomes
      answers
      events
    }
    erasures {
      digest
      experiment
      at
      late
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
      id
      status
      step
    }
  }
}`,
);

export const PauseRollout = operation<PauseRolloutMutation, PauseRolloutMutationVariables>(
  'mutation',
  'PauseRollout',
  `mutation PauseRollout($input: ReasonedRolloutInput!) {
  pauseRollout(input: $input) {
    rollout {
      id
      status
      step
    }
  }
}`,
);

export const ResumeRollout = operation<ResumeRolloutMutation, ResumeRolloutMutationVariables>(
  'mutation',
  'ResumeRollout',
  `mutation ResumeRollout($input: RolloutInput!) {
  resumeRollout(input: $input) {
    rollout {
      id
      status
      step
    }
  }
}`,
);

export const ApproveRolloutStep = operation<ApproveRolloutStepMutation, ApproveRolloutStepMutationVariables>(
  'mutation',
  'ApproveRolloutStep',
  `mutation ApproveRolloutStep($input: RolloutInput!) {
  approveRolloutStep(input: $input) {
    rollout {
      id
      status
      step
    }
  }
}`,
);

export const SkipRolloutStep = operation<SkipRolloutStepMutation, SkipRolloutStepMutationVariables>(
  'mutation',
  'SkipRolloutStep',
  `mutation SkipRolloutStep($input: ReasonedRolloutInput!) {
  skipRolloutStep(input: $input) {
    rollout {
      id
      status
      step
    }
  }
}`,
);

export const PromoteRollout = operation<PromoteRolloutMutation, PromoteRolloutMutationVariables>(
  'mutation',
  'PromoteRollout',
  `mutation PromoteRollout($input: ReasonedRolloutInput!) {
  promoteRollout(input: $input) {
    rollout {
      id
      status
      step
    }
  }
}`,
);

export const AbortRollout = operation<AbortRolloutMutation, AbortRolloutMutationVariables>(
  'mutation',
  'AbortRollout',
  `mutation AbortRollout($input: ReasonedRolloutInput!) {
  abortRollout(input: $input) {
    rollout {
      id
      status
      step
    }
  }
}`,
);

export const EvaluateRollout = operation<EvaluateRolloutMutation, EvaluateRolloutMutationVariables>(
  'mutation',
  'EvaluateRollout',
  `mutation EvaluateRollout($input: RolloutInput!) {
  evaluateRollout(input: $input) {
    id
    status
    step
    verdicts(first: 1) {
      edges {
        node {
          verdict
          reasons
        }
      }
    }
  }
}`,
);

export const StartShadow = operation<StartShadowMutation, StartShadowMutationVariables>(
  'mutation',
  'StartShadow',
  `mutation StartShadow($input: ShadowInput!) {
  startShadow(input: $input) {
    shadow {
      id
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
      id
      status
    }
  }
}`,
);

export const TestReceiver = operation<TestReceiverMutation, TestReceiverMutationVariables>(
  'mutation',
  'TestReceiver',
  `mutation TestReceiver($input: TestReceiverInput!) {
  testReceiver(input: $input) {
    ok
    answer
    tookMs
  }
}`,
);

export const AcknowledgeAlert = operation<AcknowledgeAlertMutation, AcknowledgeAlertMutationVariables>(
  'mutation',
  'AcknowledgeAlert',
  `mutation AcknowledgeAlert($input: AcknowledgeAlertInput!) {
  acknowledgeAlert(input: $input) {
    alert {
      id
      acknowledgement {
        by
        at
        until
        comment
      }
    }
  }
}`,
);

export const AcknowledgeIncident = operation<AcknowledgeIncidentMutation, AcknowledgeIncidentMutationVariables>(
  'mutation',
  'AcknowledgeIncident',
  `mutation AcknowledgeIncident($input: AcknowledgeIncidentInput!) {
  acknowledgeIncident(input: $input) {
    incident {
      id
      title
      status
    }
  }
}`,
);

export const ResolveIncident = operation<ResolveIncidentMutation, ResolveIncidentMutationVariables>(
  'mutation',
  'ResolveIncident',
  `mutation ResolveIncident($input: ResolveIncidentInput!) {
  resolveIncident(input: $input) {
    incident {
      id
      title
      status
    }
  }
}`,
);

export const AddIncidentNote = operation<AddIncidentNoteMutation, AddIncidentNoteMutationVariables>(
  'mutation',
  'AddIncidentNote',
  `mutation AddIncidentNote($input: AddIncidentNoteInput!) {
  addIncidentNote(input: $input) {
    incident {
      id
      title
      status
    }
  }
}`,
);

export const GiveIncidentRole = operation<GiveIncidentRoleMutation, GiveIncidentRoleMutationVariables>(
  'mutation',
  'GiveIncidentRole',
  `mutation GiveIncidentRole($input: GiveIncidentRoleInput!) {
  giveIncidentRole(input: $input) {
    incident {
      id
      title
      status
    }
  }
}`,
);

export const TestWebhook = operation<TestWebhookMutation, TestWebhookMutationVariables>(
  'mutation',
  'TestWebhook',
  `mutation TestWebhook($input: WebhookInput!) {
  testWebhook(input: $input) {
    ok
    answer
    tookMs
  }
}`,
);

export const RegisterModelVersion = operation<RegisterModelVersionMutation, RegisterModelVersionMutationVariables>(
  'mutation',
  'RegisterModelVersion',
  `mutation RegisterModelVersion($input: RegisterModelVersionInput!) {
  registerModelVersion(input: $input) {
    registration {
      id
    }
    modelVersion {
      id
      version
      state
      digest
      inputs {
        name
        dtype
        shape
      }
      outputs {
        name
        dtype
        shape
      }
    }
  }
}`,
);

export const ValidateModelVersion = operation<ValidateModelVersionMutation, ValidateModelVersionMutationVariables>(
  'mutation',
  'ValidateModelVersion',
  `mutation ValidateModelVersion($input: ValidateModelVersionInput!) {
  validateModelVersion(input: $input) {
    validation {
      id
    }
  }
}`,
);

export const FollowModelJob = operation<FollowModelJobQuery, FollowModelJobQueryVariables>(
  'query',
  'FollowModelJob',
  `query FollowModelJob($id: ID!) {
  modelJob(id: $id) {
    state
    phase
    error
    errorCode
    gates {
      gate
      passed
      detail
    }
    modelVersion {
      id
      version
      state
      digest
      inputs {
        name
        dtype
        shape
      }
      outputs {
        name
        dtype
        shape
      }
    }
  }
}`,
);

export const CreateEndpoint = operation<CreateEndpointMutation, CreateEndpointMutationVariables>(
  'mutation',
  'CreateEndpoint',
  `mutation CreateEndpoint($input: CreateEndpointInput!) {
  createEndpoint(input: $input) {
    endpoint {
      id
      name
    }
  }
}`,
);

export const CreateDeployment = operation<CreateDeploymentMutation, CreateDeploymentMutationVariables>(
  'mutation',
  'CreateDeployment',
  `mutation CreateDeployment($input: CreateDeploymentInput!) {
  createDeployment(input: $input) {
    deployment {
      id
      environment
      requiresApproval
    }
  }
}`,
);

export const CreateRelease = operation<CreateReleaseMutation, CreateReleaseMutationVariables>(
  'mutation',
  'CreateRelease',
  `mutation CreateRelease($input: CreateReleaseInput!) {
  createRelease(input: $input) {
    release {
      id
      number
      approvalState
      digest
      requires
    }
  }
}`,
);

export const ListEventStreams = operation<ListEventStreamsQuery, ListEventStreamsQueryVariables>(
  'query',
  'ListEventStreams',
  `query ListEventStreams($first: Int!, $after: String) {
  eventStreams(first: $first, after: $after) {
    edges {
      node {
        id
        name
        topic
        group
        state
        lag
        accepted
        quarantined
        source {
          name
        }
        problem {
          problem
          since
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

export const ShowEventStream = operation<ShowEventStreamQuery, ShowEventStreamQueryVariables>(
  'query',
  'ShowEventStream',
  `query ShowEventStream($id: ID!) {
  eventStream(id: $id) {
    id
    state
    topic
    group
    brokers
    source {
      id
    }
    start
    fields {
      field
      column
    }
    lag
    accepted
    quarantined
    problem {
      problem
      since
      nextTryAt
    }
    partitions {
      partition
      nextOffset
      endOffset
      lag
      lost
    }
    quarantine(first: 20) {
      edges {
        node {
          partition
          offset
          at
          code
          field
          message
          value
        }
      }
    }
    description
    owner
    tags
    createdAt
  }
}`,
);

export const SetEventStreamState = operation<SetEventStreamStateMutation, SetEventStreamStateMutationVariables>(
  'mutation',
  'SetEventStreamState',
  `mutation SetEventStreamState($input: SetEventStreamStateInput!) {
  setEventStreamState(input: $input) {
    eventStream {
      id
      state
    }
  }
}`,
);

export const ExplainPrediction = operation<ExplainPredictionQuery, ExplainPredictionQueryVariables>(
  'query',
  'ExplainPrediction',
  `query ExplainPrediction($id: ID!, $reasons: Int!) {
  explainPrediction(id: $id, reasons: $reasons) {
    prediction {
      id
      occurredAt
      deployment {
        id
      }
      score
      decision
      reason
      fallback
      rules {
        name
        action
        confidence
        reason
        outcome
      }
      outcome {
        value
        occurredAt
      }
    }
    release {
      id
    }
    models {
      name
      modelVersion {
        id
      }
      engine
      score
      weight
    }
    combination
    assignment {
      layer
      variant
      holder
      unit
      arm
      forcedBy
    }
    features {
      value {
        name
        number
        text
        boolean
        status
        ageMs
      }
      feature {
        id
      }
    }
    reasons {
      source
      space
      base
      total
      rest
      top {
        value {
          name
          number
          text
          boolean
          status
          ageMs
        }
        contribution
      }
      unexplained {
        model
        contribution
        why
      }
    }
    absent {
      part
      why
      detail
    }
  }
}`,
);

export const ApplyFeatureDefinitions = operation<ApplyFeatureDefinitionsMutation, ApplyFeatureDefinitionsMutationVariables>(
  'mutation',
  'ApplyFeatureDefinitions',
  `mutation ApplyFeatureDefinitions($input: ApplyFeatureDefinitionsInput!) {
  applyFeatureDefinitions(input: $input) {
    eventCursor
    changes {
      ...DefinitionChangeFields
    }
  }
}

fragment DefinitionChangeFields on DefinitionChange {
  kind
  subject
  action
  id
  beforeId
  fingerprint
  differences {
    path
    before
    after
  }
}`,
);

export const ApplyServingDefinitions = operation<ApplyServingDefinitionsMutation, ApplyServingDefinitionsMutationVariables>(
  'mutation',
  'ApplyServingDefinitions',
  `mutation ApplyServingDefinitions($input: ApplyServingDefinitionsInput!) {
  applyServingDefinitions(input: $input) {
    eventCursor
    changes {
      ...DefinitionChangeFields
    }
  }
}

fragment DefinitionChangeFields on DefinitionChange {
  kind
  subject
  action
  id
  beforeId
  fingerprint
  differences {
    path
    before
    after
  }
}`,
);

export const ApplyAlertDefinitions = operation<ApplyAlertDefinitionsMutation, ApplyAlertDefinitionsMutationVariables>(
  'mutation',
  'ApplyAlertDefinitions',
  `mutation ApplyAlertDefinitions($input: ApplyAlertDefinitionsInput!) {
  applyAlertDefinitions(input: $input) {
    eventCursor
    changes {
      ...DefinitionChangeFields
    }
  }
}

fragment DefinitionChangeFields on DefinitionChange {
  kind
  subject
  action
  id
  beforeId
  fingerprint
  differences {
    path
    before
    after
  }
}`,
);

export const ApplyMeasurementDefinitions = operation<ApplyMeasurementDefinitionsMutation, ApplyMeasurementDefinitionsMutationVariables>(
  'mutation',
  'ApplyMeasurementDefinitions',
  `mutation ApplyMeasurementDefinitions($input: ApplyMeasurementDefinitionsInput!) {
  applyMeasurementDefinitions(input: $input) {
    eventCursor
    changes {
      ...DefinitionChangeFields
    }
  }
}

fragment DefinitionChangeFields on DefinitionChange {
  kind
  subject
  action
  id
  beforeId
  fingerprint
  differences {
    path
    before
    after
  }
}`,
);

export const MetricDefinitions = operation<MetricDefinitionsQuery, MetricDefinitionsQueryVariables>(
  'query',
  'MetricDefinitions',
  `query MetricDefinitions($first: Int!, $after: String) {
  metrics(first: $first, after: $after) {
    edges {
      node {
        ...MetricDefinitionFields
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

fragment MetricDefinitionFields on Metric {
  name
  description
  definition {
    kind
    measure
    event
    per
    perEvent
    positiveFrom
    quantile
    ceiling
    lowest
    highest
    attributionHours
    higherIsBetter
    margin
    marginKind
    minimumEffect
  }
}`,
);

export const HoldoutDefinitions = operation<HoldoutDefinitionsQuery, HoldoutDefinitionsQueryVariables>(
  'query',
  'HoldoutDefinitions',
  `query HoldoutDefinitions($first: Int!, $after: String) {
  holdouts(status: ACTIVE, first: $first, after: $after) {
    edges {
      node {
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ExperimentDefinitions = operation<ExperimentDefinitionsQuery, ExperimentDefinitionsQueryVariables>(
  'query',
  'ExperimentDefinitions',
  `query ExperimentDefinitions($status: ExperimentStatus!, $first: Int!, $after: String) {
  experiments(status: $status, first: $first, after: $after) {
    edges {
      node {
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const AlertRuleDefinitions = operation<AlertRuleDefinitionsQuery, AlertRuleDefinitionsQueryVariables>(
  'query',
  'AlertRuleDefinitions',
  `query AlertRuleDefinitions($first: Int!, $after: String) {
  alertRules(first: $first, after: $after) {
    edges {
      node {
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const ResponsePolicyDefinitions = operation<ResponsePolicyDefinitionsQuery, ResponsePolicyDefinitionsQueryVariables>(
  'query',
  'ResponsePolicyDefinitions',
  `query ResponsePolicyDefinitions($first: Int!, $after: String) {
  responsePolicies(first: $first, after: $after) {
    edges {
      node {
        name
        description
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const EntityDefinitions = operation<EntityDefinitionsQuery, EntityDefinitionsQueryVariables>(
  'query',
  'EntityDefinitions',
  `query EntityDefinitions($first: Int!, $after: String) {
  entities(first: $first, after: $after) {
    edges {
      node {
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const SourceDefinitions = operation<SourceDefinitionsQuery, SourceDefinitionsQueryVariables>(
  'query',
  'SourceDefinitions',
  `query SourceDefinitions($first: Int!, $after: String) {
  sources(first: $first, after: $after) {
    edges {
      node {
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const EventStreamDefinitions = operation<EventStreamDefinitionsQuery, EventStreamDefinitionsQueryVariables>(
  'query',
  'EventStreamDefinitions',
  `query EventStreamDefinitions($first: Int!, $after: String) {
  eventStreams(first: $first, after: $after) {
    edges {
      node {
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const FeatureViewDefinitions = operation<FeatureViewDefinitionsQuery, FeatureViewDefinitionsQueryVariables>(
  'query',
  'FeatureViewDefinitions',
  `query FeatureViewDefinitions($first: Int!, $after: String) {
  featureViews(first: $first, after: $after) {
    edges {
      node {
        name
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const FeatureServiceDefinitions = operation<FeatureServiceDefinitionsQuery, FeatureServiceDefinitionsQueryVariables>(
  'query',
  'FeatureServiceDefinitions',
  `query FeatureServiceDefinitions($first: Int!, $after: String) {
  featureServices(first: $first, after: $after) {
    edges {
      node {
        name
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const EndpointDefinitions = operation<EndpointDefinitionsQuery, EndpointDefinitionsQueryVariables>(
  'query',
  'EndpointDefinitions',
  `query EndpointDefinitions($first: Int!, $after: String) {
  endpoints(first: $first, after: $after) {
    edges {
      node {
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const DeploymentDefinitions = operation<DeploymentDefinitionsQuery, DeploymentDefinitionsQueryVariables>(
  'query',
  'DeploymentDefinitions',
  `query DeploymentDefinitions($first: Int!, $after: String) {
  deployments(first: $first, after: $after) {
    edges {
      node {
        definition
        endpoint {
          name
        }
        environment
        releases(first: 1) {
          edges {
            node {
              recipe
            }
          }
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

export const EndpointTypes = operation<EndpointTypesQuery, EndpointTypesQueryVariables>(
  'query',
  'EndpointTypes',
  `query EndpointTypes($id: ID!) {
  deployment(id: $id) {
    id
    live {
      id
      digest
      recipe
      featureService {
        id
        features {
          name
          dtype
          view {
            name
          }
        }
      }
    }
  }
}`,
);

export const FeatureSnapshotDefinitions = operation<FeatureSnapshotDefinitionsQuery, FeatureSnapshotDefinitionsQueryVariables>(
  'query',
  'FeatureSnapshotDefinitions',
  `query FeatureSnapshotDefinitions($first: Int!, $after: String) {
  deployments(first: $first, after: $after) {
    edges {
      node {
        featureSnapshots {
          definition
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

export const WebhookDefinitions = operation<WebhookDefinitionsQuery, WebhookDefinitionsQueryVariables>(
  'query',
  'WebhookDefinitions',
  `query WebhookDefinitions($first: Int!, $after: String) {
  webhooks(first: $first, after: $after) {
    edges {
      node {
        definition
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const RotateWebhookSecret = operation<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>(
  'mutation',
  'RotateWebhookSecret',
  `mutation RotateWebhookSecret($input: RotateWebhookSecretInput!) {
  rotateWebhookSecret(input: $input) {
    webhook {
      id
      url
    }
    secret
  }
}`,
);

export const SetCanary = operation<SetCanaryMutation, SetCanaryMutationVariables>(
  'mutation',
  'SetCanary',
  `mutation SetCanary($input: SetCanaryInput!) {
  setCanary(input: $input) {
    applied
    effects
    warnings
    deployment {
      id
      live {
        id
      }
    }
  }
}`,
);

export const ServingAt = operation<ServingAtQuery, ServingAtQueryVariables>(
  'query',
  'ServingAt',
  `query ServingAt($deployment: ID!, $at: DateTime!) {
  servingAt(deployment: $deployment, at: $at) {
    at
    killed
    served {
      layer
      arm
      share
      release {
        id
        modelVersions {
          id
          approvals {
            action
            actor
            at
          }
        }
      }
    }
    change {
      kind
      actor
      at
      reason
    }
  }
}`,
);

