/** A parsed and checked expression of the PromQL subset. Times are in ms. */
export type Expression =
  | NumberExpression
  | TextExpression
  | SelectorExpression
  | RangeExpression
  | SubqueryExpression
  | NegationExpression
  | BinaryExpression
  | AggregateExpression
  | CallExpression;

interface Placed {
  /** Where it begins in the text. */
  readonly at: number;
}

export interface NumberExpression extends Placed {
  readonly kind: 'number';
  readonly value: number;
}

export interface TextExpression extends Placed {
  readonly kind: 'text';
  readonly value: string;
}

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** Where in time a selector or subquery looks instead of at the instant of the evaluation. */
export interface Shift {
  readonly offsetMs: number;
  /** `@`: an instant in ms, or the first or last step of the query. */
  readonly instant: number | 'start' | 'end' | null;
}

export interface SelectorExpression extends Placed, Shift {
  readonly kind: 'selector';
  readonly matchers: readonly Matcher[];
}

export interface RangeExpression extends Placed {
  readonly kind: 'range';
  readonly selector: SelectorExpression;
  readonly rangeMs: number;
}

export interface SubqueryExpression extends Placed, Shift {
  readonly kind: 'subquery';
  readonly inner: Expression;
  readonly rangeMs: number;
  /** Null: the default step. */
  readonly stepMs: number | null;
}

export interface NegationExpression extends Placed {
  readonly kind: 'negation';
  readonly operand: Expression;
}

export const ARITHMETIC = ['+', '-', '*', '/', '%', '^', 'atan2'] as const;
export const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='] as const;
export const SETS = ['and', 'or', 'unless'] as const;
export type Arithmetic = (typeof ARITHMETIC)[number];
export type Comparing = (typeof COMPARISONS)[number];
export type SetOperator = (typeof SETS)[number];
export type BinaryOperator = Arithmetic | Comparing | SetOperator;

/** Which sample of one side belongs to which of the other. */
export interface Matching {
  readonly on: boolean;
  readonly labels: readonly string[];
  /** The side that may have many samples for one of the other; null: one for one. */
  readonly many: 'left' | 'right' | null;
  /** Labels that the many get from the one. */
  readonly include: readonly string[];
  readonly fillLeft: number | null;
  readonly fillRight: number | null;
}

export interface BinaryExpression extends Placed {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly bool: boolean;
  readonly matching: Matching;
}

export interface AggregateExpression extends Placed {
  readonly kind: 'aggregate';
  readonly operator: string;
  readonly without: boolean;
  readonly labels: readonly string[];
  readonly parameter: Expression | null;
  readonly inner: Expression;
}

export interface CallExpression extends Placed {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

export const isComparison = (operator: BinaryOperator): operator is Comparing =>
  (COMPARISONS as readonly string[]).includes(operator);
export const isSet = (operator: BinaryOperator): operator is SetOperator =>
  (SETS as readonly string[]).includes(operator);
