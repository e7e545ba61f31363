import { createHash } from 'node:crypto';
import { DomainError } from '../../../core/errors.ts';
import { parseUrn } from '../../../core/urn.ts';
import { readReleaseDocument } from '../../../schema/format-1.ts';
import type { ReleaseDocument } from '../../../schema/release.ts';
import { serviceActor, type Peer } from '../../shared/peer.ts';

/** What the registry froze, by digest: it never changes, so it is asked for once. */
export interface ReleaseBlobs {
  /**
   * The document of a release of this project. Throws NOT_FOUND where the registry has none or it is another project's, and
   * SUBGRAPH_UNAVAILABLE or TIMEOUT where the registry cannot be asked.
   */
  document(project: string, digest: string): Promise<ReleaseDocument>;
}

/** Documents that are kept in memory, the least recently used goes first. */
const MOST_DOCUMENTS = 64;

/** Reads from the registry, as monitoring's own service. */
export class RegistryBlobs implements ReleaseBlobs {
  readonly #registry: Peer;
  readonly #documents = new Map<string, ReleaseDocument>();

  constructor(registry: Peer) {
    this.#registry = registry;
  }

  async document(project: string, digest: string): Promise<ReleaseDocument> {
    const document = this.#documents.get(digest) ?? (await this.#read(digest));
    this.#documents.delete(digest);
    this.#documents.set(digest, document);
    const [oldest] = this.#documents.keys();
    if (this.#documents.size > MOST_DOCUMENTS && oldest !== undefined) this.#documents.delete(oldest);
    if (parseUrn(document.deployment).project === project) return document;
    throw unknownBlob(digest);
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
