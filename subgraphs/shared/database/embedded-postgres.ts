import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { DomainError } from '../../../core/errors.ts';
import { processInfo } from '../process/process-info.ts';
import { ensureRoles } from './database-roles.ts';
import { findBinaries } from './postgres-binaries.ts';
import { openHome, openPasswords, type Account, type PostgresHome } from './postgres-home.ts';
import { adoptable, claim, type Postmaster } from './postmaster.ts';
import { unprivilegedUser, type Credentials } from './unprivileged-user.ts';

const MAJOR = '18';

export interface EmbeddedPostgres {
  readonly port: number;
  /** Whether a server that a killed process left behind was taken over. */
  readonly adopted: boolean;
  /** Connection URL of an account, for the install's database or another one. */
  url(account: Account, database?: string): string;
  /** Ends connections and stops the server. */
  stop(): Promise<void>;
}

/**
 * Starts the Postgres that npm brought, with its data below `folder`, on a free loopback port.
 * Throws CONFLICT when another living process uses the folder, FAILED_PRECONDITION when the data can't be used.
 */
export async function startEmbeddedPostgres({ folder }: { folder: string }): Promise<EmbeddedPostgres> {
  const user = unprivilegedUser();
  const home = openHome(folder, user);
  const passwords = openPasswords(home);
  const running = adoptable(home);
  const server = running ?? (await start(home, passwords.postgres, user));
  claim(home);
  const url = (account: Account, database = 'tiffin'): string =>
    `postgres://${account}:${passwords[account]}@127.0.0.1:${server.port}/${database}`;
  await untilReady(url('postgres', 'postgres'), server, home);
  await ensureRoles(url('postgres', 'postgres'), passwords);
  return { port: server.port, adopted: running !== undefined, url, stop: () => stop(server, home) };
}

async function start(home: PostgresHome, password: string, user: Credentials | undefined): Promise<Postmaster> {
  const binaries = await findBinaries(home.base, user);
  if (!existsSync(join(home.dataDir, 'PG_VERSION'))) initialise(binaries.initdb, home, password, user);
  const version = readFileSync(join(home.dataDir, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR) {
    throw unusable(home, `it was made by Postgres ${version}, and this is ${MAJOR}`);
  }
  const port = await freePort();
  const log = openSync(home.logFile, 'a', 0o600);
  if (user) chownSync(home.logFile, user.uid, user.gid);
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'log_min_messages=warning',
  ];
  // Detached: Ctrl-C must reach us first, so that everything that uses the database ends before it does.
  const child = spawn(
    binaries.postgres,
    ['-D', home.dataDir, '-p', String(port), ...settings.flatMap((set) => ['-c', set])],
    {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      ...user,
    },
  );
  closeSync(log);
  if (child.pid === undefined) throw unusable(home, 'the server could not be started');
  child.unref();
  return { pid: child.pid, port };
}

/** Into a folder beside, renamed when it is whole: a first start that is killed half-way leaves nothing to trip over. */
function initialise(initdb: string, home: PostgresHome, password: string, user: Credentials | undefined): void {
  if (existsSync(home.dataDir) && readdirSync(home.dataDir).length > 0) {
    throw unusable(home, 'it has files but no PG_VERSION, so it is not a data folder of Postgres');
  }
  const half = `${home.dataDir}.new`;
  const passwordFile = join(home.base, 'postgres.first-password');
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) {
    chownSync(half, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  const made = spawnSync(
    initdb,
    [
      '-D',
      half,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ],
    { cwd: '/', encoding: 'utf8', ...user },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    throw unusable(
      home,
      `it could not be made: ${(made.stderr || made.error?.message || '').trim().split('\n').at(-1)}`,
    );
  }
  rmSync(home.dataDir, { recursive: true, force: true });
  renameSync(half, home.dataDir);
}

async function untilReady(url: string, { pid }: Postmaster, home: PostgresHome): Promise<void> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 25) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch (error) {
      if ((error as { code?: string }).code === '28P01') {
        throw unusable(home, `the passwords in ${home.passwordsFile} are not those it was made with`);
      }
      if (!processInfo(pid)) throw unusable(home, `the server ended: ${lastLines(home.logFile)}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  throw unusable(home, `the server did not answer within a minute: ${lastLines(home.logFile)}`);
}

async function stop({ pid }: Postmaster, home: PostgresHome): Promise<void> {
  if (processInfo(pid)) process.kill(pid, 'SIGINT'); // "fast": ends sessions, then stops cleanly
  for (let waitedMs = 0; processInfo(pid) && waitedMs < 15_000; waitedMs += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  rmSync(home.ownerFile, { force: true });
}

const unusable = (home: PostgresHome, why: string): DomainError =>
  new DomainError(
    'FAILED_PRECONDITION',
    `Postgres can't use ${home.dataDir}: ${why}. Nothing was deleted: move the folder away to begin anew, or restore it; its log is ${home.logFile}`,
  );

const lastLines = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ') : 'it left no log';

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
