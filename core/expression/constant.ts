import { DomainError } from '../errors.ts';
import { evaluateExpression } from './evaluate.ts';
import { EXPRESSION_FORMAT, type ExpressionNode } from './expression.ts';
import { readsOf } from './reads.ts';

/** What a condition always is, whatever its names stand for: it may also always fail. Undefined where that depends. */
export function constantOf(condition: ExpressionNode): boolean | 'FAILS' | undefined {
  if (condition.op === 'and' || condition.op === 'or') {
    const decisive = condition.op === 'or';
    const sides = condition.args.map(constantOf);
    if (sides.includes(decisive)) return decisive;
    return sides.every((side) => side === !decisive) ? !decisive : undefined;
  }
  if (readsOf(condition).size > 0) return undefined;
  try {
    return evaluateExpression({ format: EXPRESSION_FORMAT, text: '', type: 'bool', root: condition }, {}) === true;
  } catch (error) {
    if (error instanceof DomainError) return 'FAILS';
    throw error;
  }
}
