import { createHash, randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '../../../core/errors.ts';
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
import type { BlobBody, BlobInfo, BlobStore, ByteSource } from './blob-store.ts';
import { S3Client, type S3Object, type S3Settings } from './s3-client.ts';
import { closing, spool, within } from './spool.ts';
import { storageFailure } from './storage-failure.ts';
import { verifiedChunks } from './verified-chunks.ts';

/** A list of S3 ends there, and so many pieces are more than anybody needs. */
const MOST_PIECES = 1_000;

/**
 * Blobs as objects of an S3 bucket: `blobs/ab/abcd…`. Bytes come into a local file first, since their digest is part of what is
 * signed, and an object is there whole or not at all. Staged bytes are pieces by offset, `staged/<name>/<offset>`, so that an
 * upload can go on by way of another replica.
 */
export class S3BlobStore implements BlobStore {
  readonly #s3: S3Client;
  readonly #folder: string;

  private constructor(s3: S3Client, folder: string) {
    this.#s3 = s3;
    this.#folder = folder;
  }

  /** `folder` is where bytes lie on their way. Throws what the server says where the bucket cannot be read. */
  static async open(settings: S3Settings, folder: string): Promise<S3BlobStore> {
    await mkdir(folder, { recursive: true });
    const s3 = new S3Client(settings);
    await s3.list('blobs/');
    return new S3BlobStore(s3, folder);
  }

  async put(source: ByteSource, { maxBytes = Infinity }: { maxBytes?: number } = {}): Promise<BlobInfo> {
    return this.#spooled(
      (file) => spool(file, source, maxBytes),
      async (bytes, info) => {
        // Also where it is there already: it counts as written now, for who removes what is unused.
        await this.#s3.put(keyOf(info.sha256), bytes, info.sha256);
        return info;
      },
    );
  }

  async stat(sha256: string): Promise<BlobInfo | undefined> {
    const headers = await this.#s3.head(keyOf(sha256));
    return headers ? { sha256, sizeBytes: Number(headers.get('content-length')) } : undefined;
  }

  async read(sha256: string): Promise<Uint8Array> {
    const answer = await this.#s3.get(keyOf(sha256));
    if (!answer) throw unknownBlob(sha256);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== sha256) throw damaged(sha256, actual);
    return bytes;
  }

  async open(sha256: string): Promise<BlobBody> {
    const answer = await this.#s3.get(keyOf(sha256));
    if (!answer) throw unknownBlob(sha256);
    const sizeBytes = Number(answer.headers.get('content-length'));
    const chunks = verifiedChunks(bytesOf(answer), sha256, (actual) => damaged(sha256, actual));
    return { sha256, sizeBytes, stream: Readable.toWeb(Readable.from(chunks)) as ReadableStream<Uint8Array> };
  }

  async stage(
    name: string,
    source: ByteSource,
    { maxBytes = Infinity }: { maxBytes?: number } = {},
  ): Promise<BlobInfo> {
    checkStagedName(name);
    return this.#spooled(
      (file) => spool(file, source, maxBytes),
      async (bytes, info) => {
        await this.discard(name);
        await this.#s3.put(pieceOf(name, 0), bytes, info.sha256);
        return info;
      },
    );
  }

  async append(
    name: string,
    source: ByteSource,
    { offset, maxBytes }: { readonly offset: number; readonly maxBytes: number },
  ): Promise<number> {
    const pieces = await this.#pieces(name);
    const received = sizeOf(pieces);
    if (received !== offset) throw otherOffset(offset, received);
    if (pieces.length >= MOST_PIECES) {
      throw new DomainError('LIMIT_EXCEEDED', `an upload comes in at most ${MOST_PIECES} pieces: send it anew`, {
        allowed: MOST_PIECES,
      });
    }
    let broken: { readonly error: unknown } | undefined;
    /** Ends where the source breaks off, so that what came is kept. */
    async function* asFarAsItGoes(): AsyncGenerator<Uint8Array> {
      try {
        yield* within(source, maxBytes - offset);
      } catch (error) {
        broken = { error };
      }
    }
    const now = await this.#spooled(
      (file) => spool(file, asFarAsItGoes(), Infinity),
      async (bytes, info) => {
        if (info.sizeBytes > 0) await this.#s3.put(pieceOf(name, offset), bytes, info.sha256);
        return offset + info.sizeBytes;
      },
    );
    if (broken) throw storageFailure(broken.error);
    return now;
  }

  async stagedBytes(name: string): Promise<number> {
    return sizeOf(await this.#pieces(name));
  }

  async commit(name: string, sha256: string): Promise<BlobInfo> {
    checkDigest(sha256);
    const pieces = await this.#pieces(name);
    const [only, ...others] = pieces;
    if (!only) throw nothingStaged(name);
    if (others.length > 0) return this.#join(pieces, sha256);
    const actual = (await this.#s3.head(only.key))?.get('x-amz-meta-sha256');
    if (actual !== sha256) throw otherDigest(sha256, actual ?? 'of no known bytes');
    await this.#s3.copy(only.key, keyOf(sha256));
    return { sha256, sizeBytes: only.sizeBytes };
  }

  /** Makes one blob of pieces, by way of a local file. */
  #join(pieces: readonly S3Object[], sha256: string): Promise<BlobInfo> {
    const client = this.#s3;
    async function* all(): AsyncGenerator<Uint8Array> {
      for (const { key } of pieces) {
        const answer = await client.get(key);
        if (!answer) throw new DomainError('CONFLICT', 'the upload was sent anew in this moment: claim it again');
        yield* bytesOf(answer);
      }
    }
    return this.#spooled(
      (file) => spool(file, all(), Infinity),
      async (bytes, info) => {
        if (info.sha256 !== sha256) throw otherDigest(sha256, info.sha256);
        await this.#s3.put(keyOf(sha256), bytes, sha256);
        return info;
      },
    );
  }

  async discard(name: string): Promise<void> {
    for (const { key } of await this.#pieces(name)) await this.#s3.delete(key);
  }

  async remove(sha256: string, { before }: { readonly before: Date }): Promise<boolean> {
    const headers = await this.#s3.head(keyOf(sha256));
    if (!headers) return true;
    // It has whole seconds.
    if (Date.parse(headers.get('last-modified') ?? '') + 1_000 >= before.getTime()) return false;
    await this.#s3.delete(keyOf(sha256));
    return true;
  }

  async removeOthers(needed: ReadonlySet<string>, olderThanMs: number): Promise<number> {
    let removed = 0;
    for await (const { key, modified } of this.#s3.all('blobs/')) {
      const sha256 = key.slice(key.lastIndexOf('/') + 1);
      if (!isDigest(sha256) || needed.has(sha256) || Date.now() - modified.getTime() <= olderThanMs) continue;
      await this.#s3.delete(key);
      removed += 1;
    }
    return removed;
  }

  /** By offset. */
  async #pieces(name: string): Promise<readonly S3Object[]> {
    checkStagedName(name);
    return this.#s3.list(`staged/${name}/`);
  }

  /** Writes a local file, uses its bytes and removes it. */
  async #spooled<T>(
    write: (file: FileHandle) => Promise<BlobInfo>,
    use: (bytes: Blob, info: BlobInfo) => Promise<T>,
  ): Promise<T> {
    const path = join(this.#folder, randomUUID());
    try {
      const file = await open(path, 'wx');
      const info = await closing(file, () => write(file));
      return await use(await openAsBlob(path), info);
    } catch (error) {
      throw storageFailure(error);
    } finally {
      await rm(path, { force: true });
    }
  }
}

function keyOf(sha256: string): string {
  checkDigest(sha256);
  return `blobs/${sha256.slice(0, 2)}/${sha256}`;
}

/** Keys sort as texts. */
const pieceOf = (name: string, offset: number): string => `staged/${name}/${String(offset).padStart(15, '0')}`;

const sizeOf = (pieces: readonly S3Object[]): number => pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** An empty object comes without a body. */
const bytesOf = ({ body }: Response): AsyncIterable<Uint8Array> => body ?? Readable.from([]);
