// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

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

/** What answered in place of the model: a constant, the previous release, or the rules without a score. */
export type AnsweringFallback =
  | 'CONSTANT'
  | 'PREVIOUS'
  | 'RULES_ONLY';

/** The layer of traffic that decided what answers, in the order in which they decide. */
export type AnsweringLayer =
  | 'ALLOCATION'
  | 'DEFAULT'
  | 'FORCED'
  | 'HOLDOUT'
  | 'KILL'
  | 'VARIANT';

/** What a named value of a recipe is. */
export type ReasonKind =
  | 'DERIVED'
  | 'FEATURE'
  | 'INPUT'
  | 'MODEL';

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

export type PredictionPageQueryVariables = Exact<{
  id: string;
}>;


export type PredictionPageQuery = { readonly explainPrediction: { readonly absent: ReadonlyArray<{ readonly part: string, readonly why: ExplanationAbsence, readonly detail: string }>, readonly prediction: { readonly id: string, readonly occurredAt: string, readonly receivedAt: string, readonly score: number | null, readonly decision: string | null, readonly reason: string | null, readonly confidence: number | null, readonly fallback: string | null, readonly fallbackAction: AnsweringFallback | null, readonly release: string, readonly trust: Trust, readonly deployment: { readonly id: string } | null, readonly node: { readonly id: string, readonly name: string } | null, readonly inputs: ReadonlyArray<{ readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null }>, readonly rules: ReadonlyArray<{ readonly name: string, readonly outcome: RuleOutcome, readonly action: string, readonly reason: string, readonly error: string | null }>, readonly timings: ReadonlyArray<{ readonly stage: string, readonly ms: number }>, readonly outcome: { readonly value: number, readonly occurredAt: string } | null, readonly shadow: { readonly score: number | null, readonly decision: string | null, readonly failure: string | null } | null, readonly segments: ReadonlyArray<{ readonly name: string, readonly value: string }> }, readonly assignment: { readonly layer: AnsweringLayer | null, readonly arm: string | null, readonly variant: string | null, readonly unit: string | null, readonly bucket: number | null, readonly holder: string | null, readonly forcedBy: string | null }, readonly models: ReadonlyArray<{ readonly name: string | null, readonly score: number | null, readonly weight: number | null, readonly engine: string | null, readonly modelVersion: { readonly id: string } | null }>, readonly features: ReadonlyArray<{ readonly feature: { readonly id: string } | null, readonly value: { readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null } }>, readonly reasons: { readonly base: number, readonly total: number, readonly rest: number, readonly space: ReasonSpace, readonly source: ReasonSource, readonly top: ReadonlyArray<{ readonly contribution: number, readonly kind: ReasonKind | null, readonly value: { readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null }, readonly feature: { readonly id: string } | null }> } | null } | null };

export type ValueOfFragment = { readonly name: string, readonly number: number | null, readonly text: string | null, readonly boolean: boolean | null, readonly status: string | null, readonly ageMs: number | null };

export const PredictionPage = operation<PredictionPageQuery, PredictionPageQueryVariables>(
  'query',
  'PredictionPage',
  `sha256:bf618b249c7b3aaa41b891d910f63a987194acefeef1b9e53f74df78a3256f1d`,
);

