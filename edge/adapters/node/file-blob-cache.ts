import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../../core/errors.ts';
import { sha256Hex, type BlobCache } from '../../delivery/blobs.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/** Blobs as files named by their digest, verified when they are read. */
export class FileBlobCache implements BlobCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(digest: string): Promise<Uint8Array | null> {
    try {
      const bytes = new Uint8Array(await readFile(this.#pathOf(digest)));
      return (await sha256Hex(bytes)) === digest ? bytes : null;
    } catch {
      return null;
    }
  }

  async put(digest: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#pathOf(digest);
    const unfinished = `${path}.${process.pid}.part`;
    try {
      await writeFile(unfinished, bytes, { mode: 0o600, flush: true });
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      const why = error instanceof Error ? error.message : 'the disk failed';
      throw new DomainError('STORAGE_FULL', `the blob ${digest} could not be kept: ${why}`);
    }
  }

  async retain(digests: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!digests.has(name)) await rm(join(this.#folder, name), { force: true });
    }
  }

  #pathOf(digest: string): string {
    if (!DIGEST.test(digest)) throw new DomainError('INVALID_INPUT', `"${digest}" is no SHA-256 digest`);
    return join(this.#folder, digest);
  }
}
