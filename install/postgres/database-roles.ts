import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { ACCOUNTS, type Account, type Passwords } from './passwords.ts';

/** The name of the install's database. */
export const DATABASE = 'tiffin';

const RIGHTS: Partial<Record<Account, string>> = { tiffin_owner: 'createdb' };

/**
 * Makes the four roles and the database, each if it is missing: owner (migrations), app (reads and writes rows), reader
 * (reads), backup (reads everything). None is a superuser: a superuser would ignore every REVOKE. Passwords become
 * those of the file.
 */
export async function ensureRoles(adminUrl: string, passwords: Passwords): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  try {
    await client.connect();
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles');
    const there = new Set(rows.map(({ rolname }) => rolname));
    // One statement after the other in one string is one transaction, and so one wait for the disk.
    await client.query(
      [
        ...ACCOUNTS.filter((account) => account !== 'postgres').map(
          (account) =>
            `${there.has(account) ? 'alter' : 'create'} role ${escapeIdentifier(account)} login ${RIGHTS[account] ?? ''}
             password ${escapeLiteral(passwords[account])}`,
        ),
        'grant pg_read_all_data to tiffin_backup',
      ].join(';'),
    );
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE} owner tiffin_owner`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
