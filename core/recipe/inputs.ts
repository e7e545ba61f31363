import { DomainError } from '../errors.ts';
import type { CompiledRecipe } from './compile-recipe.ts';
import { valueOf, type Values } from './value.ts';

/** The named inputs of a request, checked and typed. Throws INVALID_INPUT that names the field and what is allowed. */
export function readInputs(recipe: Pick<CompiledRecipe, 'inputs'>, given: Readonly<Record<string, unknown>>): Values {
  refuseStrangers(given, recipe.inputs, 'inputs');
  const values: Values = {};
  for (const [name, { dtype, required, shape }] of recipe.inputs) {
    // An array is read apart: it is no value that anything but its tensor knows.
    if (shape) continue;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined && value !== null) {
      values[name] = valueOf(dtype, value, name);
    } else if (required) {
      throw new DomainError('INVALID_INPUT', `${name} is missing: send ${dtype} in "inputs"`, {
        field: name,
        allowed: [dtype],
      });
    } else values[name] = null;
  }
  return values;
}

/** Feature values that come with a request, in place of a read; null is a stored null. */
export function readFeatures(
  recipe: Pick<CompiledRecipe, 'featureTypes'>,
  given: Readonly<Record<string, unknown>>,
): Values {
  const known = recipe.featureTypes;
  refuseStrangers(given, known, 'features');
  const values: Values = {};
  for (const [name, value] of Object.entries(given)) {
    const dtype = known.get(name);
    if (dtype) values[name] = value === null ? null : valueOf(dtype, value, name);
  }
  return values;
}

function refuseStrangers(
  given: Readonly<Record<string, unknown>>,
  known: ReadonlyMap<string, unknown>,
  field: string,
): void {
  const stranger = Object.keys(given).find((name) => !known.has(name));
  if (stranger === undefined) return;
  const allowed = [...known.keys()];
  throw new DomainError('INVALID_INPUT', `"${stranger}" is not one of the ${field}: ${allowed.join(', ') || 'none'}`, {
    field: stranger,
    allowed,
  });
}
