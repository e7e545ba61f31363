import { chmodSync, existsSync, mkdirSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { IN_MEMORY } from './leftovers.ts';

const ENOUGH_BYTES = 2 * 1024 ** 3;

/** A new folder in memory where there is room (a container may have little), so that tests don't wait for a disk. */
export function fastFolder(name: string): string {
  const roomy = existsSync(IN_MEMORY) && bytesFree(IN_MEMORY) > ENOUGH_BYTES;
  return mkdtempSync(join(roomy ? ofThisFile() : tmpdir(), `${name}-`));
}

/** The test file's folder in memory, named as the one in the temporary directory. */
function ofThisFile(): string {
  const run = join(IN_MEMORY, basename(dirname(tmpdir())));
  const folder = join(run, basename(tmpdir()));
  mkdirSync(folder, { recursive: true });
  chmodSync(run, 0o711);
  chmodSync(folder, 0o1777);
  return folder;
}

function bytesFree(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
