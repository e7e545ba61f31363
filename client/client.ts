import { Assets } from './assets.ts';
import { Blobs } from './blobs.ts';
import { call } from './call.ts';
import { connectionOf, type Connection, type ConnectionOptions, type Identity } from './connection.ts';
import { Edge } from './edge.ts';
import { Features } from './features.ts';
import { Graph } from './graph.ts';

/** An install as its clients see it: the graph, and the HTTP routes of control plane and edge. */
export class Client {
  readonly connection: Connection;
  readonly graph: Graph;
  readonly assets: Assets;
  readonly blobs: Blobs;
  readonly features: Features;

  constructor(options: ConnectionOptions) {
    this.connection = connectionOf(options);
    this.graph = new Graph(this.connection);
    this.assets = new Assets(this.graph);
    this.blobs = new Blobs(this.connection, this.graph);
    this.features = new Features(this.connection);
  }

  /** Throws INVALID_INPUT where no edge was given. */
  get edge(): Edge {
    return new Edge(this.connection);
  }

  /** The same install, asked by somebody else. */
  as(identity: Identity): Client {
    return new Client({ ...this.connection, identity });
  }

  /** Whether the control plane can serve. Throws UNAVAILABLE where nobody answers. */
  async isReady(): Promise<boolean> {
    const { graphUrl, timeoutMs } = this.connection;
    const answer = await call({ url: `${graphUrl}/readyz`, headers: {}, repeatable: false, timeoutMs });
    await answer.body?.cancel();
    return answer.ok;
  }
}
