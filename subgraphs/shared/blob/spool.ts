import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { DomainError } from '../../../core/errors.ts';
import type { BlobInfo, ByteSource } from './blob-store.ts';

/** Writes a source to a file to its end, and syncs it. Throws TOO_LARGE past `maxBytes`. */
export async function spool(file: FileHandle, source: ByteSource, maxBytes: number): Promise<BlobInfo> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of source) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  await file.sync();
  return { sha256: hash.digest('hex'), sizeBytes };
}

const tooLarge = (maxBytes: number): DomainError =>
  new DomainError('TOO_LARGE', `more than the ${maxBytes} bytes that were announced or are allowed`, { maxBytes });

export async function closing<T>(file: FileHandle, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    await file.close();
  }
}

/** A source up to `maxBytes`, of which nothing is passed on beyond them. Throws TOO_LARGE there. */
export async function* within(source: ByteSource, maxBytes: number): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of source) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}
