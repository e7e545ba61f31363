import { call, good } from './call.ts';
import { keyHeaders, type Connection } from './connection.ts';
import type { Graph } from './graph.ts';
import { BeginUpload, CompleteUpload } from './operations.ts';

/** Files of the registry, by their digest. */
export class Blobs {
  readonly #connection: Connection;
  readonly #graph: Graph;

  constructor(connection: Connection, graph: Graph) {
    this.#connection = connection;
    this.#graph = graph;
  }

  /** Uploads a file; answers its SHA-256, by which it is known from then on. */
  async upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const input = { name, sizeBytes: bytes.length };
    const { uploadId, url } = await this.#graph.field(BeginUpload, { input });
    const put = await call({
      url: new URL(url, this.#connection.registryUrl).href,
      method: 'PUT',
      headers: keyHeaders(this.#connection),
      body: bytes,
      repeatable: true,
      timeoutMs: this.#connection.timeoutMs,
    });
    await good(`upload of ${name}`, put);
    const sha256 = await sha256Of(bytes);
    await this.#graph.run(CompleteUpload, { input: { uploadId, sha256 } });
    return sha256;
  }

  /** A file of the data plane by its path, such as a training set's `downloadPath`, of the subgraph that serves it. */
  async download(path: string, of: 'feature' | 'registry' = 'feature'): Promise<Uint8Array<ArrayBuffer>> {
    const base = of === 'feature' ? this.#connection.featureUrl : this.#connection.registryUrl;
    const answer = await call({
      url: new URL(path, base).href,
      headers: keyHeaders(this.#connection),
      repeatable: true,
      timeoutMs: this.#connection.timeoutMs,
    });
    return new Uint8Array(await (await good(`download of ${path}`, answer)).arrayBuffer());
  }
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
