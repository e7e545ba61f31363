import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageFailure } from './blob/storage-failure.ts';

/**
 * Writes a whole file or nothing: beside its place, synced, renamed. Whoever reads sees the old or the new one, also
 * after a crash. Throws STORAGE_FULL where there is no room; the old file stays.
 */
export async function writeFileAtomically(path: string, content: string, mode = 0o644): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(partial, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw storageFailure(error);
  }
}
