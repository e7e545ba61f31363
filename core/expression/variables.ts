import type { ExpressionNode } from './expression.ts';

/** The names that an expression reads, without the groups that they stand in. */
export function variablesIn(node: ExpressionNode): readonly string[] {
  if (node.op === 'variable' || node.op === 'has') return [node.path.at(-1) ?? ''];
  if (node.op === 'list') return node.items.flatMap(variablesIn);
  return 'args' in node ? node.args.flatMap(variablesIn) : [];
}
