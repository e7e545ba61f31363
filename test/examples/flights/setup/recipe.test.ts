import { expect, it } from 'vitest';
import { INPUTS, VIEW_FEATURES } from '../../../../examples/flights/names.ts';
import { FEATURES } from '../../../../examples/flights/data/feature-matrix.ts';
import { recipeOf } from '../../../../examples/flights/setup/recipe.ts';
import { Recipe } from '../../../../schema/recipe.ts';

const recipe = Recipe.parse(
  recipeOf('tiffin:default:model-version:flight-delay@1', 'tiffin:default:feature-service:flight_delay@1'),
);

it('takes the inputs and features that the example names', () => {
  expect(recipe.inputs.map(({ name }) => name)).toEqual(INPUTS);
  expect(Object.keys(recipe.features!.defaults).map((name) => name.split('__')[1])).toEqual([
    VIEW_FEATURES[0],
    VIEW_FEATURES[0],
  ]);
});

it('feeds the model in the order in which it was trained', () => {
  expect(recipe.models[0]!.inputs[0]!.columns).toEqual([
    ...FEATURES.slice(0, 3),
    'origin_delays__late_share_3h',
    'dest_delays__late_share_3h',
  ]);
  expect(FEATURES.slice(3)).toEqual(['origin_late_3h', 'dest_late_3h']);
});
