import type { Recipe } from '../../schema/recipe.ts';
import type { Contract, TensorSpec } from '../../schema/release.ts';
import { elementCount } from '../tensor/element-type.ts';
import { bindColumns, type Binding, type Columns } from './binding.ts';
import type { Names } from './names.ts';
import type { Report } from './problem.ts';

type ModelUse = Recipe['models'][number];

/** A model of a recipe with its tensors bound. */
export interface CompiledModel {
  readonly name: string;
  readonly version: string;
  readonly bindings: readonly Binding[];
  /** Which number of its outputs is its score. */
  readonly score: ModelUse['score'];
}

/** The models of a recipe, each against the contract of its version. Their names count where there are several. */
export function compiledModels(
  { models }: Recipe,
  contractOf: (version: string) => Contract | undefined,
  columns: Columns,
  names: Names,
  report: Report,
): CompiledModel[] {
  return models.map(({ name, version, inputs, score }, i) => {
    const at = `models.${i}`;
    if (models.length > 1) names.declare(name, 'FLOAT64', `${at}.name`);
    const contract = contractOf(version);
    if (!contract) report(`${at}.version`, `${version} is not there`);
    else checkScore(score, contract.outputs, report, `${at}.score`);
    const bindings = contract ? bindColumns(inputs, contract.inputs, columns, report, at) : [];
    return { name, version, bindings, score };
  });
}

/** A score is one number of one output: its tensor must be there, hold numbers and reach that far. */
function checkScore({ tensor, index }: ModelUse['score'], outputs: readonly TensorSpec[], report: Report, at: string) {
  const spec = outputs.find(({ name }) => name === tensor);
  if (!spec) {
    const known = outputs.map(({ name }) => name);
    report(`${at}.tensor`, `the model has no output "${tensor}"`, known);
  } else if (spec.dtype === 'string' || spec.dtype === 'bool') {
    report(`${at}.tensor`, `"${tensor}" is ${spec.dtype}: a score is a number`);
  } else {
    const perRow = spec.shape.slice(1);
    const last = perRow.some((size) => size < 0) ? Infinity : elementCount(perRow) - 1;
    if (index > last) report(`${at}.index`, `"${tensor}" has ${last + 1} values a row, the last is ${last}`);
  }
}
