import type { Targeting } from '../../schema/manifest.ts';
import { DomainError } from '../errors.ts';
import { evaluateExpression } from '../expression/evaluate.ts';
import type { Expression } from '../expression/expression.ts';
import { readsOf } from '../expression/reads.ts';
import type { CompiledRecipe } from './compile-recipe.ts';
import { segmentOf, TIME_NAME } from './segments.ts';
import { converted, scalarOf, type Values } from './value.ts';

/** What traffic reads of a request before a release is chosen. */
interface TrafficInputs {
  readonly unitOf: (field: string) => string | null;
  readonly meets: (targeting: Targeting) => boolean;
}

type Readable = Pick<CompiledRecipe, 'inputs' | 'segments'>;

/** The name of the group of inputs in a condition, so that it can ask for one with `has(inputs.country)`. */
export const INPUT_GROUP = 'inputs';

/**
 * What traffic can look at when no recipe has been chosen yet: an input's text if it is of its type, or the value of a
 * segment, else null; and whether a condition over the same holds.
 */
export function trafficInputs(recipe: Readable, given: Readonly<Record<string, unknown>>, atMs: number): TrafficInputs {
  return {
    unitOf: (field) => {
      const segment = recipe.segments.find(({ name }) => name === field);
      if (segment) return segmentOf(segment, fittingInputs(recipe, given), atMs);
      const input = recipe.inputs.get(field);
      const value =
        input && !input.shape && Object.hasOwn(given, field) ? converted(input.dtype, given[field]) : undefined;
      return value === undefined ? null : String(scalarOf(value));
    },
    // The registry checked it against every release that answers.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as release documents carry theirs
    meets: ({ ast }) => holds(ast as Expression, recipe, given, atMs),
  };
}

function holds(
  condition: Expression,
  recipe: Readable,
  given: Readonly<Record<string, unknown>>,
  atMs: number,
): boolean {
  const inputs = fittingInputs(recipe, given);
  const reads = readsOf(condition.root);
  const segments = recipe.segments.filter(({ name }) => reads.has(name));
  const values = Object.fromEntries(segments.map((segment) => [segment.name, segmentOf(segment, inputs, atMs)]));
  try {
    return evaluateExpression(condition, { [INPUT_GROUP]: inputs, [TIME_NAME]: atMs, ...inputs, ...values }) === true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/** The inputs that are of their types. */
function fittingInputs({ inputs }: Pick<CompiledRecipe, 'inputs'>, given: Readonly<Record<string, unknown>>): Values {
  const values: Values = {};
  for (const [name, { dtype, shape }] of inputs) {
    if (!shape && Object.hasOwn(given, name)) values[name] = converted(dtype, given[name]) ?? null;
  }
  return values;
}
