import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../../core/errors.ts';

/** Makes sure that one process alone writes to a folder. A lock whose holder is dead is taken over. */
export function lockFolder(folder: string): { release(): void } {
  const path = join(folder, 'lock');
  const own = `${process.pid} ${startOf(process.pid)}`;
  const holder = holderOf(path);
  if (holder !== null && holder !== own && isAlive(holder)) {
    throw new DomainError(
      'CONFLICT',
      `the edge of process ${holder.split(' ')[0]} works in ${folder}: stop it, or choose another folder`,
      { field: 'TIFFIN_EDGE_DATA_DIR' },
    );
  }
  writeFileSync(path, own, { mode: 0o600 });
  return { release: () => holderOf(path) === own && rmSync(path, { force: true }) };
}

function holderOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function isAlive(holder: string): boolean {
  const [pid = '', start = ''] = holder.split(' ');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return start === startOf(Number(pid));
}

/** Pids are used again; with the time at which it began, a process is known for certain. Empty where no one tells. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
