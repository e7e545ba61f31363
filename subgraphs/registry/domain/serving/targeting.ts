import { DomainError } from '../../../../core/errors.ts';
import type { Expression } from '../../../../core/expression/expression.ts';
import { compileTargeting } from '../../../../core/recipe/compile-targeting.ts';
import { releasesAnswering } from '../../../../core/traffic/layers.ts';
import type { Traffic } from '../../../../schema/manifest.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import type { Release } from './release.ts';

/** The layers with each condition in its checked form, as the first release that answers types it. */
export function withCheckedTargeting(layers: Traffic, releases: readonly Release[]): Traffic {
  const [first] = answering(layers, releases);
  return layers.map((layer, i) => {
    if (layer.kind !== 'ALLOCATION' || !layer.targeting || !first) return layer;
    const { text } = layer.targeting;
    return { ...layer, targeting: { text, ast: checked(text, first, `layers.${i}.targeting`) } };
  });
}

/** Throws INVALID_INPUT for a condition that a release which may answer reads otherwise, or cannot read. */
export function requireTargeting(layers: Traffic, releases: readonly Release[]): void {
  for (const [i, layer] of layers.entries()) {
    if (layer.kind !== 'ALLOCATION' || !layer.targeting) continue;
    const { text, ast } = layer.targeting;
    const field = `layers.${i}.targeting`;
    for (const release of answering(layers, releases)) {
      if (canonicalJson(checked(text, release, field)) === canonicalJson(ast)) continue;
      throw new DomainError(
        'INVALID_INPUT',
        `${field}: release ${release.number} gives what it reads another type than the others`,
        { field },
      );
    }
  }
}

function checked(text: string, { recipe, number }: Release, field: string): Expression {
  try {
    return compileTargeting(text, recipe);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, `${field}: by the recipe of release ${number}: ${error.message}`, {
      ...error.details,
      field,
    });
  }
}

function answering(layers: Traffic, releases: readonly Release[]): readonly Release[] {
  const digests = releasesAnswering(layers);
  return digests.flatMap((digest) => releases.find((release) => release.digest === digest) ?? []);
}
