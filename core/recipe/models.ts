import type { Recipe } from '../../schema/recipe.ts';
import type { Contract } from '../../schema/release.ts';
import { bindColumns, type Binding, type Columns } from './binding.ts';
import { checkOnError, checkScore } from './model-checks.ts';
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
