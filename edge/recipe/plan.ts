import { DomainError } from '../../core/errors.ts';
import { compileRecipe, type CompiledRecipe } from '../../core/recipe/compile-recipe.ts';
import { frozenExpressions } from '../../core/recipe/derived.ts';
import { refusedRecipe } from '../../core/recipe/problem.ts';
import { parseUrn } from '../../core/urn.ts';
import type { ReleaseDocument } from '../../schema/release.ts';

export type ModelInRelease = ReleaseDocument['models'][number];

/** A release made ready to run: everything that can be looked up or refused is, before the first request. */
export interface Plan extends CompiledRecipe {
  /** Digest of the release document. */
  readonly digest: string;
  readonly release: string;
  readonly model: ModelInRelease;
  /** The number of the model's version. */
  readonly modelVersion: string;
}

/** Compiles a release document. Throws INVALID_INPUT with the first thing in it that cannot be honoured. */
export function compilePlan(digest: string, document: ReleaseDocument): Plan {
  const { release, recipe, layout, derived } = document;
  const models = new Map(document.models.map((model) => [model.version, model]));
  const { compiled, problems } = compileRecipe(recipe, {
    layout,
    contractOf: (version) => models.get(version)?.contract,
    expressionOf: frozenExpressions(derived),
  });
  const [first] = problems;
  if (first) throw refusedRecipe([first]);
  const model = models.get(recipe.models[0]?.version ?? '');
  if (!model) throw new DomainError('INVALID_INPUT', 'models: there is none', { field: 'models' });
  return { ...compiled, digest, release, model, modelVersion: versionText(model.version) };
}

/** The version part of a pinned id: `tiffin:default:model-version:fraud@3` is `3`. */
function versionText(urn: string): string {
  const last = parseUrn(urn).parts.at(-1);
  return last?.version ?? last?.name ?? urn;
}
