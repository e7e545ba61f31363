import { Recipe, type RecipeInput } from '../../../../schema/recipe.ts';
import type { Release } from '../../../../subgraphs/registry/domain/serving/release.ts';

const digestOf = (number: number): string => String.fromCodePoint(96 + number).repeat(64);
export const [FIRST, SECOND, THIRD] = [digestOf(1), digestOf(2), digestOf(3)];

/** The n-th release of `fraud@production`: by default over one entity and an amount. */
export const releaseOf = (number: number, recipe: Partial<RecipeInput> = {}): Release => ({
  project: 'default',
  endpoint: 'fraud',
  environment: 'production',
  number,
  digest: digestOf(number),
  sizeBytes: 1,
  recipe: Recipe.parse({
    inputs: [
      { name: 'user', dtype: 'STRING' },
      { name: 'amount', dtype: 'FLOAT64' },
    ],
    entities: [{ joinKey: 'user_id', input: 'user' }],
    models: [
      {
        version: `tiffin:default:model-version:fraud@${number}`,
        inputs: [{ tensor: 'features', columns: ['amount'] }],
        score: { tensor: 'score' },
      },
    ],
    ...recipe,
  }),
  recipeDigest: digestOf(9),
  models: [],
  featureService: null,
  requires: [],
  description: '',
  createdAt: new Date(0),
  createdBy: 'user:developer',
  makers: ['user:developer'],
  approval: null,
  revision: 1,
});
