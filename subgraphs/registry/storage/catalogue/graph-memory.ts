import type { Database } from '../../../shared/database/database.ts';
import { AssetGraph } from '../../domain/catalogue/asset-graph.ts';

/** How many changes are read at once: others get their turn between. */
const BATCH = 20_000;

interface Ends {
  readonly first: string | null;
  readonly last: string | null;
}

/**
 * The graphs of all projects in memory. Each question first reads what changed since the last one: the index numbers its
 * changes in the order of their commits, whichever replica made them.
 */
export class GraphMemory {
  readonly #db: Database;
  #graphs = new Map<string, AssetGraph>();
  /** The last change of assets and of edges that is in memory. */
  #at = { assets: 0n, edges: 0n };
  #reading: Promise<void> = Promise.resolve();

  constructor(db: Database) {
    this.#db = db;
  }

  /** A project's graph with all that was committed before the call. */
  async graph(project: string): Promise<AssetGraph> {
    // One reader at a time; whoever comes meanwhile reads after it, since a commit may have come in between.
    this.#reading = this.#reading.catch(() => undefined).then(() => this.#read());
    await this.#reading;
    return this.#graphOf(project);
  }

  #graphOf(project: string): AssetGraph {
    const held = this.#graphs.get(project);
    if (held) return held;
    const graph = new AssetGraph();
    this.#graphs.set(project, graph);
    return graph;
  }

  async #read(): Promise<void> {
    const [ends] = await this.#db.query<{ assets: Ends; edges: Ends }>(
      `select (select json_build_object('first', min(change)::text, 'last', max(change)::text) from asset) as assets,
         (select json_build_object('first', min(change)::text, 'last', max(change)::text) from asset_edge) as edges`,
    );
    if (!ends) return;
    if (wasDropped(ends.assets, this.#at.assets) || wasDropped(ends.edges, this.#at.edges)) {
      this.#graphs = new Map();
      this.#at = { assets: 0n, edges: 0n };
    }
    await this.#readAssets(BigInt(ends.assets.last ?? 0));
    await this.#readEdges(BigInt(ends.edges.last ?? 0));
  }

  async #readAssets(end: bigint): Promise<void> {
    while (this.#at.assets < end) {
      const rows = await this.#db.query<{ urn: string; project: string; change: string }>(
        'select urn, project, change from asset where change > $1 and change <= $2 order by change limit $3',
        [this.#at.assets, end, BATCH],
      );
      for (const { urn, project } of rows) this.#graphOf(project).know(urn);
      this.#at.assets = rows.length < BATCH ? end : BigInt(rows.at(-1)?.change ?? end);
    }
  }

  async #readEdges(end: bigint): Promise<void> {
    while (this.#at.edges < end) {
      const rows = await this.#db.query<{
        id: string;
        project: string;
        upstream: string;
        downstream: string;
        open: boolean;
        change: string;
      }>(
        `select id, project, upstream, downstream, valid_to is null as open, change from asset_edge
         where change > $1 and change <= $2 order by change limit $3`,
        [this.#at.edges, end, BATCH],
      );
      for (const { id, project, upstream, downstream, open } of rows) {
        const graph = this.#graphOf(project);
        const edge = { id: Number(id), upstream, downstream };
        if (open) graph.open(edge);
        else graph.close(edge);
      }
      this.#at.edges = rows.length < BATCH ? end : BigInt(rows.at(-1)?.change ?? end);
    }
  }
}

/** Whether all that is in memory is gone from the table: somebody dropped the index, or put an older one back. */
const wasDropped = ({ first, last }: Ends, at: bigint): boolean =>
  at > 0n && (first === null || last === null || BigInt(first) > at || BigInt(last) < at);
