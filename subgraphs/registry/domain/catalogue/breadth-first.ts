/** A graph of nodes `0 … n - 1`: where the edges of each node lead to, and where those that lead to it come from. */
export interface Adjacency {
  readonly next: readonly (readonly number[])[];
  readonly back: readonly (readonly number[])[];
  /** How many edges there are. */
  readonly edges: number;
}

/** In which walk each node was last seen, and the number of this one: a walk need not clear what the one before left. */
export interface Marks {
  readonly seen: Uint32Array;
  readonly walk: number;
}

/** As many degrees as nodes, nearest first. */
export interface Reached {
  readonly nodes: readonly number[];
  readonly degrees: readonly number[];
  /** There are more than `maxNodes`. */
  readonly capped: boolean;
}

/** An edge that leads on costs about as much as so many that are looked back along, most of which are never reached. */
const EDGE_ON = 2;

/**
 * Goes level by level, each node once, up to `depth` steps and `maxNodes` nodes; the start is the first. Where the edges that
 * lead on outnumber those into what is unseen, the unseen look back for one that was seen, and the first found is enough: of
 * a large graph of which all is reached, most edges are then never looked at.
 * S. Beamer, K. Asanović, D. Patterson, "Direction-Optimizing Breadth-First Search", SC 2012, §III–IV.
 */
export function breadthFirst(
  { next, back, edges }: Adjacency,
  { seen, walk }: Marks,
  { start, depth, maxNodes }: { readonly start: number; readonly depth: number; readonly maxNodes: number },
): Reached {
  const nodes = [start];
  const degrees = [0];
  seen[start] = walk;
  let unseen: number[] | undefined;
  let edgesBack = edges - edgesOf(back, start);
  for (let degree = 0, from = 0; degree < depth && from < nodes.length && nodes.length <= maxNodes; degree++) {
    const end = nodes.length;
    let edgesOn = 0;
    for (let at = from; at < end; at++) edgesOn += edgesOf(next, nodes[at] as number);
    if (edgesOn * EDGE_ON > edgesBack && edgesOn > next.length - end) {
      unseen = (unseen ?? Array.from(next.keys())).filter((node) => seen[node] !== walk);
      for (let i = 0; i < unseen.length && nodes.length <= maxNodes; i++) {
        const node = unseen[i] as number;
        if (hasSeen(back[node] as readonly number[], seen, walk)) nodes.push(node);
      }
      // Not before: who is found in this step is none that the others of it may look back to.
      for (let at = end; at < nodes.length; at++) seen[nodes[at] as number] = walk;
    } else {
      for (let at = from; at < end && nodes.length <= maxNodes; at++) {
        pushUnseen(nodes, next[nodes[at] as number] as readonly number[], seen, walk);
      }
    }
    for (let at = end; at < nodes.length; at++) {
      degrees.push(degree + 1);
      edgesBack -= edgesOf(back, nodes[at] as number);
    }
    from = end;
  }
  const capped = nodes.length > maxNodes;
  if (capped) nodes.length = degrees.length = maxNodes;
  return { nodes, degrees, capped };
}

const edgesOf = (lists: readonly (readonly number[])[], node: number): number => lists[node]?.length ?? 0;

function hasSeen(near: readonly number[], seen: Uint32Array, walk: number): boolean {
  // By index: the innermost loop over all edges costs as little as it can.
  for (let i = 0; i < near.length; i++) if (seen[near[i] as number] === walk) return true;
  return false;
}

function pushUnseen(nodes: number[], near: readonly number[], seen: Uint32Array, walk: number): void {
  for (let i = 0; i < near.length; i++) {
    const node = near[i] as number;
    if (seen[node] === walk) continue;
    seen[node] = walk;
    nodes.push(node);
  }
}
