import type { Dtype } from '../../schema/common.ts';
import type { Recipe } from '../../schema/recipe.ts';
import type { FeatureLayout } from '../../schema/release.ts';
import { checkDefaults, checkEntities, checkLayout } from './feature-checks.ts';
import { featureName } from './names.ts';
import type { Report } from './problem.ts';

/** A feature that a recipe reads: where it comes from and until what age it counts. */
export interface PlannedFeature {
  readonly name: string;
  /** Its pinned id: views of different versions give features of one name. */
  readonly pinned: string;
  readonly dtype: Dtype;
  /** Null: never too old. */
  readonly maxAgeMs: number | null;
  readonly fallback: number | boolean | string | undefined;
}

/** The features that a recipe reads from the views of its service, with what is wrong about them. */
export function plannedFeatures(recipe: Recipe, layout: FeatureLayout | null, report: Report): PlannedFeature[] {
  const { features: wanted } = recipe;
  const views = layout?.views ?? [];
  checkLayout(recipe, layout, report);
  checkEntities(recipe, views, report);
  if (!wanted) return [];
  const features = views.flatMap((view) =>
    view.features.map(({ name, dtype, feature }): PlannedFeature => {
      const field = featureName(view, name);
      const limits = [view.ttlMs > 0 ? view.ttlMs : undefined, wanted.maxAgeMs[view.name]];
      const known = limits.filter((limit) => limit !== undefined);
      return {
        name: field,
        pinned: feature,
        dtype,
        maxAgeMs: known.length > 0 ? Math.min(...known) : null,
        fallback: wanted.defaults[field],
      };
    }),
  );
  checkDefaults(wanted, features, views, report);
  return features;
}
