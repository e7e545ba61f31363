import { DomainError } from '../../../../core/errors.ts';
import { compileTargeting } from '../../../../core/recipe/compile-targeting.ts';
import type { Recipe } from '../../../../schema/recipe.ts';
import { refuse } from '../refuse.ts';

/** A release that may answer, with the recipe that types its requests. */
export interface TypedRelease {
  readonly id: string;
  readonly recipe: Pick<Recipe, 'inputs' | 'segments'>;
}

/** Throws INVALID_INPUT for a condition that one of the releases cannot read, or reads otherwise than another. */
export function checkTargeting(text: string, releases: readonly TypedRelease[]): void {
  const seen = new Map<string, string>();
  for (const { id, recipe } of releases) seen.set(JSON.stringify(compiled(text, id, recipe)), id);
  const [one, other] = seen.values();
  if (other === undefined) return;
  throw refuse('targeting', `${one} and ${other} give what it reads different types`);
}

function compiled(text: string, id: string, recipe: TypedRelease['recipe']): unknown {
  try {
    return compileTargeting(text, recipe);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const details = { ...error.details, field: 'targeting' };
    throw new DomainError(error.code, `targeting: by the recipe of ${id}: ${error.message}`, details);
  }
}
