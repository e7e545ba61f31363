import type { OperationDefinitionNode } from 'graphql';
import { measure, type Measures } from './measure.ts';

/** One operation is remembered with at most this many sets of page sizes. */
const MOST_KEPT = 32;

/**
 * Measures each operation once for the numbers among its variables, on which page sizes depend. The operation is one and
 * the same object as long as its document is kept, and belongs to one schema.
 */
export function measuredOnce(): typeof measure {
  const known = new WeakMap<OperationDefinitionNode, Map<string, Measures>>();
  return (schema, document, operation, variables) => {
    const kept = known.get(operation) ?? new Map<string, Measures>();
    known.set(operation, kept);
    const numbers = Object.entries(variables).filter(([, value]) => typeof value === 'number');
    const key = numbers
      .map(([name, value]) => `${name} ${String(value)}`)
      .toSorted()
      .join('\n');
    const before = kept.get(key);
    if (before) return before;
    if (kept.size >= MOST_KEPT) kept.clear();
    const measures = measure(schema, document, operation, variables);
    kept.set(key, measures);
    return measures;
  };
}
