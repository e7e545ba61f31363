import { DomainError } from '../../../../core/errors.ts';
import type { Traffic as Layers } from '../../../../schema/manifest.ts';
import { inputsRead, releasesAnswering } from '../../../../core/traffic/layers.ts';
import { OTHER_SEGMENT } from '../../../../schema/recipe.ts';
import type { Release } from './release.ts';
/**
 * What traffic looks at must be an input of every release that it may choose, or, for a variant, a segment with the values
 * that it names: a shadow's own are not looked at.
 */
export function requireFields(layers: Layers, releases: readonly Release[]): void {
  const answering = new Set(releasesAnswering(layers));
  const chosen = releases.filter(({ digest }) => answering.has(digest));
  for (const { input: name, field, values } of inputsRead(layers)) {
    for (const { recipe, number } of chosen) {
      const segment = values && recipe.segments.find((one) => one.name === name);
      if (segment) requireValues(segment, values, field);
      if (segment || recipe.inputs.some((input) => input.name === name)) continue;
      const segments = values ? recipe.segments.map((one) => one.name) : [];
      const kind = values ? 'input or segment' : 'input';
      throw new DomainError('INVALID_INPUT', `release ${number} has no ${kind} "${name}" to decide by`, {
        field,
        allowed: [...recipe.inputs.map((input) => input.name), ...segments],
      });
    }
  }
}

function requireValues(
  { name, values: known }: Release['recipe']['segments'][number],
  values: readonly string[],
  field: string,
): void {
  const allowed = [...known, OTHER_SEGMENT];
  const stranger = values.find((value) => !allowed.includes(value));
  if (stranger === undefined) return;
  throw new DomainError('INVALID_INPUT', `the segment "${name}" has no value "${stranger}"`, { field, allowed });
}
