// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
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

/** How much harm a wrong answer can do. It decides which gates there are and how many people approve. */
export type RiskTier =
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM';

/** The preset that the project is to hold to. */
export type ImportPolicyPresetInput = {
  /** Its id, whole or short: RBI. */
  readonly id: string;
  /** Why, as the decision of the board; it stays on record. */
  readonly reason: string;
};

export type PolicyPresetPageQueryVariables = Exact<{
  id: string;
}>;


export type PolicyPresetPageQuery = { readonly policyPreset: { readonly id: string, readonly name: string, readonly title: string, readonly source: string, readonly clauses: ReadonlyArray<{ readonly name: string, readonly asks: string, readonly answer: ClauseAnswer, readonly left: string | null, readonly controls: ReadonlyArray<{ readonly kind: ControlKind, readonly name: string, readonly does: string, readonly evidence: string }> }>, readonly imported: { readonly by: string, readonly at: string, readonly reason: string } | null, readonly gaps: ReadonlyArray<{ readonly tier: RiskTier, readonly path: string, readonly before: unknown, readonly after: unknown }> } | null };

export type ImportPolicyPresetMutationVariables = Exact<{
  input: ImportPolicyPresetInput;
}>;


export type ImportPolicyPresetMutation = { readonly importPolicyPreset: { readonly policyPreset: { readonly id: string } } | null };

export const PolicyPresetPage = operation<PolicyPresetPageQuery, PolicyPresetPageQueryVariables>(
  'query',
  'PolicyPresetPage',
  `sha256:f65bd41e740726785a7ab5fc687726ff237e9e8a82b800456c226a1ec4b90b23`,
);

export const ImportPolicyPreset = operation<ImportPolicyPresetMutation, ImportPolicyPresetMutationVariables>(
  'mutation',
  'ImportPolicyPreset',
  `sha256:7c88837ad6ba32ec72befebaf0934aa681a0099d9711ae11df8ba8610e59673a`,
);

