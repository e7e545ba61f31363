import type { Dtype } from '../../schema/common.ts';
import type { Recipe } from '../../schema/recipe.ts';
import type { FeatureLayout } from '../../schema/release.ts';
import { featureName } from './names.ts';
import type { Report } from './problem.ts';
import { converted } from './value.ts';

type View = FeatureLayout['views'][number];

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
  if (!wanted !== !layout) {
    report('features', wanted ? 'the layout of its features is missing' : 'there is a layout and no service');
  }
  if (wanted && layout && wanted.service !== layout.service) {
    report('features.service', `the layout is of ${layout.service}`, [layout.service]);
  }
  const views = layout?.views ?? [];
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
  checkDefaults(wanted.defaults, features, report);
  const names = views.map(({ name }) => name);
  for (const name of Object.keys(wanted.maxAgeMs)) {
    if (!names.includes(name)) report(`features.maxAgeMs.${name}`, 'the service has no such view', names);
  }
  return features;
}

function checkDefaults(
  defaults: NonNullable<Recipe['features']>['defaults'],
  features: readonly PlannedFeature[],
  report: Report,
): void {
  const dtypes = new Map(features.map(({ name, dtype }) => [name, dtype]));
  for (const [name, value] of Object.entries(defaults)) {
    const field = `features.defaults.${name}`;
    const dtype = dtypes.get(name);
    if (dtype === undefined) report(field, 'the service has no such feature', [...dtypes.keys()]);
    else if (converted(dtype, value) === undefined) report(field, `must be ${dtype}, not ${JSON.stringify(value)}`);
  }
}

/** Each join key of the views comes from one input of its type. */
function checkEntities({ entities, inputs }: Recipe, views: readonly View[], report: Report): void {
  const keys = new Map(views.flatMap(({ joinKeys }) => joinKeys.map(({ name, dtype }) => [name, dtype])));
  const byName = new Map(inputs.map((input) => [input.name, input]));
  const mapped = new Set<string>();
  for (const [i, { joinKey, input }] of entities.entries()) {
    const dtype = keys.get(joinKey);
    const given = byName.get(input);
    if (mapped.has(joinKey)) report(`entities.${i}`, `the join key "${joinKey}" is mapped twice`);
    mapped.add(joinKey);
    if (dtype === undefined) {
      report(`entities.${i}.joinKey`, `no view has the join key "${joinKey}"`, [...keys.keys()]);
    } else if (!given) {
      report(`entities.${i}.input`, `there is no input "${input}"`, [...byName.keys()]);
    } else if (given.shape) {
      report(`entities.${i}.input`, `"${input}" is an array, which is no join key`);
    } else if (given.dtype !== dtype) {
      report(`entities.${i}.input`, `the join key "${joinKey}" is ${dtype}, "${input}" is ${given.dtype}`, [dtype]);
    }
  }
  for (const key of keys.keys()) {
    if (!mapped.has(key)) report('entities', `no input is mapped to the join key "${key}"`, [key]);
  }
}
