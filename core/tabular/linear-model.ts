import type { ClassLabels, Floats, PostTransform } from './tree-ensemble.ts';

/** Each target is the sum of the features by their weights, and its intercept. */
export interface LinearModel {
  readonly precision: 'float32' | 'float64';
  readonly features: number;
  readonly targets: number;
  /** Row by row for each target: `weights[target * features + feature]`. */
  readonly weights: Floats;
  /** One for each target; null: none are added. */
  readonly intercepts: Floats | null;
  readonly postTransform: PostTransform;
  readonly classifier: { readonly labels: ClassLabels } | null;
}
