import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../../core/errors.ts';
import { processInfo } from '../process/process-info.ts';
import type { PostgresHome } from './postgres-home.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * The server that already runs on this data folder, if any. A pid file that a dead or zombie server left is removed.
 * Throws CONFLICT when the process that started the server still lives: two installs must not share one.
 */
export function adoptable(home: PostgresHome): Postmaster | undefined {
  const pidFile = join(home.dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const [pid = NaN, , , port = NaN] = readFileSync(pidFile, 'utf8').split('\n').map(Number);
  const server = processInfo(pid);
  // A reused pid belongs to something else, whose command line does not name our folder.
  if (!server?.command.includes(home.dataDir)) {
    rmSync(pidFile, { force: true });
    return undefined;
  }
  const owner = livingOwner(home.ownerFile);
  if (owner !== undefined) {
    throw new DomainError(
      'CONFLICT',
      `already running: process ${owner} holds ${home.dataDir} (Postgres at 127.0.0.1:${port})`,
      {
        pid: owner,
        port,
      },
    );
  }
  return { pid, port };
}

/** Remembers that this process started, or adopted, the server. */
export function claim({ ownerFile }: PostgresHome): void {
  writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, startedAt: processInfo(process.pid)?.startedAt }));
}

function livingOwner(ownerFile: string): number | undefined {
  if (!existsSync(ownerFile)) return undefined;
  const { pid, startedAt } = JSON.parse(readFileSync(ownerFile, 'utf8')) as { pid: number; startedAt: string };
  return pid !== process.pid && processInfo(pid)?.startedAt === startedAt ? pid : undefined;
}
