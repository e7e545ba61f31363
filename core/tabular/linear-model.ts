import type { ClassLabels, PostTransform } from './tree-ensemble.ts';

/** Each target is the sum of the features by their weights, and its intercept; of float32. */
export interface LinearModel {
  readonly features: number;
  readonly targets: number;
  /** Row by row for each target: `weights[target * features + feature]`. */
  readonly weights: Float32Array;
  /** One for each target; null: none are added. */
  readonly intercepts: Float32Array | null;
  readonly postTransform: PostTransform;
  readonly classifier: { readonly labels: ClassLabels } | null;
}
