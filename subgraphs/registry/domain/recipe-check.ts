import { DomainError } from '../../../core/errors.ts';
import { compileExpression } from '../../../core/recipe/compile.ts';
import type { ScalarType } from '../../../core/recipe/expression.ts';
import type { Dtype } from '../../../schema/common.ts';
import type { Recipe } from '../../../schema/recipe.ts';
import type { Contract, FeatureLayout, ReleaseDocument } from '../../../schema/release.ts';
import { bindingProblems } from './recipe-binding.ts';

export type View = FeatureLayout['views'][number];

/** One thing that is wrong with a recipe: where, what, and the rule that it breaks, if one does. */
export interface Problem {
  readonly field: string;
  readonly message: string;
  readonly allowed?: readonly string[];
}

/** What the recipe is checked against. */
export interface RecipeGround {
  /** The views of the service that the recipe names; empty when it names none. */
  readonly views: readonly View[];
  /** The contract of the recipe's one model. */
  readonly contract: Contract;
}

const CEL_TYPE: Readonly<Record<Dtype, ScalarType>> = {
  FLOAT64: 'double',
  INT64: 'int',
  BOOL: 'bool',
  STRING: 'string',
  TIMESTAMP: 'timestamp',
};

/**
 * Type-checks a recipe as a whole, from the request to the answer, and gives the checked expressions. Throws
 * INVALID_INPUT with the first problem as its message and all of them in `problems`.
 */
export function checkRecipe(recipe: Recipe, ground: RecipeGround): ReleaseDocument['derived'] {
  const problems: Problem[] = [];
  const names = new Map<string, Dtype>();
  const declare = (name: string, dtype: Dtype, field: string): void => {
    if (names.has(name)) problems.push({ field, message: `"${name}" already stands for something` });
    names.set(name, dtype);
  };
  for (const [i, { name, dtype }] of recipe.inputs.entries()) declare(name, dtype, `inputs.${i}.name`);
  for (const { name: view, features } of ground.views) {
    for (const { name, dtype } of features) declare(`${view}__${name}`, dtype, 'features.service');
  }
  problems.push(...entityProblems(recipe, ground.views), ...featureProblems(recipe, ground.views));
  const derived = compileDerived(recipe, names, declare, problems);
  problems.push(...bindingProblems(recipe, ground.contract, names), ...outputProblems(recipe, ground.contract));
  if (recipe.budgets.featuresMs > recipe.budgets.totalMs) {
    problems.push({
      field: 'budgets.featuresMs',
      message: `must fit into totalMs, which is ${recipe.budgets.totalMs}`,
    });
  }
  const [first] = problems;
  if (!first) return derived;
  throw new DomainError('INVALID_INPUT', `recipe.${first.field}: ${first.message}`, {
    field: `recipe.${first.field}`,
    ...(first.allowed && { allowed: first.allowed }),
    problems: problems.map((problem) => ({ ...problem, field: `recipe.${problem.field}` })),
  });
}

function compileDerived(
  recipe: Recipe,
  names: ReadonlyMap<string, Dtype>,
  declare: (name: string, dtype: Dtype, field: string) => void,
  problems: Problem[],
): ReleaseDocument['derived'] {
  return recipe.derive.flatMap(({ name, dtype, expression }, i) => {
    const declarations = Object.fromEntries([...names].map(([known, type]) => [known, CEL_TYPE[type]]));
    declare(name, dtype, `derive.${i}.name`);
    try {
      return [{ name, dtype, ast: compileExpression(expression, declarations, CEL_TYPE[dtype]) }];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      problems.push({ field: `derive.${i}.expression`, message: error.message });
      return [];
    }
  });
}

function entityProblems({ entities, inputs }: Recipe, views: readonly View[]): Problem[] {
  const keys = new Map(views.flatMap(({ joinKeys }) => joinKeys.map(({ name, dtype }) => [name, dtype])));
  const byName = new Map(inputs.map((input) => [input.name, input]));
  const problems: Problem[] = [];
  const mapped = new Set<string>();
  for (const [i, { joinKey, input }] of entities.entries()) {
    const dtype = keys.get(joinKey);
    const given = byName.get(input);
    if (mapped.has(joinKey))
      problems.push({ field: `entities.${i}`, message: `the join key "${joinKey}" is mapped twice` });
    mapped.add(joinKey);
    if (dtype === undefined) {
      problems.push({
        field: `entities.${i}.joinKey`,
        message: `no view has the join key "${joinKey}"`,
        allowed: [...keys.keys()],
      });
    } else if (!given) {
      problems.push({
        field: `entities.${i}.input`,
        message: `there is no input "${input}"`,
        allowed: [...byName.keys()],
      });
    } else if (given.dtype !== dtype) {
      problems.push({
        field: `entities.${i}.input`,
        message: `the join key "${joinKey}" is ${dtype}, "${input}" is ${given.dtype}`,
      });
    }
  }
  for (const key of keys.keys()) {
    if (!mapped.has(key)) problems.push({ field: 'entities', message: `no input is mapped to the join key "${key}"` });
  }
  return problems;
}

function featureProblems({ features }: Recipe, views: readonly View[]): Problem[] {
  if (!features) return [];
  const dtypes = new Map(views.flatMap((view) => view.features.map((one) => [`${view.name}__${one.name}`, one.dtype])));
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(features.defaults)) {
    const dtype = dtypes.get(name);
    const field = `features.defaults.${name}`;
    if (dtype === undefined) {
      problems.push({ field, message: 'the service has no such feature', allowed: [...dtypes.keys()] });
    } else if (!isOf(dtype, value)) problems.push({ field, message: `must be ${dtype}, not ${JSON.stringify(value)}` });
  }
  for (const name of Object.keys(features.maxAgeMs)) {
    if (views.some((view) => view.name === name)) continue;
    problems.push({
      field: `features.maxAgeMs.${name}`,
      message: 'the service has no such view',
      allowed: views.map((view) => view.name),
    });
  }
  return problems;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function isOf(dtype: Dtype, value: number | boolean | string): boolean {
  if (dtype === 'BOOL') return typeof value === 'boolean';
  if (dtype === 'FLOAT64') return typeof value === 'number' && Number.isFinite(value);
  if (dtype === 'INT64')
    return typeof value === 'number' ? Number.isSafeInteger(value) : /^-?\d{1,19}$/.test(String(value));
  if (dtype === 'TIMESTAMP')
    return typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value));
  return typeof value === 'string';
}

function outputProblems({ output }: Recipe, { outputs }: Contract): Problem[] {
  const tensor = outputs.find(({ name }) => name === output.tensor);
  if (!tensor) {
    const allowed = outputs.map(({ name }) => name);
    return [{ field: 'output.tensor', message: `the model has no output "${output.tensor}"`, allowed }];
  }
  if (tensor.dtype === 'string' || tensor.dtype === 'bool') {
    return [{ field: 'output.tensor', message: `"${output.tensor}" is ${tensor.dtype}: a score is a number` }];
  }
  const perRow = tensor.shape.slice(1).reduce((count, size) => (size < 0 ? Infinity : count * size), 1);
  if (output.index < perRow) return [];
  return [
    { field: 'output.index', message: `"${output.tensor}" has ${perRow} values a row, the last is ${perRow - 1}` },
  ];
}
