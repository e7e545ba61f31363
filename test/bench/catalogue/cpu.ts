import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client } from 'pg';

/** CPU time in ms of this thread and of all backends of Postgres; the latter 0 where the platform does not tell. */
export interface CpuTimes {
  readonly here: number;
  readonly postgres: number;
}

const MS_A_TICK = 10;

/** What each backend had used when it was last seen: they come and go with the pools. */
const backends = new Map<number, number>();

export async function cpuTimes(client: Client): Promise<CpuTimes> {
  const { user, system } = process.threadCpuUsage();
  const { rows } = await client.query<{ pid: number }>(
    'select pid from pg_stat_activity where pid <> pg_backend_pid()',
  );
  for (const { pid } of rows) backends.set(pid, ticksOf(pid) ?? 0);
  const ticks = [...backends.values()].reduce((sum, one) => sum + one, 0);
  return { here: (user + system) / 1_000, postgres: ticks * MS_A_TICK };
}

function ticksOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return null;
  }
}

/** How many times longer a fixed piece of work takes than its CPU time: 1 on a machine that has nothing else to do. */
export function slowdown(): number {
  const from = performance.now();
  const { user, system } = process.cpuUsage();
  createHash('sha256').update(Buffer.alloc(2e8)).digest();
  const used = process.cpuUsage({ user, system });
  return ((performance.now() - from) * 1_000) / (used.user + used.system);
}
