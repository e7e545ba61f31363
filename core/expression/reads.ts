import type { ExpressionNode } from './expression.ts';

/** The names that an expression reads or asks for; of a group its own name. */
export function readsOf(node: ExpressionNode, found = new Set<string>()): ReadonlySet<string> {
  if (node.op === 'variable' || node.op === 'has') found.add(node.path[0]);
  else if (node.op === 'list') for (const item of node.items) readsOf(item, found);
  else if ('args' in node) for (const arg of node.args) readsOf(arg, found);
  return found;
}
