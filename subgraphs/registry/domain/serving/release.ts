import type { Recipe } from '../../../../schema/recipe.ts';
import type { ModelInRelease } from '../../../../schema/release.ts';

/** A model version as a release runs it. */
export interface ReleasedModel {
  /** The recipe's name for it. */
  readonly name: string;
  /** Id of the model version. */
  readonly version: string;
  /** SHA-256 of the model's bytes. */
  readonly digest: string;
  /** SHA-256 of its compiled plan; left out where the release brings none. */
  readonly plan?: string;
}

/** What a person may decide of a release's recipe. */
export const RELEASE_DECISIONS = ['APPROVED', 'REJECTED'] as const;
export type ReleaseDecision = (typeof RELEASE_DECISIONS)[number];

/** What one person decided of a release's recipe; it stands. */
export interface ReleaseApproval {
  readonly decision: ReleaseDecision;
  readonly by: string;
  readonly at: Date;
  readonly reason: string | null;
}

/** A frozen recipe of one deployment: a document in the blob store, addressed by its digest. */
export interface Release {
  readonly project: string;
  readonly endpoint: string;
  readonly environment: string;
  readonly number: number;
  /** SHA-256 of the release document. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly recipe: Recipe;
  /** Digest of the recipe with the versions of its models left open: what an approval speaks of. */
  readonly recipeDigest: string;
  /** In the order of the recipe. */
  readonly models: readonly ReleasedModel[];
  readonly featureService: string | null;
  /** What a node must be able to do. */
  readonly requires: readonly string[];
  readonly description: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Everybody who made it: the creator, and for whom they acted. */
  readonly makers: readonly string[];
  /** What was decided on it; null: nothing yet. */
  readonly approval: ReleaseApproval | null;
  /** Raised by the decision; the document never changes. */
  readonly revision: number;
}

/** The blobs of a release: its document, and whatever a node may make its models of. */
export const blobsOfRelease = ({ digest, models }: Pick<Release, 'digest' | 'models'>): readonly string[] => [
  digest,
  ...models.flatMap((model) => (model.plan === undefined ? [model.digest] : [model.digest, model.plan])),
];

/** The model versions that a release runs, each once. */
export const versionsOf = ({ models }: Pick<Release, 'models'>): readonly string[] => [
  ...new Set(models.map(({ version }) => version)),
];

/**
 * The capabilities that a release asks of a node: the engine of each model that is proven on one alone, and what its recipe
 * uses. Of several engines a node needs one, which it finds by the proofs.
 */
export const requiresOf = (
  { features, inputs, rules, segments, logging, detectors }: Recipe,
  models: readonly Pick<ModelInRelease, 'proofs'>[],
): readonly string[] =>
  [
    ...new Set([
      ...models.flatMap(({ proofs }) => {
        const [only, second] = Object.keys(proofs);
        return only !== undefined && second === undefined ? [`engine:${only}`] : [];
      }),
      ...(features ? ['features:http'] : []),
      ...(inputs.some(({ shape }) => shape) ? ['array:1'] : []),
      ...(rules.length > 0 ? ['rules:1'] : []),
      ...(logging.reasons ? ['reasons:1'] : []),
      ...(segments.length > 0 ? ['segments:1'] : []),
      ...(detectors ? ['detectors:1'] : []),
      'recipe:2',
    ]),
  ].sort();
