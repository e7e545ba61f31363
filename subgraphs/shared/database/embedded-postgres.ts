import { DomainError } from '../../../core/errors.ts';
import { ensureDataFolder } from './data-folder.ts';
import { DATABASE, ensureRoles } from './database-roles.ts';
import { claimOwner, releaseOwner } from './owner-file.ts';
import { findBinaries } from './postgres-binaries.ts';
import { openHome, unusable, type PostgresHome } from './postgres-home.ts';
import { openPasswords, type Account, type Passwords } from './postgres-passwords.ts';
import { readyPostmaster, runningPostmaster, startPostmaster, stopPostmaster, type Postmaster } from './postmaster.ts';

export interface EmbeddedPostgres {
  readonly port: number;
  readonly pid: number;
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
}

/**
 * Starts the Postgres that npm brought, with its data below `folder`, on a free loopback port.
 * Throws CONFLICT when another living process uses the folder, FAILED_PRECONDITION when the data can't be used.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const home = openHome(options.folder, options.elsewhere);
  await claim(home);
  let server: Postmaster | undefined;
  try {
    const passwords = openPasswords(home);
    const left = await readyPostmaster(home);
    const running = left ?? (await start(home, passwords, options.settings ?? []));
    server = running;
    const url = (account: Account, database: string = DATABASE): string =>
      `postgres://${account}:${passwords[account]}@127.0.0.1:${running.port}/${database}`;
    await ensureRoles(url('postgres', 'postgres'), passwords).catch((error: unknown) => {
      throw (error as { code?: string }).code === '28P01'
        ? unusable(home.dataDir, `the passwords in ${home.passwordsFile} are not those it was made with`)
        : error;
    });
    const stop = async (): Promise<void> => {
      await stopPostmaster(running);
      releaseOwner(home.ownerFile);
    };
    return { pid: running.pid, port: running.port, adopted: left !== undefined, url, stop };
  } catch (error) {
    if (server) await stopPostmaster(server);
    releaseOwner(home.ownerFile);
    throw error;
  }
}

async function start(home: PostgresHome, passwords: Passwords, settings: readonly string[]): Promise<Postmaster> {
  const { initdb, postgres } = await findBinaries(home);
  ensureDataFolder(home, initdb, passwords.postgres);
  return startPostmaster(home, postgres, settings);
}

async function claim(home: PostgresHome): Promise<void> {
  const owner = await claimOwner(home.ownerFile);
  if (owner === undefined) return;
  const port = runningPostmaster(home)?.port;
  const where = port === undefined ? 'it is still starting' : `Postgres at 127.0.0.1:${port}`;
  throw new DomainError('CONFLICT', `already running: process ${owner} holds ${home.dataDir} (${where})`, {
    pid: owner,
    ...(port !== undefined && { port }),
  });
}
