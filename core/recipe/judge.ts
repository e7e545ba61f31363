import { DomainError } from '../errors.ts';
import { evaluateExpression } from '../expression/evaluate.ts';
import type { InputValues } from '../expression/expression.ts';
import type { RuleResult } from '../../schema/telemetry.ts';
import type { CompiledRule } from './rules.ts';

/** What the rules of a recipe say of one request. */
export interface Judgement {
  /** The rules that matched and those that failed, in their order. */
  readonly results: readonly RuleResult[];
  /** The first that matched. */
  readonly decided: CompiledRule | null;
  /** A rule that failed before any matched, and asks for the fallback then. */
  readonly stopped: RuleResult | null;
}

/** Asks every rule: the first that matches decides, the others are noted. One that fails is passed over, or stops. */
export function judge(rules: readonly CompiledRule[], values: InputValues): Judgement {
  const results: RuleResult[] = [];
  let decided: CompiledRule | null = null;
  let stopped: RuleResult | null = null;
  for (const rule of rules) {
    const found = resultOf(rule, values, decided === null && stopped === null);
    if (found === null) continue;
    results.push(found);
    if (found.outcome === 'DECIDED') decided = rule;
    if (found.outcome === 'FAILED' && rule.onError === 'FALLBACK' && decided === null) stopped ??= found;
  }
  return { results, decided, stopped };
}

function resultOf(rule: CompiledRule, values: InputValues, isOpen: boolean): RuleResult | null {
  const { name, action, confidence, reason } = rule;
  try {
    if (evaluateExpression(rule.condition, values) !== true) return null;
    return { name, outcome: isOpen ? 'DECIDED' : 'MATCHED', action, confidence, reason };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const code = error.details['reason'];
    // The code alone: the sentence may hold a value that is not to be logged.
    return {
      name,
      outcome: 'FAILED',
      action,
      confidence,
      reason,
      error: typeof code === 'string' ? code : error.code,
    };
  }
}
