import { spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processInfo } from '../process/process-info.ts';
import { diskFull, unusable, type PostgresHome } from './home.ts';
import { isAlive, placeArguments, readPidFile, stopPostmaster, type Postmaster } from './postmaster.ts';
import { serverEnvironment } from './server-environment.ts';

const SETTINGS = ['unix_socket_directories=', 'max_connections=200'];
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
/** Replaying a long log after a crash takes its time. */
const START_LIMIT_MS = 5 * 60_000;
const ATTEMPTS = 20;
const NO_ROOM = /No space left on device|Disk quota exceeded/;
/** What is over by itself: a port taken in between, sessions of a killed server that have not noticed yet. */
const PASSING = /could not bind|could not create any TCP|pre-existing shared memory/;

export interface ServerOptions {
  /** Server settings, `name=value`. */
  readonly settings: readonly string[];
  readonly choosePort: () => Promise<number>;
  /** Gives up: what has been started is stopped. */
  readonly signal?: AbortSignal | undefined;
}

/** Starts the server and waits until it takes connections; on another port when somebody takes the first in between. */
export async function startServer(home: PostgresHome, postgres: string, options: ServerOptions): Promise<Postmaster> {
  removeUnreadablePidFile(home);
  for (let attempt = 1; ; attempt++) {
    const port = await options.choosePort();
    const logFrom = openLog(home);
    const server = spawnDetached(home, postgres, ['-p', String(port), ...asArguments(options.settings)]);
    if (server && (await becomesReady(server, home, options.signal))) return { ...server, port };
    const said = existsSync(home.logFile) ? readFileSync(home.logFile).subarray(logFrom).toString('utf8') : '';
    if (NO_ROOM.test(said)) throw diskFull(home.dataDir);
    if (attempt >= ATTEMPTS || !PASSING.test(said)) throw unusable(home.dataDir, causeIn(said), home.logFile);
    await sleep(500, undefined, { signal: options.signal });
  }
}

/**
 * Until the server itself says so: whoever answers at its port might be another. False when it ends before; one that
 * is never ready is stopped, with a throw.
 */
export async function becomesReady(
  server: Omit<Postmaster, 'port'>,
  home: PostgresHome,
  signal?: AbortSignal,
): Promise<boolean> {
  for (const deadline = Date.now() + START_LIMIT_MS; Date.now() < deadline; await sleep(10)) {
    if (signal?.aborted === true) break;
    const file = readPidFile(home.dataDir);
    if (file?.pid === server.pid && file.ready) return true;
    if (!isAlive(server)) return false;
  }
  await stopPostmaster(server);
  throw unusable(home.dataDir, 'the server was not ready in time', home.logFile);
}

/**
 * A server that was killed, or found the disk full, while it wrote the file: Postgres would refuse it for ever.
 * Any other file stays, however dead its server: by it Postgres sees whether sessions outlive that server, and two
 * servers' sessions on one folder destroy it.
 */
function removeUnreadablePidFile({ dataDir }: PostgresHome): void {
  if (!readPidFile(dataDir)) rmSync(join(dataDir, 'postmaster.pid'), { force: true });
}

const asArguments = (settings: readonly string[]): string[] => settings.flatMap((setting) => ['-c', setting]);

function spawnDetached(
  home: PostgresHome,
  postgres: string,
  more: readonly string[],
): Omit<Postmaster, 'port'> | undefined {
  const { dataDir, logFile, user } = home;
  const log = openSync(logFile, 'a', 0o600);
  if (user) chownSync(logFile, user.uid, user.gid);
  // Detached: Ctrl-C must reach us first, so that everything that uses the database ends before it does.
  const child = spawn(postgres, [...placeArguments(dataDir), ...asArguments(SETTINGS), ...more], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    ...serverEnvironment(readPidFile(dataDir)?.pid),
    ...user,
  });
  closeSync(log);
  child.on('error', () => undefined); // seen as a process that is not there
  child.unref();
  const info = child.pid === undefined ? undefined : processInfo(child.pid);
  return child.pid === undefined || info === undefined ? undefined : { pid: child.pid, startedAt: info.startedAt };
}

function openLog({ logFile }: PostgresHome): number {
  if (!existsSync(logFile)) return 0;
  const { size } = statSync(logFile);
  if (size < LOG_LIMIT_BYTES) return size;
  renameSync(logFile, `${logFile}.old`);
  return 0;
}

function causeIn(log: string): string {
  const lines = log.trim().split('\n');
  const causes = lines.filter((line) => /FATAL|PANIC|HINT/.test(line));
  return `the server ended: ${(causes.length > 0 ? causes : lines).slice(-3).join(' | ') || 'it said nothing'}`;
}
