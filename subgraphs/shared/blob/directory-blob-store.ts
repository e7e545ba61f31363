import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { BlobBody, BlobInfo, BlobStore, ByteSource } from './blob-store.ts';
import {
  checkDigest,
  checkStagedName,
  damaged,
  isDigest,
  nothingStaged,
  otherDigest,
  otherOffset,
  unknownBlob,
} from './blob-refusals.ts';
import { openScratch } from '../scratch.ts';
import { closing, spool, within } from './spool.ts';
import { storageFailure } from './storage-failure.ts';
import { verifiedChunks } from './verified-chunks.ts';

/**
 * Blobs as files of one directory: `blobs/ab/abcd…`, written beside their place, synced and renamed. Leftovers of a
 * killed process lie in `partial/` and are swept, a day later, when the store is opened.
 */
export class DirectoryBlobStore implements BlobStore {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(directory: string): Promise<DirectoryBlobStore> {
    const root = resolve(directory);
    for (const folder of ['blobs', 'staged']) await mkdir(join(root, folder), { recursive: true });
    await openScratch(join(root, 'partial'));
    return new DirectoryBlobStore(root);
  }

  async put(source: ByteSource, { maxBytes = Infinity }: { maxBytes?: number } = {}): Promise<BlobInfo> {
    return this.#write(source, maxBytes, ({ sha256 }) => this.#pathOf(sha256));
  }

  async stat(sha256: string): Promise<BlobInfo | undefined> {
    try {
      const { size } = await stat(this.#pathOf(sha256));
      return { sha256, sizeBytes: size };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async read(sha256: string): Promise<Uint8Array> {
    const bytes = await readFile(this.#pathOf(sha256)).catch((error: unknown) => {
      throw isMissing(error) ? unknownBlob(sha256) : error;
    });
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== sha256) throw damaged(sha256, actual);
    return bytes;
  }

  async open(sha256: string): Promise<BlobBody> {
    const info = await this.stat(sha256);
    if (!info) throw unknownBlob(sha256);
    const chunks = verifiedChunks(readFrom(this.#pathOf(sha256)), sha256, (actual) => damaged(sha256, actual));
    return { ...info, stream: Readable.toWeb(Readable.from(chunks)) as ReadableStream<Uint8Array> };
  }

  async removeOthers(needed: ReadonlySet<string>, olderThanMs: number): Promise<number> {
    let removed = 0;
    for (const name of await readdir(join(this.#root, 'blobs'), { recursive: true })) {
      const sha256 = basename(name);
      if (!isDigest(sha256) || needed.has(sha256)) continue;
      const path = this.#pathOf(sha256);
      // Another process may remove the same ones.
      const found = await stat(path).catch(() => null);
      if (!found || Date.now() - found.mtimeMs <= olderThanMs) continue;
      await rm(path, { force: true });
      removed++;
    }
    return removed;
  }

  async stage(
    name: string,
    source: ByteSource,
    { maxBytes = Infinity }: { maxBytes?: number } = {},
  ): Promise<BlobInfo> {
    const path = this.#stagedPathOf(name);
    return this.#write(source, maxBytes, () => path);
  }

  async commit(name: string, sha256: string): Promise<BlobInfo> {
    const staged = this.#stagedPathOf(name);
    const actual = await digestOf(staged).catch((error: unknown) => {
      throw isMissing(error) ? nothingStaged(name) : error;
    });
    if (actual.sha256 !== sha256) throw otherDigest(sha256, actual.sha256);
    const path = this.#pathOf(sha256);
    await mkdir(dirname(path), { recursive: true });
    await link(staged, path).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw storageFailure(error);
      // Written now, for who removes what is unused.
      const now = new Date();
      await utimes(path, now, now);
    });
    await syncDirectory(dirname(path));
    return actual;
  }

  async append(
    name: string,
    source: ByteSource,
    { offset, maxBytes }: { readonly offset: number; readonly maxBytes: number },
  ): Promise<number> {
    const path = this.#stagedPathOf(name);
    const file = await open(path, 'a');
    return closing(file, async () => {
      const { size } = await file.stat();
      if (size !== offset) throw otherOffset(offset, size);
      try {
        await spool(file, within(source, maxBytes - offset), Infinity);
      } catch (error) {
        throw storageFailure(error);
      } finally {
        await file.sync();
      }
      return (await file.stat()).size;
    });
  }

  async stagedBytes(name: string): Promise<number> {
    try {
      return (await stat(this.#stagedPathOf(name))).size;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  }

  async remove(sha256: string, { before }: { readonly before: Date }): Promise<boolean> {
    const path = this.#pathOf(sha256);
    try {
      if ((await stat(path)).mtime >= before) return false;
      await rm(path);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return true;
  }

  async discard(name: string): Promise<void> {
    await rm(this.#stagedPathOf(name), { force: true });
  }

  async #write(source: ByteSource, maxBytes: number, placeOf: (info: BlobInfo) => string): Promise<BlobInfo> {
    const partial = join(this.#root, 'partial', randomUUID());
    try {
      const file = await open(partial, 'wx');
      const info = await closing(file, () => spool(file, source, maxBytes));
      const place = placeOf(info);
      await mkdir(dirname(place), { recursive: true });
      await rename(partial, place);
      await syncDirectory(dirname(place));
      return info;
    } catch (error) {
      await rm(partial, { force: true });
      throw storageFailure(error);
    }
  }

  #pathOf(sha256: string): string {
    checkDigest(sha256);
    return join(this.#root, 'blobs', sha256.slice(0, 2), sha256);
  }

  #stagedPathOf(name: string): string {
    checkStagedName(name);
    return join(this.#root, 'staged', name);
  }
}

async function digestOf(path: string): Promise<BlobInfo> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    hash.update(chunk);
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** Makes a rename last through a power cut; a platform that cannot open directories goes without. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  await closing(directory, () => directory.sync());
}

/** Another process may be writing here at this moment: only what is old was left by one that died. */
/** Opens the file for the first bytes: a reader who leaves before them leaves nothing open. */
async function* readFrom(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
