import type { Recipe } from '../../schema/recipe.ts';
import type { TensorSpec } from '../../schema/release.ts';
import { elementCount } from '../tensor/element-type.ts';
import type { Report } from './problem.ts';

/** The score is one number of one output: its tensor must be there, hold numbers and reach that far. */
export function checkOutput({ tensor, index }: Recipe['output'], outputs: readonly TensorSpec[], report: Report): void {
  const spec = outputs.find(({ name }) => name === tensor);
  if (!spec) {
    const names = outputs.map(({ name }) => name);
    report('output.tensor', `the model has no output "${tensor}"`, names);
  } else if (spec.dtype === 'string' || spec.dtype === 'bool') {
    report('output.tensor', `"${tensor}" is ${spec.dtype}: a score is a number`);
  } else {
    const perRow = spec.shape.slice(1);
    const last = perRow.some((size) => size < 0) ? Infinity : elementCount(perRow) - 1;
    if (index > last) report('output.index', `"${tensor}" has ${last + 1} values a row, the last is ${last}`);
  }
}
