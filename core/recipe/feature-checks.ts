import type { Recipe } from '../../schema/recipe.ts';
import type { FeatureLayout } from '../../schema/release.ts';
import type { PlannedFeature } from './features.ts';
import type { Report } from './problem.ts';
import { converted } from './value.ts';

type View = FeatureLayout['views'][number];

/** The layout is that of the service that the recipe names. */
export function checkLayout({ features: wanted }: Recipe, layout: FeatureLayout | null, report: Report): void {
  if (!wanted !== !layout) {
    report('features', wanted ? 'the layout of its features is missing' : 'there is a layout and no service');
  }
  if (wanted && layout && wanted.service !== layout.service) {
    report('features.service', `the layout is of ${layout.service}`, [layout.service]);
  }
}

/** Defaults and ages are of what the service has. */
export function checkDefaults(
  { defaults, maxAgeMs }: NonNullable<Recipe['features']>,
  features: readonly PlannedFeature[],
  views: readonly View[],
  report: Report,
): void {
  const dtypes = new Map(features.map(({ name, dtype }) => [name, dtype]));
  for (const [name, value] of Object.entries(defaults)) {
    const field = `features.defaults.${name}`;
    const dtype = dtypes.get(name);
    if (dtype === undefined) report(field, 'the service has no such feature', [...dtypes.keys()]);
    else if (converted(dtype, value) === undefined) report(field, `must be ${dtype}, not ${JSON.stringify(value)}`);
  }
  const names = views.map(({ name }) => name);
  for (const name of Object.keys(maxAgeMs)) {
    if (!names.includes(name)) report(`features.maxAgeMs.${name}`, 'the service has no such view', names);
  }
}

/** Each join key of the views comes from one input of its type. */
export function checkEntities({ entities, inputs }: Recipe, views: readonly View[], report: Report): void {
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
