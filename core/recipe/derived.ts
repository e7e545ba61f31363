import type { Dtype } from '../../schema/common.ts';
import type { Recipe } from '../../schema/recipe.ts';
import type { ReleaseDocument } from '../../schema/release.ts';
import { DomainError } from '../errors.ts';
import { EXPRESSION_FORMAT, type Expression } from '../expression/expression.ts';
import type { CombineSource } from './combine.ts';
import type { Names, NameTypes } from './names.ts';
import type { Report } from './problem.ts';

export interface CompiledField {
  readonly name: string;
  readonly dtype: Dtype;
  readonly expression: Expression;
}

/** Gives the checked expression of a derived field over the names before it. Throws INVALID_INPUT where there is none. */
export type ExpressionSource = (field: Recipe['derive'][number], i: number, names: NameTypes) => Expression;

/** Where the checked expressions of a recipe come from. */
export interface ExpressionSources {
  readonly derivedBy: ExpressionSource;
  readonly combinedBy: CombineSource;
}

/** The derived fields in their order: each may use what stands before it. */
export function derivedFields(
  { derive }: Recipe,
  names: Names,
  expressionOf: ExpressionSource,
  report: Report,
): CompiledField[] {
  return derive.flatMap((field, i) => {
    const { name, dtype } = field;
    const before = new Map(names.types);
    names.declare(name, dtype, `derive.${i}.name`);
    try {
      return [{ name, dtype, expression: expressionOf(field, i, before) }];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      report(`derive.${i}.expression`, error.message);
      return [];
    }
  });
}

/** The expressions as a release froze them: checked when it was made, so only read here. */
export const frozenExpressions = ({
  derived,
  combined,
}: Pick<ReleaseDocument, 'derived' | 'combined'>): ExpressionSources => ({
  derivedBy: ({ name }, i) => {
    const own = derived[i];
    if (own?.name === name) return readable(own.ast, name);
    throw new DomainError('INVALID_INPUT', `the checked expression of "${name}" is missing`);
  },
  combinedBy: () => readable(combined, 'combine'),
});

function readable(ast: unknown, name: string): Expression {
  const expression = ast as Expression | null;
  const format: unknown = expression?.format;
  if (expression && format === EXPRESSION_FORMAT) return expression;
  throw new DomainError('INVALID_INPUT', `"${name}" is written in format ${String(format)}, not ${EXPRESSION_FORMAT}`);
}
