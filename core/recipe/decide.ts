import { DomainError } from '../errors.ts';
import { evaluateExpression } from '../expression/evaluate.ts';
import type { CompiledRecipe } from './compile-recipe.ts';
import { judge } from './judge.ts';
import { SCORE_NAME } from './rules.ts';
import type { Value, Values } from './value.ts';
import type { RuleResult } from '../../schema/telemetry.ts';

/** What becomes of a score. */
export interface Decision {
  readonly decision: string | null;
  /** Of the rule that decided; null where none did. */
  readonly confidence: number | null;
  readonly reason: string | null;
  /** The rules that matched or failed, in their order. */
  readonly rules: readonly RuleResult[];
}

/** What was known when it came to a decision. */
export interface Known {
  /** Every named value: inputs, features and derived fields. */
  readonly values: Values;
  readonly inputs: Values;
  readonly features: Values;
  /** What the models said, in their order; null where one was passed over. */
  readonly scores: readonly (number | null)[];
  readonly score: number;
}

/** Decides by the rules of a plan, else by its threshold. `stopped` is the rule that failed and asks for the fallback. */
export function decide(
  plan: Pick<CompiledRecipe, 'rules' | 'models' | 'recipe'>,
  known: Known,
): Decision & { readonly stopped: RuleResult | null } {
  const { rules, models } = plan;
  if (rules.length === 0) return { ...undecided(thresholdOf(plan, known.score)), stopped: null };
  const { values, inputs, features, scores, score } = known;
  const named: Record<string, Values[string] | Values> = { inputs, features, ...values, [SCORE_NAME]: score };
  if (models.length > 1) for (const [i, { name }] of models.entries()) named[name] = scores[i] ?? null;
  const { results, decided, stopped } = judge(rules, named);
  if (!decided) return { ...undecided(thresholdOf(plan, score)), rules: results, stopped };
  const { action, confidence, reason } = decided;
  return { decision: action, confidence, reason, rules: results, stopped };
}

/** A decision that no rule made. */
export const undecided = (decision: string | null): Decision => ({
  decision,
  confidence: null,
  reason: null,
  rules: [],
});

/** What the threshold of a recipe says of a score; null without one. */
export function thresholdOf({ recipe: { output } }: Pick<CompiledRecipe, 'recipe'>, score: number): string | null {
  const { decision } = output;
  return decision ? (score >= decision.threshold ? decision.above : decision.below) : null;
}

/** What an expression gives, as a named value. */
export const asValue = (value: number | bigint | string | boolean | Date): Value =>
  value instanceof Date ? value.getTime() : value;

/** The first rule that matches on what there is; those that miss a score are none of them. Null where none does. */
export function decideWithoutScore(
  plan: Pick<CompiledRecipe, 'rules' | 'derived'>,
  { inputs, gathered }: { readonly inputs: Values; readonly gathered: Values },
): Decision | null {
  const known = Object.entries(gathered).filter(([, value]) => value !== null);
  const values: Values = { ...inputs, ...Object.fromEntries(known) };
  for (const { name, expression } of plan.derived) {
    try {
      values[name] = asValue(evaluateExpression(expression, values));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
  // There is no fallback of a fallback: whatever fails is passed over.
  const rules = plan.rules.map((rule) => ({ ...rule, onError: 'SKIP' as const }));
  const { results, decided } = judge(rules, { inputs, features: gathered, ...values });
  if (!decided) return null;
  const needScore = new Set(plan.rules.flatMap(({ name, readsScore }) => (readsScore ? [name] : [])));
  const { action, confidence, reason } = decided;
  const shown = results.filter(({ name, outcome }) => outcome !== 'FAILED' || !needScore.has(name));
  return { decision: action, confidence, reason, rules: shown };
}
