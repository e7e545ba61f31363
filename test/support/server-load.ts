import { readdirSync, readFileSync } from 'node:fs';

/** Memory of a process of its own, in MB; 0 where it cannot be seen. */
function ownMb(pid: number | string): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

/** Fields of a process from its state on, as proc(5) numbers them from 3; none where it cannot be seen. */
function statOf(pid: number | string): number[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number);
  } catch {
    return [];
  }
}

const processesOf = (server: number): string[] =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && statOf(pid)[1] === server);

/** What the server's processes, living and ended, and this one have computed so far. */
export function cpuSeconds(server: number): number {
  const ticks = (pid: number | string, from: number): number => {
    const [user = 0, system = 0] = statOf(pid).slice(from, from + 2);
    return user + system;
  };
  const { user, system } = process.cpuUsage();
  return (
    processesOf(server).reduce((sum, pid) => sum + ticks(pid, 11), ticks(server, 13)) / 100 + (user + system) / 1e6
  );
}

/** The process of which another is one, as the server of a connection; 0 where it cannot be seen. */
export const parentOf = (pid: number): number => statOf(pid)[1] ?? 0;

/** Memory of the server's processes and of this one, in MB. */
export const memoryMb = (server: number): number =>
  processesOf(server).reduce((sum, pid) => sum + ownMb(pid), ownMb(process.pid));
