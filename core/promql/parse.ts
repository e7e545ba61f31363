import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { numberOf } from './duration.ts';
import type {
  BinaryExpression,
  BinaryOperator,
  Expression,
  Matcher,
  Matching,
  MatchOperator,
  RangeExpression,
  SelectorExpression,
  Shift,
  SubqueryExpression,
} from './expression.ts';
import { NAME } from './labels.ts';
import { checkMatchers } from './matcher.ts';
import { PromqlError } from './promql-error.ts';
import { AGGREGATIONS } from './signatures.ts';
import { textOf } from './text-literal.ts';
import { typeOf } from './type-check.ts';

const unsupported = (message: string, at: number): PromqlError => new PromqlError('unsupported', message, at);

/** Reads an expression of the subset. Throws a PromqlError that says what is wrong and where. */
export function parsePromql(text: string): Expression {
  const tree = parser.parse(text);
  tree.iterate({
    enter: ({ type, from, to }) => {
      if (!type.isError) return;
      const found = text.slice(from, Math.max(to, from + 1)).trim();
      throw new PromqlError('syntax', found === '' ? 'unexpected end of input' : `unexpected "${found}"`, from);
    },
  });
  const node = tree.topNode.firstChild;
  if (!node) throw new PromqlError('syntax', 'no expression found in input', 0);
  const expression = new Reader(text).expression(node);
  typeOf(expression);
  return expression;
}

const OPERATORS: Readonly<Record<string, BinaryOperator>> = {
  Pow: '^',
  Mul: '*',
  Div: '/',
  Mod: '%',
  Atan2: 'atan2',
  Add: '+',
  Sub: '-',
  Eql: '==',
  Gte: '>=',
  Gtr: '>',
  Lte: '<=',
  Lss: '<',
  Neq: '!=',
  And: 'and',
  Unless: 'unless',
  Or: 'or',
};

const NO_MATCHING: Matching = { on: false, labels: [], many: null, include: [], fillLeft: null, fillRight: null };
const UNSHIFTED: Shift = { offsetMs: 0, instant: null };

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

const firstOf = (node: SyntaxNode): SyntaxNode => {
  if (node.firstChild) return node.firstChild;
  throw new PromqlError('syntax', `${node.name} is empty`, node.from);
};

const lastOf = (node: SyntaxNode): SyntaxNode => node.lastChild ?? firstOf(node);

/** The grammar's tree → what is evaluated. */
class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  expression(node: SyntaxNode): Expression {
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', value: numberOf(this.#of(node), node.from), at: node.from };
      case 'StringLiteral':
        return { kind: 'text', value: textOf(this.#of(node), node.from), at: node.from };
      case 'ParenExpr':
        return this.expression(firstOf(node));
      case 'UnaryExpr': {
        const operand = this.expression(lastOf(node));
        return this.#of(firstOf(node)) === '-' ? { kind: 'negation', operand, at: node.from } : operand;
      }
      case 'BinaryExpr':
        return this.#binary(node, (right) => this.expression(right));
      case 'VectorSelector':
        return this.#selector(node);
      case 'FunctionCall':
        return {
          kind: 'call',
          name: this.#of(firstOf(node)),
          args: childrenOf(lastOf(node)).map((arg) => this.expression(arg)),
          at: node.from,
        };
      case 'AggregateExpr':
        return this.#aggregate(node);
      case 'MatrixSelector':
        return this.#onLast(firstOf(node), (inner) => this.#range(node, inner));
      case 'SubqueryExpr':
        return this.#onLast(firstOf(node), (inner) => this.#subquery(node, inner));
      case 'OffsetExpr':
        return this.#onLast(firstOf(node), (inner) => this.#offset(node, inner));
      case 'StepInvariantExpr':
        return this.#onLast(firstOf(node), (inner) => this.#instant(node, inner));
      default:
        throw unsupported(`${node.name} is not of the subset`, node.from);
    }
  }

  #of(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to);
  }

  /** What follows an operand belongs to it alone, though the grammar hangs it on the whole: `a + b offset 5m`. */
  #onLast(node: SyntaxNode, apply: (inner: SyntaxNode) => Expression): Expression {
    if (node.name === 'BinaryExpr') return this.#binary(node, (right) => this.#onLast(right, apply));
    if (node.name !== 'UnaryExpr') return apply(node);
    const operand = this.#onLast(lastOf(node), apply);
    return this.#of(firstOf(node)) === '-' ? { kind: 'negation', operand, at: node.from } : operand;
  }

  #binary(node: SyntaxNode, rightOf: (right: SyntaxNode) => Expression): Expression {
    const children = childrenOf(node);
    const token = children[1];
    const operator = OPERATORS[token?.name ?? ''];
    if (!token || !operator)
      throw unsupported(`the operator ${token ? this.#of(token) : ''} is not of the subset`, node.from);
    const bool = children.some(({ name }) => name === 'BoolModifier');
    const matching = children.slice(2, -1).reduce((seen, child) => this.#matching(child, seen), NO_MATCHING);
    const left = this.expression(firstOf(node));
    const binary = (side: Expression): BinaryExpression => ({
      kind: 'binary',
      operator,
      left: side,
      right: rightOf(lastOf(node)),
      bool,
      matching,
      at: node.from,
    });
    // The sign of a number binds less than a power: -1 ^ 2 is -1.
    if (operator === '^' && left.kind === 'number' && /^\s*-/.test(this.#of(firstOf(node)))) {
      return { kind: 'negation', operand: binary({ ...left, value: -left.value }), at: node.from };
    }
    return binary(left);
  }

  #matching(node: SyntaxNode, seen: Matching): Matching {
    if (node.name === 'FillModifier') {
      return childrenOf(node).reduce((filled, clause) => {
        const value = numberOf(this.#of(lastOf(clause)), clause.from);
        return {
          ...filled,
          ...(clause.name !== 'FillRightClause' && { fillLeft: value }),
          ...(clause.name !== 'FillLeftClause' && { fillRight: value }),
        };
      }, seen);
    }
    if (node.name !== 'MatchingModifierClause') return seen;
    const children = childrenOf(node);
    const lists = children.filter(({ name }) => name === 'GroupingLabels').map((list) => this.#labels(list));
    const group = children.find(({ name }) => name === 'GroupLeft' || name === 'GroupRight');
    return {
      ...seen,
      on: children[0]?.name === 'On',
      labels: lists[0] ?? [],
      include: lists[1] ?? [],
      many: group ? (group.name === 'GroupLeft' ? 'left' : 'right') : null,
    };
  }

  #labels(node: SyntaxNode): string[] {
    return childrenOf(node).map((label) => this.#labelName(label));
  }

  #labelName(node: SyntaxNode): string {
    return node.name === 'QuotedLabelName' ? textOf(this.#of(node), node.from) : this.#of(node);
  }

  #selector(node: SyntaxNode): SelectorExpression {
    const matchers: Matcher[] = [];
    for (const child of childrenOf(node)) {
      if (child.name === 'Identifier') matchers.push({ label: NAME, operator: '=', value: this.#of(child) });
      else matchers.push(...childrenOf(child).map((one) => this.#matcher(one)));
    }
    checkMatchers(matchers, node.from);
    return { kind: 'selector', matchers, ...UNSHIFTED, at: node.from };
  }

  #matcher(node: SyntaxNode): Matcher {
    if (node.name === 'QuotedLabelName') {
      return { label: NAME, operator: '=', value: textOf(this.#of(node), node.from) };
    }
    const [label, operator, value] = childrenOf(node);
    if (!label || !operator || !value) throw new PromqlError('syntax', 'a matcher is not whole', node.from);
    return {
      label: this.#labelName(label),
      operator: this.#of(operator) as MatchOperator,
      value: textOf(this.#of(value), value.from),
    };
  }

  #aggregate(node: SyntaxNode): Expression {
    const children = childrenOf(node);
    const operator = this.#of(firstOf(node)).toLowerCase();
    const modifier = children.find(({ name }) => name === 'AggregateModifier');
    const body = children.find(({ name }) => name === 'FunctionCallBody');
    const args = body ? childrenOf(body) : [];
    const wanted = AGGREGATIONS[operator];
    if (wanted === undefined) throw unsupported(`the aggregation ${operator} is not of the subset`, node.from);
    const count = wanted === null ? 1 : 2;
    const inner = args.at(-1);
    if (args.length !== count || !inner) {
      const message = `wrong number of arguments for aggregate expression provided, expected ${count}, got ${args.length}`;
      throw new PromqlError('type', message, node.from);
    }
    return {
      kind: 'aggregate',
      operator,
      without: modifier ? firstOf(modifier).name === 'Without' : false,
      labels: modifier ? this.#labels(lastOf(modifier)) : [],
      parameter: count === 2 && args[0] ? this.expression(args[0]) : null,
      inner: this.expression(inner),
      at: node.from,
    };
  }

  #range(node: SyntaxNode, inner: SyntaxNode): RangeExpression {
    const selector = this.expression(inner);
    if (selector.kind !== 'selector' || inner.name === 'ParenExpr') {
      throw new PromqlError('syntax', 'ranges only allowed for vector selectors', node.from);
    }
    if (inner.name !== 'VectorSelector') {
      throw new PromqlError('syntax', 'no offset or @ modifiers allowed before range', node.from);
    }
    return { kind: 'range', selector, rangeMs: this.#length(lastOf(node)), at: inner.from };
  }

  #subquery(node: SyntaxNode, inner: SyntaxNode): SubqueryExpression {
    const [range, step] = childrenOf(node).slice(1);
    if (!range) throw new PromqlError('syntax', 'a subquery needs a range', node.from);
    return {
      kind: 'subquery',
      inner: this.expression(inner),
      rangeMs: this.#length(range),
      stepMs: step ? this.#length(step) : null,
      ...UNSHIFTED,
      at: inner.from,
    };
  }

  #offset(node: SyntaxNode, inner: SyntaxNode): Expression {
    const offsetMs = Math.round(this.#seconds(lastOf(node)) * 1_000);
    return shifted(this.expression(inner), inner, (shift) => {
      if (shift.offsetMs !== 0) throw new PromqlError('syntax', 'offset may not be set multiple times', node.from);
      return { ...shift, offsetMs };
    });
  }

  #instant(node: SyntaxNode, inner: SyntaxNode): Expression {
    const last = lastOf(node);
    const instant =
      last.name === 'AtModifierPreprocessors'
        ? firstOf(last).name === 'AtStart'
          ? ('start' as const)
          : ('end' as const)
        : Math.round(numberOf(this.#of(last), last.from) * 1_000);
    if (typeof instant === 'number' && !Number.isFinite(instant)) {
      throw new PromqlError('syntax', 'timestamp out of bounds for @ modifier', last.from);
    }
    return shifted(this.expression(inner), inner, (shift) => {
      if (shift.instant !== null)
        throw new PromqlError('syntax', '@ <timestamp> may not be set multiple times', node.from);
      return { ...shift, instant };
    });
  }

  #length(node: SyntaxNode): number {
    const ms = Math.round(this.#seconds(node) * 1_000);
    if (ms > 0) return ms;
    throw new PromqlError('syntax', 'duration must be greater than 0', node.from);
  }

  /** Durations may be computed from numbers: `[2m*15]`. */
  #seconds(node: SyntaxNode): number {
    const children = childrenOf(node);
    const [first, second, third] = children;
    if (!first) return numberOf(this.#of(node), node.from);
    if (first.name === 'UnaryOp' && second) return (this.#of(first) === '-' ? -1 : 1) * this.#seconds(second);
    if (children.length === 1) return this.#seconds(first);
    if (second && third && children.length === 3) {
      const value = COMPUTED[second.name]?.(this.#seconds(first), this.#seconds(third));
      if (value !== undefined && Number.isFinite(value)) return value;
      if (value !== undefined) throw new PromqlError('syntax', 'division by zero', node.from);
    }
    throw unsupported('a duration of the step or range of the query is not of the subset', node.from);
  }
}

const COMPUTED: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Mod: (a, b) => a % b,
  Pow: (a, b) => a ** b,
};

function shifted(inner: Expression, node: SyntaxNode, change: (shift: Shift) => Shift): Expression {
  const bare = node.name === 'ParenExpr' ? null : inner;
  if (bare?.kind === 'selector' || bare?.kind === 'subquery') return { ...bare, ...change(bare) };
  if (bare?.kind === 'range') return { ...bare, selector: { ...bare.selector, ...change(bare.selector) } };
  throw new PromqlError(
    'syntax',
    'offset and @ modifiers must be preceded by an instant vector selector, a range vector selector or a subquery',
    node.from,
  );
}
