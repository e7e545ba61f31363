// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** What a read found. */
export type FeatureStatus =
  /** No row for this entity at this time. */
  | 'NOT_FOUND'
  /** A row, young enough, whose value is null. */
  | 'NULL_VALUE'
  /** A row that is older than the view’s TTL. */
  | 'OUTSIDE_MAX_AGE'
  /** A value, young enough. */
  | 'PRESENT';

/** What answers for a cause: a constant, the previous release, the rules without a score, or nobody. */
export type FallbackActionKind =
  | 'CONSTANT'
  | 'PREVIOUS'
  | 'REFUSE'
  | 'RULES_ONLY';

/** Why a fallback answers. */
export type FallbackCause =
  | 'ADMISSION_REFUSED'
  | 'DETECTED'
  | 'ENGINE_ERROR'
  | 'FEATURES_MISSING'
  | 'FEATURES_STALE'
  | 'FEATURES_UNAVAILABLE'
  | 'KILLED'
  | 'OVERRUN'
  | 'RULE_ERROR';

/** Where the value of a feature comes from: the sample, or the recipe’s default. */
export type DryRunFeatureStatus =
  | 'DEFAULTED'
  | 'NOT_FOUND'
  | 'NULL_VALUE'
  | 'PRESENT';

/** What came of a rule. DECIDED: the first that matched. MATCHED: after that one. FAILED: its condition had no value. */
export type DryRunRuleOutcome =
  | 'DECIDED'
  | 'FAILED'
  | 'MATCHED';

/** A read of a service’s features, as POST /v1/features/read takes it. */
export type OnlineFeaturesInput = {
  /** The moment of the request; now if left out. */
  readonly at?: string | null | undefined;
  /** One object per row: join key to value. 1 to 1,000 rows. */
  readonly entities: ReadonlyArray<unknown>;
  /** Show values that are too old as well, marked as such. */
  readonly includeExpired?: boolean | null | undefined;
  /** The feature service; a tool pins it: tiffin:<project>:feature-service:<name>@<version> */
  readonly service: string;
};

/** A recipe to try. */
export type DryRunRecipeInput = {
  /** The eventCursor of a feature mutation that the recipe builds on; waits up to 2 s for it to arrive. */
  readonly after?: string | null | undefined;
  /** The recipe, as createRelease takes it; its versions need no approval. */
  readonly recipe: unknown;
  /** 1 to 20 sample requests. */
  readonly requests: ReadonlyArray<DryRunRequestInput>;
};

/** A sample request. */
export type DryRunRequestInput = {
  /** What the store would know, by view__feature; what is left out is taken as not found. */
  readonly features?: unknown;
  /** The inputs by name, as a caller of the edge would send them. */
  readonly inputs: unknown;
};

export type TryPageQueryVariables = Exact<{
  id: string;
}>;


export type TryPageQuery = { readonly deployment: { readonly id: string, readonly endpoint: { readonly name: string }, readonly live: { readonly id: string, readonly number: number, readonly recipe: unknown, readonly featureService: { readonly id: string } | null } | null } | null };

export type StoredFeaturesQueryVariables = Exact<{
  input: OnlineFeaturesInput;
}>;


export type StoredFeaturesQuery = { readonly onlineFeatures: { readonly rows: ReadonlyArray<{ readonly features: ReadonlyArray<{ readonly name: string, readonly value: unknown, readonly status: FeatureStatus, readonly ageMs: number | null }> }> } | null };

export type TryRecipeQueryVariables = Exact<{
  input: DryRunRecipeInput;
}>;


export type TryRecipeQuery = { readonly dryRunRecipe: { readonly problems: ReadonlyArray<{ readonly field: string, readonly message: string, readonly allowed: ReadonlyArray<string> }>, readonly answers: ReadonlyArray<{ readonly score: number | null, readonly decision: string | null, readonly confidence: number | null, readonly reason: string | null, readonly problem: { readonly field: string, readonly message: string, readonly allowed: ReadonlyArray<string> } | null, readonly fallback: { readonly cause: FallbackCause, readonly action: FallbackActionKind, readonly detail: string } | null, readonly features: ReadonlyArray<{ readonly name: string, readonly value: unknown, readonly status: DryRunFeatureStatus }>, readonly derived: ReadonlyArray<{ readonly name: string, readonly value: unknown }>, readonly models: ReadonlyArray<{ readonly name: string, readonly version: string, readonly score: number | null, readonly problem: string | null }>, readonly rules: ReadonlyArray<{ readonly name: string, readonly outcome: DryRunRuleOutcome, readonly action: string, readonly error: string | null }> }> } | null };

export const TryPage = operation<TryPageQuery, TryPageQueryVariables>(
  'query',
  'TryPage',
  `sha256:4e21dc67a8ac8a6952281da4f4a7db13c6547f30f650ea323786d219f5965237`,
);

export const StoredFeatures = operation<StoredFeaturesQuery, StoredFeaturesQueryVariables>(
  'query',
  'StoredFeatures',
  `sha256:a20c2b2f27a56aca966b07d0d0a6e1f30f51cca517bbec0d6f715b4d8af36233`,
);

export const TryRecipe = operation<TryRecipeQuery, TryRecipeQueryVariables>(
  'query',
  'TryRecipe',
  `sha256:6ec0a9f10950d79386e4d0be1823c9216468d58a48c9fafdd40a8bb517f1d15f`,
);

