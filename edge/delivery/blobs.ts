import { DomainError } from '../../core/errors.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';

/** Keeps blobs on the node by their SHA-256, so that it can start again without the control plane. */
export interface BlobCache {
  /** The bytes as they were put, or null; what does not fit its digest any more is null too. */
  get(digest: string): Promise<Uint8Array | null>;
  put(digest: string, bytes: Uint8Array): Promise<void>;
  /** Removes all but these. */
  retain(digests: ReadonlySet<string>): Promise<void>;
}

const TIMEOUT_MS = 60_000;
const LARGEST = 2 * 1024 * 1024 * 1024;

/** Bytes by digest: from the node's cache, else from the control plane, whose answer is believed once it fits. */
export class Blobs {
  readonly #cache: BlobCache;
  readonly #control: ControlPlane;
  readonly #loading = new Map<string, Promise<Uint8Array>>();

  constructor(cache: BlobCache, control: ControlPlane) {
    this.#cache = cache;
    this.#control = control;
  }

  /** Throws UNAVAILABLE when they cannot be had, DIGEST_MISMATCH when they are others, TOO_LARGE beyond `maxBytes`. */
  load(digest: string, maxBytes = LARGEST): Promise<Uint8Array> {
    const under = this.#loading.get(digest);
    if (under) return under;
    const loading = this.#load(digest, maxBytes).finally(() => this.#loading.delete(digest));
    this.#loading.set(digest, loading);
    return loading;
  }

  async isCached(digest: string): Promise<boolean> {
    return (await this.#cache.get(digest)) !== null;
  }

  retain(digests: ReadonlySet<string>): Promise<void> {
    return this.#cache.retain(digests);
  }

  async #load(digest: string, maxBytes: number): Promise<Uint8Array> {
    const cached = await this.#cache.get(digest);
    if (cached) return cached;
    const { bytes } = await this.#control
      .get(`/v1/blobs/${digest}`, { timeoutMs: TIMEOUT_MS, maxBytes })
      .catch((error: unknown) => {
        throw notDelivered(error, digest);
      });
    const actual = await sha256Hex(bytes);
    if (actual !== digest) {
      throw new DomainError(
        'DIGEST_MISMATCH',
        `the blob ${digest} came with ${bytes.length} bytes whose digest is ${actual}`,
        { expected: digest, actual },
      );
    }
    await this.#cache.put(digest, bytes);
    return bytes;
  }
}

function notDelivered(error: unknown, digest: string): unknown {
  if (!(error instanceof DomainError) || error.code !== 'UNAVAILABLE') return error;
  const message = `the blob ${digest} is not on this node, and is fetched once the control plane can be reached: ${error.message}`;
  return new DomainError('UNAVAILABLE', message, { ...error.details, cause: 'NOT_DELIVERED' });
}

export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // A view of a shared buffer cannot be hashed, and ours never is one.
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
