import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../../core/errors.ts';

/** Makes sure that one process alone writes to a folder. A lock whose holder is dead is taken over. */
export function lockFolder(folder: string): { release(): void } {
  const path = join(folder, 'lock');
  const own = `${process.pid} ${startOf(process.pid) ?? ''}`;
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

/** A process that was killed and that its parent has not collected is dead, though its pid is still taken. */
function isAlive(holder: string): boolean {
  const [pid = '', ...start] = holder.split(' ');
  const now = startOf(Number(pid));
  return now !== undefined && now === start.join(' ');
}

/**
 * When a process began, by which it is known for certain: pids are used again. Undefined for one that is dead, also where
 * its parent has not collected it (state Z).
 */
function startOf(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid < 1) return undefined;
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(state) ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): string | undefined {
  const { stdout, status } = spawnSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
  });
  // No such program here: then a pid that is taken has to do.
  if (status === null) return isRunning(pid) ? '' : undefined;
  const [state = 'Z', ...start] = stdout.trim().split(/\s+/);
  return status !== 0 || state.startsWith('Z') ? undefined : start.join(' ');
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
