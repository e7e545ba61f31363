import { DomainError } from '../errors.ts';
import type { Expression, ExpressionNode, ExpressionValue, InputValues } from './expression.ts';
import { EXPRESSION_FORMAT, pathText } from './expression.ts';
import { failure, positionOf } from './failure.ts';
import type { Value } from './functions.ts';
import { apply } from './functions.ts';
import { readInput, typedInput } from './inputs.ts';

/**
 * The value of a checked expression. Where it has none (a name is missing, an int overflows, …) throws INVALID_INPUT
 * whose details say the `reason` and the place. `&&` and `||` forgive a side that fails if the other one decides.
 */
export function evaluateExpression(expression: Expression, values: InputValues): ExpressionValue {
  const format: number = expression.format;
  if (format !== EXPRESSION_FORMAT)
    throw new DomainError(
      'INVALID_INPUT',
      `This evaluator reads expressions of format ${EXPRESSION_FORMAT}, not ${format}.`,
      {
        field: 'format',
        allowed: [EXPRESSION_FORMAT],
      },
    );
  const value = new Evaluation(expression.text, values).run(expression.root);
  if (expression.type === 'timestamp') return new Date(Number(value));
  if (typeof value === 'object')
    throw new DomainError('INVALID_INPUT', 'The expression gives a list.', { field: 'type' });
  return value;
}

class Evaluation {
  readonly #text: string;
  readonly #values: InputValues;

  constructor(text: string, values: InputValues) {
    this.#text = text;
    this.#values = values;
  }

  run(node: ExpressionNode): Value {
    switch (node.op) {
      case 'double':
      case 'string':
      case 'bool':
        return node.value;
      case 'int':
        return BigInt(node.value);
      case 'variable':
        return this.#at(node.at, () => typedInput(readInput(this.#values, node.path), node.type, pathText(node.path)));
      case 'has':
        return (readInput(this.#values, node.path) ?? null) !== null;
      case 'and':
      case 'or':
        return this.#decide(node.op === 'or', ...node.args);
      case 'if':
        return this.run(this.run(node.args[0]) === true ? node.args[1] : node.args[2]);
      case 'list':
        return node.items.map((item) => this.run(item));
      case 'in': {
        const [wanted, list] = [this.run(node.args[0]), this.run(node.args[1])];
        return Array.isArray(list) && list.includes(wanted) && !Number.isNaN(wanted);
      }
      case 'index': {
        const [list, index] = [this.run(node.args[0]), this.run(node.args[1])];
        return this.#at(node.at, () => itemOf(list, index));
      }
      case 'call': {
        const args = node.args.map((arg) => this.run(arg));
        return this.#at(node.at, () => apply(node.overload, args));
      }
      default:
        throw new DomainError(
          'INVALID_INPUT',
          'The release holds a kind of expression that this evaluator does not have.',
        );
    }
  }

  /** The side that decides wins over a side that fails, whichever comes first. */
  #decide(decisive: boolean, left: ExpressionNode, right: ExpressionNode): boolean {
    let failed: DomainError | undefined;
    try {
      if (this.run(left) === decisive) return decisive;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      failed = error;
    }
    if (this.run(right) === decisive) return decisive;
    if (failed) throw failed;
    return !decisive;
  }

  #at(at: number, compute: () => Value): Value {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { line, column } = positionOf(this.#text, at);
      const message = `${error.message} (line ${line}, column ${column} of the expression).`;
      throw new DomainError(error.code, message, { ...error.details, line, column });
    }
  }
}

function itemOf(list: Value, index: Value): Value {
  const item = Array.isArray(list) ? list[Number(index)] : undefined;
  if (item === undefined) throw failure('OUT_OF_RANGE', `the list has no item ${String(index)}`);
  return item;
}
