import { DomainError } from '../../core/errors.ts';
import { adoptServer } from './adoption.ts';
import { bringToDisk, hasData, makeData } from './data-folder.ts';
import { DATABASE, ensureRoles } from './database-roles.ts';
import { freePort } from './free-port.ts';
import { KeptServer } from './kept-server.ts';
import { claimOwner, releaseOwner } from './owner-file.ts';
import { findBinaries, packageOfPlatform } from './binaries.ts';
import { diskFull, openHome, unusable, type PostgresHome } from './home.ts';
import { openPasswords, type Account, type Passwords } from './passwords.ts';
import { storageErrorOf } from '../../subgraphs/shared/database/storage-error.ts';
import { startServer } from './server.ts';
import { runningPostmaster, stopPostmaster, type Postmaster } from './postmaster.ts';

export interface EmbeddedPostgres {
  readonly port: number;
  /** Changes when the server had to be started again. */
  readonly pid: number;
  readonly dataDir: string;
  /** Whether a server that a killed process left behind was taken over. */
  readonly adopted: boolean;
  /** Connection URL of an account, for the install's database or another one. */
  url(account: Account, database?: string): string;
  /** Ends connections and stops the server. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly folder: string;
  /** Server settings, `name=value`. */
  readonly settings?: readonly string[];
  /** Where root's server keeps its data when the folder can't be reached by the account that runs it. */
  readonly elsewhere?: string;
  /** Of the npm package with the programs; by default the installed one of this platform. */
  readonly packageFolder?: string;
  readonly choosePort?: () => Promise<number>;
}

/**
 * Starts the Postgres that npm brought, with its data below `folder`, on a free loopback port, and starts it again if it
 * ends by itself.
 * Throws CONFLICT when another living process uses the folder, FAILED_PRECONDITION when the data can't be used.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { folder, elsewhere, settings = [], packageFolder = packageOfPlatform(), choosePort = freePort } = options;
  const home = await openAndClaim(folder, elsewhere);
  let server: Postmaster | undefined;
  let onDisk: Promise<void> | undefined;
  try {
    const there = hasData(home);
    const passwords = openPasswords(home);
    const urlAt = (port: number, account: Account = 'postgres', database: string = 'postgres'): string =>
      `postgres://${account}:${passwords[account]}@127.0.0.1:${port}/${database}`;
    const left = await adoptServer(home, urlAt);
    server = left;
    if (!server) {
      const { initdb, postgres } = findBinaries(packageFolder, home);
      if (!there) await makeData(home, initdb, passwords.postgres);
      server = await startServer(home, postgres, { settings, choosePort });
      if (!there) onDisk = bringToDisk(home, initdb);
    }
    const { port } = server;
    await openRoles(urlAt(port), passwords, home);
    const kept = new KeptServer(server, (signal) =>
      startServer(home, findBinaries(packageFolder, home).postgres, { settings, choosePort: async () => port, signal }),
    );
    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await onDisk;
      await kept.stop();
      releaseOwner(home.ownerFile);
    };
    return {
      get pid() {
        return kept.pid;
      },
      port,
      dataDir: home.dataDir,
      adopted: left !== undefined,
      url: (account, database = DATABASE) => urlAt(port, account, database),
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    if (server) await stopPostmaster(server);
    releaseOwner(home.ownerFile);
    throw error;
  }
}

async function openRoles(adminUrl: string, passwords: Passwords, home: PostgresHome): Promise<void> {
  try {
    await ensureRoles(adminUrl, passwords);
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') {
      throw unusable(home.dataDir, `the passwords in ${home.passwordsFile} are not those it was made with`);
    }
    throw storageErrorOf(error)?.code === 'STORAGE_FULL' ? diskFull(home.dataDir) : error;
  }
}

const NOT_OURS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

async function openAndClaim(folder: string, elsewhere: string | undefined): Promise<PostgresHome> {
  try {
    const home = openHome(folder, elsewhere);
    await claim(home);
    return home;
  } catch (error) {
    if (!NOT_OURS.has(String((error as NodeJS.ErrnoException).code))) throw error;
    throw new DomainError('FAILED_PRECONDITION', `the data folder ${folder} can't be written: ${String(error)}`);
  }
}

async function claim(home: PostgresHome): Promise<void> {
  const owner = await claimOwner(home.ownerFile);
  if (owner === undefined) return;
  const port = runningPostmaster(home.dataDir)?.port;
  const where = port === undefined ? 'it is still starting' : `Postgres at 127.0.0.1:${port}`;
  throw new DomainError('CONFLICT', `already running: process ${owner} holds ${home.dataDir} (${where})`, {
    pid: owner,
    ...(port !== undefined && { port }),
  });
}
