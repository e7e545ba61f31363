import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** A new folder in memory where there is room (a container may have little), so that tests don't wait for a disk. */
export function fastFolder(prefix: string): string {
  const roomy = existsSync(IN_MEMORY) && bytesFree(IN_MEMORY) > ENOUGH_BYTES;
  return mkdtempSync(join(roomy ? IN_MEMORY : tmpdir(), prefix));
}

function bytesFree(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
