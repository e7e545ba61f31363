import type { Recipe } from '../../../../schema/recipe.ts';

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
  /** Id of the one model version that it runs. */
  readonly modelVersion: string;
  /** SHA-256 of the model's bytes. */
  readonly modelDigest: string;
  readonly featureService: string | null;
  /** What a node must be able to do. */
  readonly requires: readonly string[];
  readonly description: string;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** The capabilities that a recipe asks of a node. */
export const requiresOf = ({ features }: Recipe): readonly string[] => [
  'engine:ort',
  ...(features ? ['features:http'] : []),
  'recipe:1',
];
