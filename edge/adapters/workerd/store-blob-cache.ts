import { DomainError } from '../../../core/errors.ts';
import { sha256Hex, type BlobCache } from '../../delivery/blobs.ts';
import type { ByteStore } from './byte-store.ts';

const PREFIX = 'blobs/';
const DIGEST = /^[0-9a-f]{64}$/;

/** Blobs in the stores that a worker has, the quickest first; verified when they are read. */
export class StoreBlobCache implements BlobCache {
  readonly #stores: readonly ByteStore[];

  constructor(stores: readonly ByteStore[]) {
    this.#stores = stores;
  }

  /** What a slower store has is put into the quicker ones before it. */
  async get(digest: string): Promise<Uint8Array | null> {
    for (const [i, store] of this.#stores.entries()) {
      const bytes = await store.get(PREFIX + digest).catch(() => null);
      if (!bytes || (await sha256Hex(bytes)) !== digest) continue;
      for (const quicker of this.#stores.slice(0, i)) await quicker.put(PREFIX + digest, bytes).catch(() => undefined);
      return bytes;
    }
    return null;
  }

  async put(digest: string, bytes: Uint8Array): Promise<void> {
    if (!DIGEST.test(digest)) throw new DomainError('INVALID_INPUT', `"${digest}" is no SHA-256 digest`);
    const failures: unknown[] = [];
    for (const store of this.#stores) {
      await store.put(PREFIX + digest, bytes).catch((error: unknown) => failures.push(error));
    }
    if (failures.length < this.#stores.length) return;
    const [why] = failures;
    const text = why instanceof Error ? why.message : 'no store took it';
    throw new DomainError('STORAGE_FULL', `the blob ${digest} could not be kept: ${text}`);
  }

  async retain(digests: ReadonlySet<string>): Promise<void> {
    for (const store of this.#stores) {
      const keys = await store.list(PREFIX).catch(() => null);
      const gone = keys?.filter((key) => !digests.has(key.slice(PREFIX.length))) ?? [];
      if (gone.length > 0) await store.delete(gone).catch(() => undefined);
    }
  }
}
