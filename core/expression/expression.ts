/** What a value of an expression can be; a duration occurs only on the way. */
export const SCALAR_TYPES = ['double', 'int', 'string', 'bool', 'timestamp'] as const;
export type ScalarType = (typeof SCALAR_TYPES)[number];
export type VariableType = ScalarType | `list<${ScalarType}>`;
export type ExpressionType = VariableType | 'duration';

/**
 * The names that an expression may use. A group holds names of its own, `features.amount`; only those can be tested
 * with `has(features.amount)`, as CEL has it, so whatever may be missing belongs in a group.
 */
export type Declarations = Readonly<Record<string, VariableType | Readonly<Record<string, VariableType>>>>;

/** Every value that the declarations name, groups spelled out. */
export const namesIn = (names: Declarations): string[] =>
  Object.entries(names).flatMap(([name, type]) =>
    typeof type === 'string' ? [name] : Object.keys(type).map((field) => `${name}.${field}`),
  );

/** A name, or a group and a name in it. */
export type VariablePath = readonly [name: string] | readonly [group: string, name: string];

/** `at` is the place in the text, for what goes wrong only when run. */
export type ExpressionNode =
  | { readonly op: 'double'; readonly value: number }
  /** In decimal digits: JSON's numbers end at 2^53. */
  | { readonly op: 'int'; readonly value: string }
  | { readonly op: 'string'; readonly value: string }
  | { readonly op: 'bool'; readonly value: boolean }
  | { readonly op: 'variable'; readonly path: VariablePath; readonly type: VariableType; readonly at: number }
  | { readonly op: 'has'; readonly path: VariablePath }
  | { readonly op: 'and' | 'or'; readonly args: readonly [ExpressionNode, ExpressionNode] }
  | { readonly op: 'if'; readonly args: readonly [ExpressionNode, ExpressionNode, ExpressionNode] }
  | { readonly op: 'list'; readonly items: readonly ExpressionNode[] }
  | { readonly op: 'in'; readonly args: readonly [ExpressionNode, ExpressionNode] }
  | { readonly op: 'index'; readonly args: readonly [ExpressionNode, ExpressionNode]; readonly at: number }
  | { readonly op: 'call'; readonly overload: string; readonly args: readonly ExpressionNode[]; readonly at: number };

export const EXPRESSION_FORMAT = 1;

/** A checked expression as plain data: what a release carries and an edge evaluates. */
export interface Expression {
  readonly format: typeof EXPRESSION_FORMAT;
  readonly text: string;
  readonly type: ScalarType;
  readonly root: ExpressionNode;
}

/** In: milliseconds or a Date for a timestamp, a whole number or a bigint for an int, null or absent for missing. */
export type InputValue = number | bigint | string | boolean | Date | null | undefined | readonly InputValue[];
export type InputValues = Readonly<Record<string, InputValue | Readonly<Record<string, InputValue>>>>;

/** Out: bigint for an int, Date for a timestamp. */
export type ExpressionValue = number | bigint | string | boolean | Date;

/** `features.amount`, as people write it. */
export const pathText = (path: VariablePath): string => path.join('.');
