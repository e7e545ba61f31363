import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What tells one process from another that later gets the same pid. */
export interface ProcessInfo {
  readonly command: string;
  /** Opaque; equal for the same process only. */
  readonly startedAt: string;
}

/** The living process with this pid; undefined for none, and for a zombie, which serves nobody. */
export function processInfo(pid: number): ProcessInfo | undefined {
  if (!Number.isInteger(pid) || pid < 1) return undefined;
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessInfo | undefined {
  try {
    // After the name in parentheses, which may hold anything: field 3 is the state, field 22 the start time.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [state, startedAt] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || startedAt === undefined) return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // Counted from boot: after another boot the same pid may have the same number.
    return { command, startedAt: `${startedAt}@${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}` };
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): ProcessInfo | undefined {
  const { stdout, status } = spawnSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-o', 'args=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
  });
  const found = /^(\S+)\s+(\S+\s+\S+\s+\d+\s+\S+\s+\d+)\s+(.*)$/m.exec(stdout ?? '');
  if (status !== 0 || !found || found[1]?.startsWith('Z')) return undefined;
  return { command: found[3] ?? '', startedAt: found[2] ?? '' };
}
