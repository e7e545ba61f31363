import type { Dtype } from '../../schema/common.ts';
import type { Recipe } from '../../schema/recipe.ts';
import type { ReleaseDocument } from '../../schema/release.ts';
import { DomainError } from '../errors.ts';
import { EXPRESSION_FORMAT, type Expression } from '../expression/expression.ts';
import type { CombineSource } from './combine.ts';
import type { Names, NameTypes } from './names.ts';
import type { Report } from './problem.ts';
import type { RuleSource } from './rules.ts';
import type { SegmentSource } from './segments.ts';

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
  readonly ruledBy: RuleSource;
  readonly segmentedBy: SegmentSource;
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
  rules,
  segments,
}: Pick<ReleaseDocument, 'derived' | 'combined' | 'rules' | 'segments'>): ExpressionSources => ({
  derivedBy: ({ name }, i) => named(derived[i], name),
  combinedBy: () => readable(combined, 'combine'),
  ruledBy: ({ name }, i) => named(rules[i], name),
  segmentedBy: ({ name }, i) => named(segments[i], name),
});

function named(own: { readonly name: string; readonly ast: unknown } | undefined, name: string): Expression {
  if (own?.name === name) return readable(own.ast, name);
  throw new DomainError('INVALID_INPUT', `the checked expression of "${name}" is missing`);
}

function readable(ast: unknown, name: string): Expression {
  const expression = ast as Expression | null;
  const format: unknown = expression?.format;
  if (expression && format === EXPRESSION_FORMAT) return expression;
  throw new DomainError('INVALID_INPUT', `"${name}" is written in format ${String(format)}, not ${EXPRESSION_FORMAT}`);
}
