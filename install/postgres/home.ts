import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import { canReach, unprivilegedUser, type Credentials } from './unprivileged-user.ts';

/** Where one embedded server keeps its things, and the account that runs it if not our own. */
export interface PostgresHome {
  /** Postgres's own folder. */
  readonly dataDir: string;
  /** A folder that the server's account can reach, for copies of the programs. */
  readonly base: string;
  readonly logFile: string;
  readonly ownerFile: string;
  readonly passwordsFile: string;
  readonly user: Credentials | undefined;
}

/** Where root keeps data that must be reachable by others although the project is not. */
const ELSEWHERE = '/var/lib/tiffin';

/**
 * `<folder>/postgres`, or below /var/lib/tiffin where a closed folder above keeps the server's account out
 * (a project in root's home). The place is written down, so that the folder can be moved.
 */
export function openHome(folder: string, elsewhere: string = ELSEWHERE): PostgresHome {
  const wanted = resolve(folder);
  mkdirSync(wanted, { recursive: true });
  const placeFile = join(wanted, 'postgres.location');
  const written = existsSync(placeFile) ? readFileSync(placeFile, 'utf8').trim() : undefined;
  const user = unprivilegedUser(join(written ?? wanted, 'postgres'));
  if (user) chmodSync(wanted, 0o711);
  const base = written ?? (user && !canReach(wanted, user) ? moveOut(wanted, placeFile, elsewhere) : wanted);
  const dataDir = join(base, 'postgres');
  if (existsSync(dataDir)) refuseForeign(dataDir, user);
  return {
    dataDir,
    base,
    logFile: join(base, 'postgres.log'),
    ownerFile: join(wanted, 'postgres.owner.json'),
    passwordsFile: join(wanted, 'postgres.passwords.json'),
    user,
  };
}

function moveOut(wanted: string, placeFile: string, elsewhere: string): string {
  if (existsSync(join(wanted, 'postgres', 'PG_VERSION'))) {
    throw unusable(join(wanted, 'postgres'), 'a folder above it is closed to the account that runs Postgres');
  }
  const base = join(elsewhere, createHash('sha256').update(wanted).digest('hex').slice(0, 16));
  mkdirSync(base, { recursive: true });
  chmodSync(dirname(base), 0o711);
  chmodSync(base, 0o711);
  writeFileSync(placeFile, base);
  return base;
}

function refuseForeign(dataDir: string, user: Credentials | undefined): void {
  if (user && statSync(dataDir).uid !== user.uid && existsSync(join(dataDir, 'PG_VERSION'))) {
    throw unusable(
      dataDir,
      `it belongs to root, whom Postgres refuses: give it away (chown -R ${user.uid} ${dataDir})`,
    );
  }
  try {
    accessSync(dataDir, constants.R_OK | constants.X_OK);
  } catch {
    throw unusable(dataDir, 'it belongs to another account: start as that one, or give the folder to this one (chown)');
  }
}

export const diskFull = (dataDir: string): DomainError =>
  new DomainError(
    'STORAGE_FULL',
    `the disk of ${dataDir} is full: free some space and start again. Nothing was deleted`,
  );

export const unusable = (dataDir: string, why: string, logFile?: string): DomainError =>
  new DomainError(
    'FAILED_PRECONDITION',
    `Postgres can't use ${dataDir}: ${why}. Nothing was deleted: restore the folder, or move it away to begin anew` +
      (logFile === undefined ? '' : `; the log is ${logFile}`),
  );
