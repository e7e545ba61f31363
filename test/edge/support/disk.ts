import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  remove(): void;
}

/** A disk of a few hundred KiB, or null with one line where none can be mounted. */
export function smallDisk(kibibytes: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder]);
  const remove = (): void => {
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  if (status === 0) return { folder, remove };
  rmSync(folder, { recursive: true, force: true });
  if (process.env['TIFFIN_REQUIRE']?.split(',').includes('tmpfs')) throw new Error('a tmpfs is required');
  console.info('skipped: a full disk needs a tmpfs, which only root can mount');
  return null;
}
