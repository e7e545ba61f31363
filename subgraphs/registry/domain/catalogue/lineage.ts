import type { SubgraphName } from '../../../../schema/nouns.ts';

export const DIRECTIONS = ['UPSTREAM', 'DOWNSTREAM'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const MAX_DEPTH = 20;
export const MAX_NODES = 2_000;

/** One asset comes from another, over a span of time. */
export interface LineageEdge {
  readonly upstream: string;
  readonly downstream: string;
  readonly relation: string;
  readonly validFrom: Date;
  readonly validTo: Date | null;
}

/** Why an answer may not be the whole truth. */
export const GAPS = ['PRODUCER_BEHIND', 'NODE_CAP', 'DANGLING_ID', 'AFTER_NOT_REACHED', 'PATH_CAP'] as const;
export interface Gap {
  readonly reason: (typeof GAPS)[number];
  readonly detail: string;
}

/** What a walk found, step by step away from where it began. */
export interface Walk {
  /** How many steps each asset is away from the start. */
  readonly degrees: ReadonlyMap<string, number>;
  readonly edges: readonly LineageEdge[];
  /** The walk stopped at the cap. */
  readonly capped: boolean;
}

/** The edges that lead on from some assets, or undefined if they are more than can be read at once. */
export type StepOf = (frontier: readonly string[]) => Promise<{ edges: readonly LineageEdge[]; more: boolean }>;

/** Goes breadth first, each asset once, up to `depth` steps and `maxNodes` assets. */
export async function walk(
  start: string,
  direction: Direction,
  depth: number,
  stepOf: StepOf,
  maxNodes = MAX_NODES,
): Promise<Walk> {
  const degrees = new Map([[start, 0]]);
  const edges: LineageEdge[] = [];
  let frontier: readonly string[] = [start];
  let capped = false;
  for (let degree = 1; degree <= depth && frontier.length > 0 && !capped; degree++) {
    const step = await stepOf(frontier);
    capped = step.more;
    const next: string[] = [];
    for (const edge of step.edges) {
      const reached = direction === 'UPSTREAM' ? edge.upstream : edge.downstream;
      if (!degrees.has(reached)) {
        if (degrees.size >= maxNodes) {
          capped = true;
          continue;
        }
        degrees.set(reached, degree);
        next.push(reached);
      }
      edges.push(edge);
    }
    frontier = next;
  }
  return { degrees, edges, capped };
}

export interface Coverage {
  readonly source: SubgraphName;
  /** How far the index is behind this producer, in words; null if it covers the query. */
  readonly behind: string | null;
}

const MOST_NAMED = 5;

/** Everything that keeps an answer from being complete. None: it is. */
export function gapsOf(
  { capped }: Pick<Walk, 'capped'>,
  coverage: readonly Coverage[],
  dangling: readonly string[],
  maxNodes = MAX_NODES,
): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const { source, behind } of coverage) {
    if (behind !== null) gaps.push({ reason: 'PRODUCER_BEHIND', detail: `${source}: ${behind}` });
  }
  if (capped) gaps.push({ reason: 'NODE_CAP', detail: `more than ${maxNodes} assets: ask for fewer steps` });
  if (dangling.length > 0) {
    const more = dangling.length > MOST_NAMED ? ` and ${dangling.length - MOST_NAMED} more` : '';
    gaps.push({
      reason: 'DANGLING_ID',
      detail: `no subgraph announced ${dangling.slice(0, MOST_NAMED).join(', ')}${more}`,
    });
  }
  return gaps;
}
