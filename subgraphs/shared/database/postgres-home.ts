import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { canReach, type Credentials } from './unprivileged-user.ts';

/** Where one embedded server keeps its things. */
export interface PostgresHome {
  /** Postgres's own folder. */
  readonly dataDir: string;
  /** A folder that the server's account can reach, for copies of the programs. */
  readonly base: string;
  readonly logFile: string;
  readonly ownerFile: string;
  readonly passwordsFile: string;
}

/**
 * `<folder>/postgres`, or below /var/lib/tiffin where a closed folder above keeps the server's account out
 * (a project in root's home).
 */
export function openHome(folder: string, user: Credentials | undefined): PostgresHome {
  const wanted = resolve(folder);
  mkdirSync(wanted, { recursive: true });
  if (user) chmodSync(wanted, 0o711);
  const base = user && !canReach(wanted, user) ? elsewhere(wanted) : wanted;
  return {
    dataDir: join(base, 'postgres'),
    base,
    logFile: join(base, 'postgres.log'),
    ownerFile: join(wanted, 'postgres.owner.json'),
    passwordsFile: join(wanted, 'postgres.passwords.json'),
  };
}

function elsewhere(wanted: string): string {
  const base = join('/var/lib/tiffin', createHash('sha256').update(wanted).digest('hex').slice(0, 16));
  mkdirSync(base, { recursive: true });
  chmodSync(dirname(base), 0o711);
  chmodSync(base, 0o711);
  return base;
}

export const ACCOUNTS = ['postgres', 'tiffin_owner', 'tiffin_app', 'tiffin_reader', 'tiffin_backup'] as const;
export type Account = (typeof ACCOUNTS)[number];
export type Passwords = Readonly<Record<Account, string>>;

/** One random password per account, kept outside the data folder, readable by this user alone. */
export function openPasswords({ passwordsFile }: PostgresHome): Passwords {
  if (!existsSync(passwordsFile)) {
    const passwords = Object.fromEntries(ACCOUNTS.map((account) => [account, randomBytes(24).toString('base64url')]));
    writeFileSync(passwordsFile, JSON.stringify(passwords), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(passwordsFile, 'utf8')) as Passwords;
}
