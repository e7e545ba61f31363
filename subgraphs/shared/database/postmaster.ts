import { spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processInfo } from '../process/process-info.ts';
import { unusable, type PostgresHome } from './postgres-home.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

interface Readiness {
  readonly ready: boolean;
}

const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
/** Replaying a long log after a crash takes its time. */
const START_LIMIT_MS = 5 * 60_000;
const STOP_LIMIT_MS = 15_000;
/** What is over by itself: a port taken in between, sessions of a killed server that have not noticed yet. */
const PASSING = /could not bind|could not create any TCP|pre-existing shared memory/;

/** The server that already runs on this data folder. A pid file that a dead or zombie server left is removed. */
export function runningPostmaster({ dataDir }: PostgresHome): (Postmaster & Readiness) | undefined {
  const found = readPidFile(dataDir);
  if (!found) return undefined;
  // A reused pid belongs to something else, whose command line does not name our folder.
  if (processInfo(found.pid)?.command.includes(dataDir)) return found;
  rmSync(join(dataDir, 'postmaster.pid'), { force: true });
  return undefined;
}

/** The running server once it takes connections; undefined when there is none, or when it was about to stop. */
export async function readyPostmaster(home: PostgresHome): Promise<Postmaster | undefined> {
  for (let waitedMs = 0; waitedMs < START_LIMIT_MS; waitedMs += 10) {
    const found = runningPostmaster(home);
    if (!found || found.ready) return found;
    await sleep(10);
  }
  throw unusable(home.dataDir, 'the server that runs on it was not ready in time', home.logFile);
}

/** Starts the server on a free loopback port and waits until it takes connections. */
export async function startPostmaster(
  home: PostgresHome,
  postgres: string,
  extra: readonly string[],
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const logFrom = openLog(home);
    const pid = spawnDetached(home, postgres, ['-p', String(port), ...extra.flatMap((set) => ['-c', set])]);
    const deadline = Date.now() + START_LIMIT_MS;
    while (isAlive(pid)) {
      const found = readPidFile(home.dataDir);
      if (found?.pid === pid && found.ready) return { pid, port };
      if (Date.now() > deadline) {
        await stopPostmaster({ pid, port });
        throw unusable(home.dataDir, 'the server was not ready in time', home.logFile);
      }
      await sleep(10);
    }
    const said = existsSync(home.logFile) ? readFileSync(home.logFile, 'utf8').slice(logFrom) : '';
    if (attempt >= 20 || !PASSING.test(said)) throw unusable(home.dataDir, causeIn(said), home.logFile);
    await sleep(500);
  }
}

/** Ends sessions, writes everything down, stops; a server that hangs is cut off and replays its log next time. */
export async function stopPostmaster({ pid }: Postmaster): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!processInfo(pid)) return;
    process.kill(pid, signal);
    for (let waitedMs = 0; processInfo(pid) && waitedMs < STOP_LIMIT_MS; waitedMs += 10) await sleep(10);
  }
}

const isAlive = (pid: number | undefined): pid is number => pid !== undefined && processInfo(pid) !== undefined;

function spawnDetached(home: PostgresHome, postgres: string, options: readonly string[]): number | undefined {
  const log = openSync(home.logFile, 'a', 0o600);
  if (home.user) chownSync(home.logFile, home.user.uid, home.user.gid);
  // Detached: Ctrl-C must reach us first, so that everything that uses the database ends before it does.
  const child = spawn(postgres, ['-D', home.dataDir, ...SETTINGS.flatMap((set) => ['-c', set]), ...options], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    ...home.user,
  });
  closeSync(log);
  child.on('error', () => undefined); // seen as a process that is not there
  child.unref();
  return child.pid;
}

function openLog({ logFile }: PostgresHome): number {
  if (!existsSync(logFile)) return 0;
  const { size } = statSync(logFile);
  if (size < LOG_LIMIT_BYTES) return size;
  renameSync(logFile, `${logFile}.old`);
  return 0;
}

function readPidFile(dataDir: string): (Postmaster & Readiness) | undefined {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

function causeIn(log: string): string {
  const lines = log.trim().split('\n');
  const told = lines.filter((line) => /FATAL|PANIC|HINT/.test(line));
  return `the server ended: ${(told.length > 0 ? told : lines).slice(-3).join(' | ') || 'it said nothing'}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
