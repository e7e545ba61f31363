import { malformed } from './protobuf.ts';

interface Node {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The nodes with each after what it reads, otherwise in their order: some exporters write them as they come. */
export function sortNodes<T extends Node>(nodes: readonly T[]): readonly T[] {
  const maker = new Map<string, number>();
  for (const [i, { outputs }] of nodes.entries()) for (const name of outputs) if (name !== '') maker.set(name, i);
  const makersOf = (node: T): readonly number[] => [...new Set(node.inputs)].flatMap((name) => maker.get(name) ?? []);
  const isSorted = nodes.every((node, i) => makersOf(node).every((before) => before < i));
  if (isSorted) return nodes;

  const readers = nodes.map((): number[] => []);
  const missing = nodes.map((node, i) => {
    const makers = makersOf(node);
    for (const before of makers) readers[before]?.push(i);
    return makers.length;
  });
  const ready = nodes.flatMap((_, i) => (missing[i] === 0 ? [i] : []));
  const sorted: T[] = [];
  for (const at of ready) {
    const node = nodes[at];
    if (node) sorted.push(node);
    for (const reader of readers[at] ?? []) {
      const left = (missing[reader] ?? 0) - 1;
      missing[reader] = left;
      if (left === 0) ready.push(reader);
    }
  }
  if (sorted.length < nodes.length) throw malformed('its nodes read each other in a circle');
  return sorted;
}
