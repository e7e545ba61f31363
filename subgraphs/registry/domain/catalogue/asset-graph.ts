import type { UrnKind } from '../../../../core/urn.ts';
import { breadthFirst, type Reached } from './breadth-first.ts';
import type { Direction } from './lineage.ts';

/** What an open edge connects, by the number under which it is kept. */
export interface GraphEdge {
  readonly id: number;
  readonly upstream: string;
  readonly downstream: string;
}

/** What a walk through the whole graph reached: as many degrees as assets, nearest first. */
export interface Reach {
  readonly urns: readonly string[];
  readonly degrees: readonly number[];
  readonly capped: boolean;
}

/** A walk's own findings, with what the graph knows of each asset. */
export interface WalkedReach extends Reach {
  /** As many as assets. */
  readonly kinds: readonly UrnKind[];
  /** Assets that edges name and nobody told of. */
  readonly unknown: readonly string[];
}

export interface Paths {
  /** Each from upstream to downstream, the shortest first. */
  readonly paths: readonly (readonly string[])[];
  /** There are more, or there may be: the search was given up. */
  readonly more: boolean;
}

/** The kind in an id that is known to be one. */
export const kindOf = (urn: string): UrnKind => urn.split(':', 3)[2] as UrnKind;

const kinds = new Map<UrnKind, UrnKind>();

/** One text for each kind: parts of ids are texts of their own, and those are compared letter by letter. */
function sameKind(kind: UrnKind): UrnKind {
  const known = kinds.get(kind);
  if (known === undefined) kinds.set(kind, kind);
  return known ?? kind;
}

/** How many steps a search for paths takes before it gives up. */
const MOST_STEPS = 500_000;

/**
 * The edges of one project that are in force, in memory, for questions about the whole graph: SQL answers these step by
 * step, and each step is a query over all that the one before found.
 */
export class AssetGraph {
  readonly #numbers = new Map<string, number>();
  readonly #urns: string[] = [];
  readonly #kinds: UrnKind[] = [];
  readonly #known: boolean[] = [];
  readonly #next = { UPSTREAM: [] as number[][], DOWNSTREAM: [] as number[][] };
  readonly #open = new Set<number>();
  /** In which walk a node was last seen: a walk need not clear what the one before left. */
  #seen = new Uint32Array(1_024);
  #walk = 0;

  get size(): number {
    return this.#urns.length;
  }

  /** Notes that somebody told of an asset: an edge may name it before. */
  know(urn: string): void {
    this.#known[this.#numberOf(urn)] = true;
  }

  isKnown(urn: string): boolean {
    const node = this.#numbers.get(urn);
    return node !== undefined && this.#known[node] === true;
  }

  open({ id, upstream, downstream }: GraphEdge): void {
    if (this.#open.has(id)) return;
    this.#open.add(id);
    const from = this.#numberOf(upstream);
    const to = this.#numberOf(downstream);
    this.#next.DOWNSTREAM[from]?.push(to);
    this.#next.UPSTREAM[to]?.push(from);
  }

  /** An edge that was never open here is left out: two edges of other relations may connect the same assets. */
  close({ id, upstream, downstream }: GraphEdge): void {
    if (!this.#open.delete(id)) return;
    const from = this.#numberOf(upstream);
    const to = this.#numberOf(downstream);
    dropOne(this.#next.DOWNSTREAM[from], to);
    dropOne(this.#next.UPSTREAM[to], from);
  }

  /** Goes breadth first, each asset once, up to `depth` steps and `maxNodes` assets; the start is the first. */
  reach(start: string, direction: Direction, depth: number, maxNodes: number): WalkedReach {
    const { nodes, degrees, capped } = this.#reach(this.#numberOf(start), direction, depth, maxNodes);
    const urns: string[] = [];
    const found: UrnKind[] = [];
    const unknown: string[] = [];
    for (const node of nodes) {
      const urn = this.#urns[node] as string;
      urns.push(urn);
      found.push(this.#kinds[node] as UrnKind);
      if (this.#known[node] !== true) unknown.push(urn);
    }
    return { urns, kinds: found, unknown, degrees, capped };
  }

  #reach(start: number, direction: Direction, depth: number, maxNodes: number): Reached {
    const back = direction === 'UPSTREAM' ? 'DOWNSTREAM' : 'UPSTREAM';
    const graph = { next: this.#next[direction], back: this.#next[back], edges: this.#open.size };
    return breadthFirst(graph, { seen: this.#seen, walk: ++this.#walk }, { start, depth, maxNodes });
  }

  /** All ways from one asset down to another that meet no asset twice: up to `most` of them and `depth` steps each. */
  paths(from: string, to: string, depth: number, most: number): Paths {
    const target = this.#numberOf(to);
    const start = this.#numberOf(from);
    const back = this.#reach(target, 'UPSTREAM', depth, Infinity);
    // How far each asset is from the target: whoever is too far for what is left of a way need not be tried.
    const distance = new Map(back.nodes.map((node, i) => [node, back.degrees[i] ?? 0]));
    const shortest = distance.get(start);
    if (shortest === undefined || start === target) return { paths: [], more: false };
    // By id, so that the same ways come first whenever the graph was read.
    const nextOf = memo((node: number) =>
      [...new Set(this.#next.DOWNSTREAM[node])]
        .filter((next) => distance.has(next))
        .sort((a, b) => ((this.#urns[a] ?? '') < (this.#urns[b] ?? '') ? -1 : 1)),
    );
    const found: number[][] = [];
    const way = [start];
    const onWay = new Set(way);
    let steps = 0;
    const go = (left: number): boolean => {
      const node = way.at(-1) ?? start;
      if (node === target) {
        if (left === 0) found.push([...way]);
        return found.length <= most;
      }
      for (const next of nextOf(node)) {
        if (++steps > MOST_STEPS) return false;
        if (onWay.has(next) || (distance.get(next) ?? Infinity) > left - 1) continue;
        way.push(next);
        onWay.add(next);
        const goOn = go(left - 1);
        onWay.delete(next);
        way.pop();
        if (!goOn) return false;
      }
      return true;
    };
    let whole = true;
    const longest = Math.min(depth, distance.size - 1);
    for (let length = shortest; length <= longest && whole; length++) whole = go(length);
    const named = found.slice(0, most).map((nodes) => nodes.map((node) => this.#urns[node] ?? ''));
    return { paths: named, more: !whole };
  }

  #numberOf(urn: string): number {
    const known = this.#numbers.get(urn);
    if (known !== undefined) return known;
    const number = this.#urns.push(urn) - 1;
    this.#numbers.set(urn, number);
    this.#known.push(false);
    this.#kinds.push(sameKind(kindOf(urn)));
    this.#next.UPSTREAM.push([]);
    this.#next.DOWNSTREAM.push([]);
    if (number >= this.#seen.length) {
      const wider = new Uint32Array(this.#seen.length * 2);
      wider.set(this.#seen);
      this.#seen = wider;
    }
    return number;
  }
}

function memo<Value>(of: (node: number) => Value): (node: number) => Value {
  const known = new Map<number, Value>();
  return (node) => {
    const held = known.get(node);
    if (held !== undefined) return held;
    const value = of(node);
    known.set(node, value);
    return value;
  };
}

function dropOne(list: number[] | undefined, value: number): void {
  const at = list?.indexOf(value) ?? -1;
  if (list === undefined || at < 0) return;
  const last = list.pop();
  if (at < list.length && last !== undefined) list[at] = last;
}
