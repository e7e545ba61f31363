import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../core/expression/compile.ts';
import { compileTargeting } from '../../../core/recipe/compile-targeting.ts';
import { trafficInputs } from '../../../core/recipe/traffic-inputs.ts';
import { Recipe } from '../../../schema/recipe.ts';

const recipe = {
  inputs: Recipe.shape.inputs.parse([
    { name: 'country', dtype: 'STRING', required: false },
    { name: 'amount', dtype: 'FLOAT64' },
    { name: 'items', dtype: 'INT64', required: false },
    { name: 'picture', dtype: 'FLOAT64', shape: [2] },
  ]),
  segments: Recipe.shape.segments.parse([
    { name: 'city', values: ['Delhi'], expression: 'country == "IN" ? "Delhi" : "Paris"' },
  ]),
};
const city = compileExpression('country == "IN" ? "Delhi" : "Paris"', { country: 'string' }, 'string');
const compiled = {
  inputs: new Map(recipe.inputs.map((input) => [input.name, input])),
  segments: [{ name: 'city', values: new Set(['Delhi']), expression: city }],
};
const noon = Date.parse('2026-03-01T12:00:00Z');
const meets = (text: string, inputs: Record<string, unknown>): boolean =>
  trafficInputs(compiled, inputs, noon).meets({ text, ast: structuredClone(compileTargeting(text, recipe)) });

describe('the condition of a split', () => {
  it.each([
    ['country == "IN"', { country: 'IN' }, true],
    ['country == "IN"', { country: 'FR' }, false],
    ['amount > 10.0 && items >= 2', { amount: 10.5, items: 2 }, true],
    ['city == "Delhi"', { country: 'IN' }, true],
    ['city == "other"', { country: 'FR' }, true],
    ['at.getHours() == 12', {}, true],
    ['has(inputs.country)', {}, false],
    ['!has(inputs.country) || country in ["IN", "NP"]', {}, true],
    // Without a value it is not met, and neither is its opposite.
    ['country == "IN"', {}, false],
    ['country != "IN"', {}, false],
    ['amount > 1.0', { amount: 'much' }, false],
    ['items / 0 == 1', { items: 1 }, false],
  ])('%s of %o: %s', (text, inputs, expected) => expect(meets(text, inputs)).toBe(expected));

  it.each([
    ['amount > "ten"', 'no such overload: double > string'],
    ['amount + 1.0', 'allowed: bool'],
    ['user_txn__amount > 1.0', 'country, amount, items, city'],
    ['picture > 1.0', 'country, amount, items, city'],
    ['country ==', 'Line 1'],
  ])('%s is refused: %s', (text, said) => {
    expect(() => compileTargeting(text, recipe)).toThrow(new RegExp(said, 'i'));
  });
});
