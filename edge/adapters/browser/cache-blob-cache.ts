import { DomainError } from '../../../core/errors.ts';
import { sha256Hex, type BlobCache } from '../../delivery/blobs.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/** Blobs in Cache Storage under addresses that nobody serves, verified when they are read. */
export class CacheBlobCache implements BlobCache {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  async get(digest: string): Promise<Uint8Array | null> {
    try {
      const found = await (await caches.open(this.#name)).match(addressOf(digest));
      const bytes = found && new Uint8Array(await found.arrayBuffer());
      return bytes && (await sha256Hex(bytes)) === digest ? bytes : null;
    } catch {
      return null;
    }
  }

  async put(digest: string, bytes: Uint8Array): Promise<void> {
    if (!DIGEST.test(digest)) throw new DomainError('INVALID_INPUT', `"${digest}" is no SHA-256 digest`);
    try {
      const body = new Response(Uint8Array.from(bytes));
      await (await caches.open(this.#name)).put(addressOf(digest), body);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'the browser gave no room';
      throw new DomainError('STORAGE_FULL', `the blob ${digest} could not be kept: ${why}`);
    }
  }

  async retain(digests: ReadonlySet<string>): Promise<void> {
    const cache = await caches.open(this.#name);
    for (const request of await cache.keys()) {
      if (!digests.has(request.url.slice(addressOf('').length))) await cache.delete(request);
    }
  }
}

const addressOf = (digest: string): string => `https://blobs.tiffin.invalid/${digest}`;
