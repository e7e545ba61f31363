import type { Dtype } from '../../schema/common.ts';
import type { Recipe } from '../../schema/recipe.ts';
import { compileExpression } from '../expression/compile.ts';
import type { Expression } from '../expression/expression.ts';
import { CEL_TYPE, celTypes } from './cel-types.ts';
import { TIME_NAME } from './segments.ts';
import { INPUT_GROUP } from './traffic-inputs.ts';

/**
 * Type-checks the condition of a split over what traffic can read of a request before a release is chosen: the inputs of
 * the recipe, its segments as text, and the time. Throws INVALID_INPUT that says what is wrong, and where.
 */
export function compileTargeting(text: string, { inputs, segments }: Pick<Recipe, 'inputs' | 'segments'>): Expression {
  const types = new Map<string, Dtype>(inputs.flatMap(({ name, dtype, shape }) => (shape ? [] : [[name, dtype]])));
  const inputTypes = celTypes(types);
  const names = {
    [TIME_NAME]: CEL_TYPE.TIMESTAMP,
    // An input of this name hides the group.
    ...(types.size > 0 && { [INPUT_GROUP]: inputTypes }),
    ...inputTypes,
    ...Object.fromEntries(segments.map(({ name }) => [name, CEL_TYPE.STRING])),
  };
  return compileExpression(text, names, CEL_TYPE.BOOL);
}
