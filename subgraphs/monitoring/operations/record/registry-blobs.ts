import { createHash } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import { compileModel, type CompiledModel } from '../../../../core/tabular/compile-plan.ts';
import { parseUrn } from '../../../../core/urn.ts';
import { readReleaseDocument } from '../../../../schema/format-1.ts';
import type { ModelInRelease, ReleaseDocument } from '../../../../schema/release.ts';
import { serviceActor, type Peer } from '../../../shared/peer.ts';

/** What the registry froze, by digest: it never changes, so it is asked for once. */
export interface ReleaseBlobs {
  /**
   * The document of a release of this project. Throws NOT_FOUND where the registry has none or it is another project's, and
   * SUBGRAPH_UNAVAILABLE or TIMEOUT where the registry cannot be asked.
   */
  document(project: string, digest: string): Promise<ReleaseDocument>;
  /** A model of a release, or why it cannot be taken apart. Throws as `document` does. */
  model(file: Pick<ModelInRelease, 'digest' | 'sizeBytes'>): Promise<CompiledModel>;
}

/** What is kept in memory, the least recently used goes first. */
const MOST_DOCUMENTS = 64;
const MOST_MODELS = 16;
/** Larger models are not taken apart: that would hold up others. */
const MOST_MODEL_BYTES = 16 * 1024 * 1024;

/** Values by key, of which only the last used are kept. */
class Kept<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  async get(key: string, make: () => Promise<Value>): Promise<Value> {
    const value = this.#values.get(key) ?? (await make());
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }
}

/** Reads from the registry, as monitoring's own service. */
export class RegistryBlobs implements ReleaseBlobs {
  readonly #registry: Peer;
  readonly #documents = new Kept<ReleaseDocument>(MOST_DOCUMENTS);
  readonly #models = new Kept<CompiledModel>(MOST_MODELS);

  constructor(registry: Peer) {
    this.#registry = registry;
  }

  async document(project: string, digest: string): Promise<ReleaseDocument> {
    const document = await this.#documents.get(digest, () => this.#read(digest));
    if (parseUrn(document.deployment).project === project) return document;
    throw unknownBlob(digest);
  }

  async model({ digest, sizeBytes }: Pick<ModelInRelease, 'digest' | 'sizeBytes'>): Promise<CompiledModel> {
    if (sizeBytes > MOST_MODEL_BYTES) return { refused: `it has more than ${MOST_MODEL_BYTES / 1024 / 1024} MiB` };
    return this.#models.get(digest, async () => compileModel(await this.#bytes(digest)));
  }

  async #read(digest: string): Promise<ReleaseDocument> {
    const read = readReleaseDocument(JSON.parse(new TextDecoder().decode(await this.#bytes(digest))));
    if (read.success) return read.data;
    throw new DomainError('FAILED_PRECONDITION', `the release ${digest} is written in a format that is not read here`);
  }

  async #bytes(digest: string): Promise<Uint8Array> {
    const answer = await this.#registry.get(`/internal/blobs/${digest}`, serviceActor('monitoring', ['edge:deliver']));
    if (answer.status === 404) throw unknownBlob(digest);
    if (!answer.ok) {
      throw new DomainError('SUBGRAPH_UNAVAILABLE', `the registry answered ${answer.status} for the blob ${digest}`);
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (createHash('sha256').update(bytes).digest('hex') === digest) return bytes;
    throw new DomainError('DIGEST_MISMATCH', `the registry sent other bytes than those of ${digest}`);
  }
}

const unknownBlob = (digest: string): DomainError =>
  new DomainError('NOT_FOUND', `release: the registry has no release ${digest} of this project`, { field: 'release' });
