import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { unusable, type PostgresHome } from './home.ts';

export const ACCOUNTS = ['postgres', 'tiffin_owner', 'tiffin_app', 'tiffin_reader', 'tiffin_backup'] as const;
export type Account = (typeof ACCOUNTS)[number];
const Passwords = z.record(z.enum(ACCOUNTS), z.string());
export type Passwords = Readonly<Record<Account, string>>;

/** One random password per account, kept outside the data folder, readable by this user alone. */
export function openPasswords({ passwordsFile, dataDir }: PostgresHome): Passwords {
  if (!existsSync(passwordsFile)) {
    if (existsSync(join(dataDir, 'PG_VERSION'))) throw unusable(dataDir, `its passwords, ${passwordsFile}, are gone`);
    const passwords = Object.fromEntries(ACCOUNTS.map((account) => [account, randomBytes(24).toString('base64url')]));
    writeFileSync(`${passwordsFile}.new`, JSON.stringify(passwords), { mode: 0o600 });
    renameSync(`${passwordsFile}.new`, passwordsFile);
  }
  try {
    return Passwords.parse(JSON.parse(readFileSync(passwordsFile, 'utf8')));
  } catch {
    throw unusable(dataDir, `its passwords, ${passwordsFile}, can't be read`);
  }
}
