import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '../../../core/errors.ts';
import { storageFailure } from '../../shared/blob/storage-failure.ts';
import { digestOfFile } from './source-files.ts';

/** Nobody writes a file for so long without a word. */
const ABANDONED_MS = 86_400_000;

/** Parquet files named by their SHA-256: written aside, synced, renamed; never changed afterwards. */
export class ParquetFiles {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what a killed process left half-written; where others write to the folder as well, once it is old. */
  static async open(folder: string, { shared = false }: { readonly shared?: boolean } = {}): Promise<ParquetFiles> {
    const root = resolve(folder);
    const partial = join(root, 'partial');
    await mkdir(partial, { recursive: true });
    await removeWrittenBefore(partial, shared ? Date.now() - ABANDONED_MS : Infinity);
    return new ParquetFiles(root);
  }

  pathOf(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), `${sha256}.parquet`);
  }

  /** Lets `write` fill a new file and gives it its name. Throws STORAGE_FULL when the disk is full. */
  async add(write: (path: string) => Promise<void>): Promise<{ sha256: string; sizeBytes: number }> {
    const partial = join(this.#folder, 'partial', randomUUID());
    try {
      await write(partial);
      const { sha256, sizeBytes } = await digestOfFile(partial);
      const path = this.pathOf(sha256);
      await mkdir(dirname(path), { recursive: true });
      await sync(partial);
      await rename(partial, path);
      await sync(dirname(path));
      return { sha256, sizeBytes };
    } catch (error) {
      await rm(partial, { force: true });
      throw storageFailure(isFull(error) ? Object.assign(new Error('full'), { code: 'ENOSPC' }) : error);
    }
  }

  /** A file's bytes. Throws UNAVAILABLE with `lost` where it is not there. */
  async stream(sha256: string, lost: string): Promise<ReadableStream<Uint8Array>> {
    const handle = await open(this.pathOf(sha256), 'r').catch(() => null);
    if (!handle) throw new DomainError('UNAVAILABLE', lost);
    return Readable.toWeb(handle.createReadStream()) as unknown as ReadableStream<Uint8Array>;
  }

  has(sha256: string): Promise<boolean> {
    return stat(this.pathOf(sha256)).then(
      () => true,
      () => false,
    );
  }

  /** Forgets the files that were written before a moment. */
  async removeOlder(before: Date): Promise<void> {
    for (const folder of await readdir(this.#folder)) {
      if (folder === 'partial') continue;
      await removeWrittenBefore(join(this.#folder, folder), before.getTime());
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
  }
}

async function removeWrittenBefore(folder: string, beforeMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Another call may have been faster.
    const found = await stat(path).catch(() => null);
    if (found && found.mtimeMs < beforeMs) await rm(path, { force: true });
  }
}

/** DuckDB says it in words only. */
const isFull = (error: unknown): boolean =>
  error instanceof Error && /no space left on device|disk quota|file too large/i.test(error.message);

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
