// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app. */
export type Trust =
  | 'DEVICE'
  | 'SERVER';

/** The layer of traffic that decided what answers, in the order in which they decide. */
export type AnsweringLayer =
  | 'ALLOCATION'
  | 'DEFAULT'
  | 'FORCED'
  | 'HOLDOUT'
  | 'KILL'
  | 'VARIANT';

/** Whether a feature was compared by quantile bins of the reference or by category. */
export type DriftKind =
  | 'CATEGORICAL'
  | 'NUMERIC';

/** How severity is judged. BY_EFFECT: size of the effect, significant after correction over the features. SOURCE: the fixed thresholds of PSI .25/.1/.05, JS .1/.05/.02 or KS p .001/.01/.05, under which every large window is HIGH. */
export type DriftPreset =
  | 'BY_EFFECT'
  | 'SOURCE';

/** How strongly a distribution has moved. UNKNOWN: too few values to say that it has not. */
export type DriftSeverity =
  | 'HIGH'
  | 'LOW'
  | 'MODERATE'
  | 'NONE'
  | 'UNKNOWN';

/** Whether a model version is well. */
export type ModelHealthStatus =
  /** Somebody should look: inputs have moved, scores are somewhat worse, or a warning is open. */
  | 'DEGRADED'
  | 'HEALTHY'
  /** Scores are much worse, a fallback answers often, or something critical is open. */
  | 'UNHEALTHY'
  /** Too little is known: missing data never means healthy. */
  | 'UNKNOWN';

/** What a deployment stands on. */
export type Pillar =
  /** What decisions come to, in money by declared prices. */
  | 'BUSINESS'
  /** What comes in: missing and old values, drift. */
  | 'DATA'
  /** How it answers: volume, errors, fallbacks, latency, what a thousand answers cost. */
  | 'INFRASTRUCTURE'
  /** How good scores are: by their outcomes, and before these come; concept drift, fairness. */
  | 'MODEL';

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

/** Which parts of a time to compare with one reference. */
export type DriftSeriesInput = {
  /** The deployment that is judged. */
  readonly deployment: string;
  /** Where the first part begins. */
  readonly from: string;
  /** The window to hold each part against. */
  readonly reference: TimeWindowInput;
  /** Where the last part ends; this instant is no longer in it. */
  readonly to: string;
  /** Records of enrolled nodes, or those of devices. */
  readonly trust?: Trust | null | undefined;
  /** How long a part is, in hours: 24 is a day. */
  readonly windowHours: number;
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

/** Which time to look at. */
export type PillarWindowInput = {
  /** How many hours before that: 1 to 8784. */
  readonly hours?: number | null | undefined;
  /** Where it ends; now by default. */
  readonly to?: string | null | undefined;
};

/** From (included) to (not included). */
export type TimeWindowInput = {
  /** Where the window begins. */
  readonly from: string;
  /** Where it ends; this instant is no longer in it. */
  readonly to: string;
};

export type MonitoredDeploymentsQueryVariables = Exact<{ [key: string]: never; }>;


export type MonitoredDeploymentsQuery = { readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null };

export type NewestPredictionQueryVariables = Exact<{
  deployment: string;
}>;


export type NewestPredictionQuery = { readonly predictions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly occurredAt: string } }> } | null };

export type PerformanceQueryVariables = Exact<{
  input: PerformanceReportInput;
}>;


export type PerformanceQuery = { readonly performanceReport: { readonly from: string, readonly to: string, readonly total: { readonly predictions: number, readonly labelled: number, readonly auc: number | null, readonly brier: number | null }, readonly windows: ReadonlyArray<{ readonly from: string, readonly to: string, readonly figures: { readonly predictions: number, readonly labelled: number, readonly labelCoverage: number | null, readonly auc: number | null, readonly brier: number | null, readonly meanScore: number | null, readonly baseRate: number | null } }> } | null };

export type DriftMapQueryVariables = Exact<{
  input: DriftSeriesInput;
}>;


export type DriftMapQuery = { readonly driftSeries: ReadonlyArray<{ readonly severity: DriftSeverity, readonly current: { readonly from: string, readonly to: string, readonly predictions: number }, readonly score: { readonly name: string, readonly severity: DriftSeverity, readonly psi: number | null }, readonly features: ReadonlyArray<{ readonly name: string, readonly severity: DriftSeverity, readonly psi: number | null }> }> | null };

export type DriftOfQueryVariables = Exact<{
  input: DriftReportInput;
}>;


export type DriftOfQuery = { readonly driftReport: { readonly severity: DriftSeverity, readonly reference: { readonly from: string, readonly to: string, readonly predictions: number }, readonly current: { readonly from: string, readonly to: string, readonly predictions: number }, readonly score: { readonly name: string, readonly kind: DriftKind, readonly severity: DriftSeverity, readonly psi: number | null, readonly psiNullLevel: number | null, readonly adjustedP: number | null, readonly referenceCount: number, readonly currentCount: number, readonly bins: { readonly edges: ReadonlyArray<number>, readonly categories: ReadonlyArray<string>, readonly reference: ReadonlyArray<number>, readonly current: ReadonlyArray<number> } }, readonly features: ReadonlyArray<{ readonly name: string, readonly kind: DriftKind, readonly severity: DriftSeverity, readonly psi: number | null, readonly psiNullLevel: number | null, readonly adjustedP: number | null, readonly referenceCount: number, readonly currentCount: number, readonly bins: { readonly edges: ReadonlyArray<number>, readonly categories: ReadonlyArray<string>, readonly reference: ReadonlyArray<number>, readonly current: ReadonlyArray<number> } }> } | null };

export type DriftedFragment = { readonly name: string, readonly kind: DriftKind, readonly severity: DriftSeverity, readonly psi: number | null, readonly psiNullLevel: number | null, readonly adjustedP: number | null, readonly referenceCount: number, readonly currentCount: number, readonly bins: { readonly edges: ReadonlyArray<number>, readonly categories: ReadonlyArray<string>, readonly reference: ReadonlyArray<number>, readonly current: ReadonlyArray<number> } };

export type DeploymentPillarsQueryVariables = Exact<{
  id: string;
  window?: PillarWindowInput | null | undefined;
}>;


export type DeploymentPillarsQuery = { readonly deployment: { readonly id: string, readonly pillars: { readonly from: string, readonly to: string, readonly status: ModelHealthStatus, readonly data: { readonly pillar: Pillar, readonly status: ModelHealthStatus, readonly reasons: ReadonlyArray<{ readonly status: ModelHealthStatus, readonly text: string, readonly expression: string | null, readonly at: string | null }>, readonly measures: ReadonlyArray<{ readonly name: string }> }, readonly model: { readonly pillar: Pillar, readonly status: ModelHealthStatus, readonly reasons: ReadonlyArray<{ readonly status: ModelHealthStatus, readonly text: string, readonly expression: string | null, readonly at: string | null }>, readonly measures: ReadonlyArray<{ readonly name: string }> }, readonly infrastructure: { readonly pillar: Pillar, readonly status: ModelHealthStatus, readonly reasons: ReadonlyArray<{ readonly status: ModelHealthStatus, readonly text: string, readonly expression: string | null, readonly at: string | null }>, readonly measures: ReadonlyArray<{ readonly name: string }> }, readonly business: { readonly pillar: Pillar, readonly status: ModelHealthStatus, readonly reasons: ReadonlyArray<{ readonly status: ModelHealthStatus, readonly text: string, readonly expression: string | null, readonly at: string | null }>, readonly measures: ReadonlyArray<{ readonly name: string }> } } | null } | null };

export type PillarFieldsFragment = { readonly pillar: Pillar, readonly status: ModelHealthStatus, readonly reasons: ReadonlyArray<{ readonly status: ModelHealthStatus, readonly text: string, readonly expression: string | null, readonly at: string | null }>, readonly measures: ReadonlyArray<{ readonly name: string }> };

export type PillarSeriesQueryVariables = Exact<{
  id: string;
  window?: PillarWindowInput | null | undefined;
}>;


export type PillarSeriesQuery = { readonly deployment: { readonly id: string, readonly pillars: { readonly data: { readonly pillar: Pillar, readonly measures: ReadonlyArray<{ readonly name: string, readonly unit: string, readonly expression: string, readonly series: ReadonlyArray<{ readonly labels: ReadonlyArray<{ readonly name: string, readonly value: string }>, readonly points: ReadonlyArray<{ readonly at: string, readonly value: number }> }> }> }, readonly model: { readonly pillar: Pillar, readonly measures: ReadonlyArray<{ readonly name: string, readonly unit: string, readonly expression: string, readonly series: ReadonlyArray<{ readonly labels: ReadonlyArray<{ readonly name: string, readonly value: string }>, readonly points: ReadonlyArray<{ readonly at: string, readonly value: number }> }> }> }, readonly infrastructure: { readonly pillar: Pillar, readonly measures: ReadonlyArray<{ readonly name: string, readonly unit: string, readonly expression: string, readonly series: ReadonlyArray<{ readonly labels: ReadonlyArray<{ readonly name: string, readonly value: string }>, readonly points: ReadonlyArray<{ readonly at: string, readonly value: number }> }> }> }, readonly business: { readonly pillar: Pillar, readonly measures: ReadonlyArray<{ readonly name: string, readonly unit: string, readonly expression: string, readonly series: ReadonlyArray<{ readonly labels: ReadonlyArray<{ readonly name: string, readonly value: string }>, readonly points: ReadonlyArray<{ readonly at: string, readonly value: number }> }> }> } } | null } | null };

export type PillarMeasuresFragment = { readonly pillar: Pillar, readonly measures: ReadonlyArray<{ readonly name: string, readonly unit: string, readonly expression: string, readonly series: ReadonlyArray<{ readonly labels: ReadonlyArray<{ readonly name: string, readonly value: string }>, readonly points: ReadonlyArray<{ readonly at: string, readonly value: number }> }> }> };

export const MonitoredDeployments = operation<MonitoredDeploymentsQuery, MonitoredDeploymentsQueryVariables>(
  'query',
  'MonitoredDeployments',
  `sha256:374bcd06d12dd1f0441de0384ab346630f26f79c223210b59ea8d9253b0e25e8`,
);

export const NewestPrediction = operation<NewestPredictionQuery, NewestPredictionQueryVariables>(
  'query',
  'NewestPrediction',
  `sha256:d94c71c54dff1bd1c57d8538317549e51f075ff8d952e6291de861fc078d93a1`,
);

export const Performance = operation<PerformanceQuery, PerformanceQueryVariables>(
  'query',
  'Performance',
  `sha256:4dcc762e211983c76ba37dc69d32830833c9fae8a623630d383a44ca1ef96397`,
);

export const DriftMap = operation<DriftMapQuery, DriftMapQueryVariables>(
  'query',
  'DriftMap',
  `sha256:d1e0c58ce6c094314488990ab321dd5b8b0d4e5d661cdd9db821ca5e5373c44c`,
);

export const DriftOf = operation<DriftOfQuery, DriftOfQueryVariables>(
  'query',
  'DriftOf',
  `sha256:3e8fc1daed2f2247ad03df31f167a033e75ea49e70168e6d800fcbdde3d73495`,
);

export const DeploymentPillars = operation<DeploymentPillarsQuery, DeploymentPillarsQueryVariables>(
  'query',
  'DeploymentPillars',
  `sha256:9805c141d4b0606b284356c6de00034907d16d93fb3a475c37130697f4d63d83`,
);

export const PillarSeries = operation<PillarSeriesQuery, PillarSeriesQueryVariables>(
  'query',
  'PillarSeries',
  `sha256:0a2b670db6841eb7413f66be6c1b727117d334dfa6063ad375baa2f2716ae3e0`,
);

