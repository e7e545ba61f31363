// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app. */
export type Trust =
  | 'DEVICE'
  | 'SERVER';

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

/** What came of a rule. DECIDED: the first that matched. MATCHED: after that one. FAILED: its condition had no value. */
export type RuleOutcome =
  | 'DECIDED'
  | 'FAILED'
  | 'MATCHED';

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

export type EdgeAccountsQueryVariables = Exact<{ [key: string]: never; }>;


export type EdgeAccountsQuery = { readonly edgeNodes: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string, readonly accounting: { readonly answered: number, readonly stored: number, readonly queued: number, readonly dropped: number, readonly sampledOut: number, readonly balanced: boolean, readonly sinceHeartbeat: number } } }> } | null };

export type StoredOfQueryVariables = Exact<{
  input: PerformanceReportInput;
}>;


export type StoredOfQuery = { readonly performanceReport: { readonly total: { readonly predictions: number, readonly labelled: number, readonly auc: number | null, readonly brier: number | null } } | null };

export type ExplainQueryVariables = Exact<{
  id: string;
}>;


export type ExplainQuery = { readonly explainPrediction: { readonly combination: Combination | null, readonly prediction: { readonly occurredAt: string, readonly score: number | null, readonly decision: string | null, readonly confidence: number | null, readonly reason: string | null, readonly fallback: string | null, readonly inputs: ReadonlyArray<{ readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null }>, readonly rules: ReadonlyArray<{ readonly name: string, readonly outcome: RuleOutcome, readonly action: string, readonly reason: string }>, readonly timings: ReadonlyArray<{ readonly stage: string, readonly ms: number }>, readonly outcome: { readonly value: number } | null }, readonly release: { readonly number: number } | null, readonly assignment: { readonly layer: AnsweringLayer | null, readonly arm: string | null }, readonly models: ReadonlyArray<{ readonly name: string | null, readonly score: number | null, readonly weight: number | null, readonly engine: string | null, readonly modelVersion: { readonly id: string } | null }>, readonly features: ReadonlyArray<{ readonly value: { readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null }, readonly feature: { readonly id: string } | null }>, readonly absent: ReadonlyArray<{ readonly part: string, readonly why: ExplanationAbsence, readonly detail: string }> } | null };

export type ValueFragment = { readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null };

export const EdgeAccounts = operation<EdgeAccountsQuery, EdgeAccountsQueryVariables>(
  'query',
  'EdgeAccounts',
  `query EdgeAccounts {
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

export const StoredOf = operation<StoredOfQuery, StoredOfQueryVariables>(
  'query',
  'StoredOf',
  `query StoredOf($input: PerformanceReportInput!) {
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

export const Explain = operation<ExplainQuery, ExplainQueryVariables>(
  'query',
  'Explain',
  `query Explain($id: ID!) {
  explainPrediction(id: $id) {
    prediction {
      occurredAt
      score
      decision
      confidence
      reason
      fallback
      inputs {
        ...Value
      }
      rules {
        name
        outcome
        action
        reason
      }
      timings {
        stage
        ms
      }
      outcome {
        value
      }
    }
    release {
      number
    }
    assignment {
      layer
      arm
    }
    models {
      name
      score
      weight
      engine
      modelVersion {
        id
      }
    }
    combination
    features {
      value {
        ...Value
      }
      feature {
        id
      }
    }
    absent {
      part
      why
      detail
    }
  }
}

fragment Value on PredictionValue {
  name
  number
  text
  boolean
  status
  ageMs
}`,
);

