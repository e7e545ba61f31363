import type { ASTNode } from '@marcbachmann/cel-js';
import { DomainError } from '../errors.ts';
import type { Declarations, ExpressionNode, ExpressionType, VariablePath, VariableType } from './expression.ts';
import { namesIn, pathText, SCALAR_TYPES } from './expression.ts';
import { refusal } from './failure.ts';
import type { Value } from './functions.ts';
import { apply, int64 } from './functions.ts';
import { FUNCTION_NAMES, resultOf } from './overloads.ts';

interface Translated {
  readonly node: ExpressionNode;
  readonly type: ExpressionType;
}

/** The library's tree, already checked by it, as ours; every overload is chosen here, once. */
export class Translator {
  readonly #text: string;
  readonly #names: Declarations;

  constructor(text: string, names: Declarations) {
    this.#text = text;
    this.#names = names;
  }

  translate(ast: ASTNode): Translated {
    const at = ast.start;
    switch (ast.op) {
      case 'value':
        return this.#literal(ast.args, at);
      case 'id':
        return this.#variable([ast.args], at);
      case '.':
        return this.#variable(this.#pathOf(ast.args, at), at);
      case '[]':
        return this.#index(ast.args, at);
      case 'list':
        return this.#list(ast.args, at);
      case 'in':
        return this.#membership(ast.args, at);
      case '?:': {
        const [condition, yes, no] = [
          this.translate(ast.args[0]),
          this.translate(ast.args[1]),
          this.translate(ast.args[2]),
        ];
        return { type: yes.type, node: { op: 'if', args: [condition.node, yes.node, no.node] } };
      }
      case '&&':
      case '||': {
        const [left, right] = [this.translate(ast.args[0]), this.translate(ast.args[1])];
        return { type: 'bool', node: { op: ast.op === '&&' ? 'and' : 'or', args: [left.node, right.node] } };
      }
      case '!_':
        return this.#call([ast.args], at, ([type]) => `!${type}`);
      case '-_':
        return this.#negative(ast.args, at);
      case 'call': {
        const [name, args] = ast.args;
        if (name === 'has') return this.#has(args, at);
        this.#requireFunction(name, at);
        return this.#call(args, at, (types) => `${name}(${types.join(', ')})`);
      }
      case 'rcall': {
        const [name, receiver, args] = ast.args;
        this.#requireFunction(name, at);
        if (receiver.op === 'id' && receiver.args === 'math')
          return this.#call(args, at, (types) => `math.${name}(${types.join(', ')})`);
        return this.#call([receiver, ...args], at, ([of, ...types]) => `${of}.${name}(${types.join(', ')})`);
      }
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return this.#call(ast.args, at, ([left, right]) => `${left} ${ast.op} ${right}`);
      case 'map':
      case '.?':
      case '[?]':
      default:
        throw this.#refusal(at, `${ast.op} is not available`, ['lists', 'group.name', 'has(group.name)']);
    }
  }

  #literal(value: unknown, at: number): Translated {
    if (typeof value === 'bigint') {
      const whole = this.#orRefuse(at, () => int64(value));
      return { type: 'int', node: { op: 'int', value: String(whole) } };
    }
    if (typeof value === 'number') return { type: 'double', node: { op: 'double', value } };
    if (typeof value === 'string') return { type: 'string', node: { op: 'string', value } };
    if (typeof value === 'boolean') return { type: 'bool', node: { op: 'bool', value } };
    if (value === null)
      throw this.#refusal(at, 'null is not available; ask whether a value is there', ['has(group.name)']);
    throw this.#refusal(at, 'a literal of this type is not available', SCALAR_TYPES);
  }

  /** -9223372036854775808 is an int although 9223372036854775808 is none; a minus on a double is part of it too. */
  #negative(operand: ASTNode, at: number): Translated {
    if (operand.op !== 'value') return this.#call([operand], at, ([type]) => `-${type}`);
    if (typeof operand.args === 'bigint') return this.#literal(-operand.args, at);
    return typeof operand.args === 'number' && operand.args !== 0
      ? this.#literal(-operand.args, at)
      : this.#call([operand], at, ([type]) => `-${type}`);
  }

  #pathOf([of, name]: readonly [ASTNode, string], at: number): VariablePath {
    if (of.op !== 'id') throw this.#refusal(at, 'only a group has names in it', namesIn(this.#names));
    return [of.args, name];
  }

  #variable(path: VariablePath, at: number): Translated {
    const type = this.#declared(path, at);
    return { type, node: { op: 'variable', path, type, at } };
  }

  #has([argument]: readonly ASTNode[], at: number): Translated {
    if (argument?.op !== '.') throw this.#refusal(at, 'has() takes a name in a group', namesIn(this.#names));
    const path = this.#pathOf(argument.args, at);
    this.#declared(path, at);
    return { type: 'bool', node: { op: 'has', path } };
  }

  #declared(path: VariablePath, at: number): VariableType {
    const [first, second] = path;
    const entry = Object.hasOwn(this.#names, first) ? this.#names[first] : undefined;
    const group = typeof entry === 'object' && second !== undefined && Object.hasOwn(entry, second) ? entry : undefined;
    const type = second === undefined ? entry : group?.[second];
    if (typeof type === 'string') return type;
    throw this.#refusal(at, `"${pathText(path)}" is no value here`, namesIn(this.#names));
  }

  #list(items: readonly ASTNode[], at: number): Translated {
    const all = items.map((item) => this.translate(item));
    const type = SCALAR_TYPES.find((scalar) => scalar === all[0]?.type);
    if (!type) throw this.#refusal(at, 'a list needs at least one item, of a plain type', SCALAR_TYPES);
    return { type: `list<${type}>`, node: { op: 'list', items: all.map(({ node }) => node) } };
  }

  #index([of, by]: readonly [ASTNode, ASTNode], at: number): Translated {
    if (of.op === 'id' && by.op === 'value' && typeof this.#names[of.args] === 'object')
      throw this.#refusal(at, `${of.args}[…] is not available`, namesIn(this.#names));
    const [list, index] = [this.translate(of), this.translate(by)];
    const type = SCALAR_TYPES.find((scalar) => list.type === `list<${scalar}>`);
    if (!type) throw this.#refusal(at, `${list.type}[${index.type}] is not available`, ['list[int]']);
    return { type, node: { op: 'index', args: [list.node, index.node], at } };
  }

  #membership([wanted, of]: readonly [ASTNode, ASTNode], at: number): Translated {
    const [item, list] = [this.translate(wanted), this.translate(of)];
    const allowed = `list<${item.type}>`;
    if (list.type !== allowed)
      throw this.#refusal(at, `${item.type} in ${list.type} is not available`, [`${item.type} in ${allowed}`]);
    return { type: 'bool', node: { op: 'in', args: [item.node, list.node] } };
  }

  /** Said before the arguments are looked at: those of a macro make no sense by themselves. */
  #requireFunction(name: string, at: number): void {
    const known = FUNCTION_NAMES.some((one) => one === name || one.endsWith(`.${name}`));
    if (!known) throw this.#refusal(at, `${name} is not available`, FUNCTION_NAMES);
  }

  #call(operands: readonly ASTNode[], at: number, signatureOf: (types: readonly string[]) => string): Translated {
    const args = operands.map((operand) => this.translate(operand));
    const overload = signatureOf(args.map(({ type }) => type)).replace(/list<\w+>/g, 'list');
    const type = resultOf(overload);
    if (!type) throw this.#refusal(at, `${overload} is not available`, FUNCTION_NAMES);
    // What can never have a value, such as timestamp("tomorrow"), is said now and not at the edge.
    const values = args.map(({ node }) => literalValue(node)).filter((value) => value !== undefined);
    if (values.length === args.length) this.#orRefuse(at, () => apply(overload, values));
    return { type, node: { op: 'call', overload, args: args.map(({ node }) => node), at } };
  }

  #orRefuse<T>(at: number, compute: () => T): T {
    try {
      return compute();
    } catch (error) {
      throw error instanceof DomainError ? this.#refusal(at, error.message) : error;
    }
  }

  #refusal(at: number, why: string, allowed?: readonly string[]): DomainError {
    return refusal(this.#text, at, why, allowed);
  }
}

function literalValue(node: ExpressionNode): Value | undefined {
  if (node.op === 'int') return BigInt(node.value);
  return node.op === 'double' || node.op === 'string' || node.op === 'bool' ? node.value : undefined;
}
