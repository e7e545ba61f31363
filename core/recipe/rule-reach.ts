import type { ExpressionNode, ScalarType } from '../expression/expression.ts';
import { pathText } from '../expression/expression.ts';
import { constantOf } from '../expression/constant.ts';
import { narrowed, isEmpty, isWithin, type Range } from './value-range.ts';

/** A rule before another one, with the alternatives of its condition. */
export interface Reached {
  readonly at: string;
  readonly name: string;
  readonly alternatives: readonly Demands[];
}

/**
 * What has to hold together for one alternative of a condition: ranges by the name of a value, and what is not
 * understood as such, as text. The condition is true only if all of it holds.
 */
interface Demands {
  readonly ranges: ReadonlyMap<string, Range>;
  readonly others: ReadonlySet<string>;
}

/**
 * Why a rule can never decide, as far as that can be seen: its condition is never true, or a rule before it matches
 * whatever it matches. Null where it can; then it counts for those after it.
 */
export function unreachable(
  condition: ExpressionNode,
  { at, name }: Omit<Reached, 'alternatives'>,
  before: Reached[],
): string | null {
  const alternatives = alternativesOf(condition).flatMap((alternative) => demandsOf(alternative) ?? []);
  if (alternatives.length === 0) return 'it can never fire: its condition is never true';
  for (const earlier of before) {
    if (!alternatives.every((own) => earlier.alternatives.some((other) => implies(own, other)))) continue;
    const always = earlier.alternatives.some(({ ranges, others }) => ranges.size === 0 && others.size === 0);
    return always
      ? `it can never fire: "${earlier.name}" (${earlier.at}) before it always matches`
      : `it can never fire: whatever it matches, "${earlier.name}" (${earlier.at}) matches before it`;
  }
  before.push({ at, name, alternatives });
  return null;
}

/** Whatever makes `own` true makes `other` true: what is asked there is asked here as well. */
const implies = (own: Demands, other: Demands): boolean =>
  [...other.others].every((text) => own.others.has(text)) &&
  [...other.ranges].every(([name, range]) => {
    const mine = own.ranges.get(name);
    return mine !== undefined && isWithin(mine, range);
  });

const alternativesOf = (node: ExpressionNode): ExpressionNode[] =>
  node.op === 'or' && constantOf(node) === undefined ? node.args.flatMap(alternativesOf) : [node];

const partsOf = (node: ExpressionNode): ExpressionNode[] =>
  node.op === 'and' && constantOf(node) === undefined ? node.args.flatMap(partsOf) : [node];

/** Null where it is never true. */
function demandsOf(alternative: ExpressionNode): Demands | null {
  const ranges = new Map<string, Range>();
  const others = new Set<string>();
  for (const part of partsOf(alternative)) {
    const constant = constantOf(part);
    if (constant === 'FAILS' || constant === false) return null;
    if (constant === true) continue;
    const range = rangeIn(part);
    if (range) {
      const name = `${range.type} ${range.name}`;
      const both = narrowed(ranges.get(name), range.range);
      if (isEmpty(both, range.type)) return null;
      ranges.set(name, both);
    } else {
      if (alternativesOf(part).every((one) => one !== part && demandsOf(one) === null)) return null;
      others.add(JSON.stringify(part, (key, value: unknown) => (key === 'at' ? undefined : value)));
    }
  }
  return { ranges, others };
}

interface NamedRange {
  readonly name: string;
  readonly type: ScalarType;
  readonly range: Range;
}

/** The mirror of a comparison, for a literal that stands on its left. */
const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' };

/** The range that a part asks of one value, where it compares that with literals. */
function rangeIn(node: ExpressionNode): NamedRange | null {
  if (node.op === 'variable') return named(node, { among: [true] });
  if (node.op === 'in') {
    const [wanted, list] = node.args;
    if (list.op !== 'list') return null;
    const items = list.items.map(literalOf);
    return items.includes(undefined) ? null : named(wanted, { among: items.filter((item) => item !== undefined) });
  }
  if (node.op !== 'call') return null;
  const [left, right] = node.args;
  if (left && node.overload === '!bool') return named(left, { among: [false] });
  const operator = / (<|<=|>|>=|==) /.exec(node.overload)?.[1];
  if (!left || !right || operator === undefined) return null;
  const literal = literalOf(right);
  if (literal !== undefined) return compared(left, operator, literal);
  const mirrored = literalOf(left);
  return mirrored === undefined ? null : compared(right, MIRRORED[operator] ?? '', mirrored);
}

function compared(node: ExpressionNode, operator: string, literal: number | string | boolean): NamedRange | null {
  if (operator === '==') return named(node, { among: [literal] });
  if (typeof literal !== 'number') return null;
  const isOpen = !operator.endsWith('=');
  return operator.startsWith('<')
    ? named(node, { most: { value: literal, isOpen } })
    : named(node, { least: { value: literal, isOpen } });
}

function named(node: ExpressionNode, range: Range): NamedRange | null {
  if (node.op !== 'variable') return null;
  const type = (['double', 'int', 'string', 'bool'] as const).find((one) => one === node.type);
  // What is asked by its group is the same value.
  return type ? { name: pathText(node.path).replace(/^(inputs|features)\./, ''), type, range } : null;
}

/** A literal as a plain value; an int beyond what a number holds is none. */
function literalOf(node: ExpressionNode): number | string | boolean | undefined {
  if (node.op === 'double' || node.op === 'string' || node.op === 'bool') return node.value;
  if (node.op !== 'int') return undefined;
  const value = Number(node.value);
  return Number.isSafeInteger(value) ? value : undefined;
}
