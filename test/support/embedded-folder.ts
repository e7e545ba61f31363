import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import { runningPostmaster } from '../../install/postgres/postmaster.ts';
import { processInfo } from '../../install/process/process-info.ts';
import { startChild, type Child } from './child.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const isRoot = process.getuid?.() === 0;

/** A fresh folder; when the test ends, the server in it is killed and everything removed. */
export function emptyFolder(): string {
  const folder = temporaryFolder('embedded');
  chmodSync(folder, 0o711);
  onTestFinished(async () => {
    const left = runningPostmaster(join(folder, 'postgres'));
    // At once, but so that it takes its shared memory with it.
    if (left) await killAndWait(left.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return folder;
}

let seed: string | undefined;

/** A folder with data that a first start made and a stop left whole: a copy, since initdb takes a second. */
export async function usedFolder(): Promise<string> {
  if (seed === undefined) {
    seed = temporaryFolder('seed');
    const server = await startEmbeddedPostgres({ folder: seed });
    await server.stop();
  }
  const folder = emptyFolder();
  spawnSync('cp', ['-a', `${seed}/.`, folder]);
  return folder;
}

/** Started in this process; stopped with the test at the latest. */
export async function startIn(
  folder: string,
  options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder, ...options });
  onTestFinished(() => server.stop());
  return server;
}

/** Started by a process of its own, which ends with the test at the latest. */
export function startInChild(folder: string, uid?: number, packageFolder?: string): Child {
  const child = startChild('start-postgres.ts', [folder, String(uid ?? ''), ...(packageFolder ? [packageFolder] : [])]);
  onTestFinished(() => child.kill());
  return child;
}

/** Tells a child's server, and then the child, to end in good order. */
export async function stopChild(child: Child): Promise<void> {
  const closed = once(child.process, 'close');
  child.process.stdin?.write('\n');
  await closed;
}

export async function query(url: string, sql: string): Promise<Record<string, any>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export async function killAndWait(pid: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (processInfo(pid)) process.kill(pid, signal);
  while (processInfo(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

export const pidFileOf = (folder: string): string => join(folder, 'postgres', 'postmaster.pid');

/** The first process whose command line has this text. */
export function processWith(text: string): number | undefined {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.find((pid) => processInfo(pid)?.command.includes(text));
}
