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
  readonly onError: ModelUse['onError'];
  /** Counts in place of its score where it is passed over; null: the others count alone. */
  readonly standIn: number | null;
}

/** The models of a recipe, each against the contract of its version. Their names count where there are several. */
export function compiledModels(
  { models, combine }: Recipe,
  contractOf: (version: string) => Contract | undefined,
  columns: Columns,
  names: Names,
  report: Report,
): CompiledModel[] {
  const before = new Map(columns.types);
  return models.map((model, i) => {
    const { name, version, inputs, score, onError, standIn = null } = model;
    const at = `models.${i}`;
    if (models.length > 1) names.declare(name, 'FLOAT64', `${at}.name`);
    const contract = contractOf(version);
    if (!contract) report(`${at}.version`, `${version} is not there`);
    else checkScore(score, contract.outputs, report, `${at}.score`);
    // What a model says is no column, but of the one that is stacked upon the others.
    const stacked = combine?.kind === 'STACK' && combine.model === name;
    const own = stacked ? { ...columns, types: before } : columns;
    const bindings = contract ? bindColumns(inputs, contract.inputs, own, report, at) : [];
    checkOnError(model, models.length, combine, report, at);
    before.set(name, 'FLOAT64');
    return { name, version, bindings, score, onError, standIn };
  });
}

/** A model can be passed over where the others still make a score. */
function checkOnError(
  { name, onError, standIn }: ModelUse,
  count: number,
  combine: Recipe['combine'],
  report: Report,
  at: string,
): void {
  if (onError === 'FALLBACK') {
    if (standIn !== undefined) report(`${at}.standIn`, 'it counts only with onError SKIP: leave it out', ['SKIP']);
  } else if (count === 1) {
    report(`${at}.onError`, 'there is no other model to go on with', ['FALLBACK']);
  } else if (combine?.kind === 'STACK' && combine.model === name) {
    report(`${at}.onError`, `"${name}" makes the score of the others: without it there is none`, ['FALLBACK']);
  } else if (standIn === undefined && (combine?.kind === 'STACK' || combine?.kind === 'EXPRESSION')) {
    report(
      `${at}.standIn`,
      `${combine.kind} needs a score of each model: say which counts where "${name}" is passed over`,
    );
  }
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
