import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { ACCOUNTS, type Passwords } from './postgres-passwords.ts';

/** The name of the install's database. */
export const DATABASE = 'tiffin';

/**
 * Makes the four roles and the database, each only if it is missing: owner (migrations), app (reads and writes rows),
 * reader (reads), backup (reads everything). None is a superuser: a superuser would ignore every REVOKE.
 */
export async function ensureRoles(adminUrl: string, passwords: Passwords): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles');
    const there = new Set(rows.map(({ rolname }) => rolname));
    for (const account of ACCOUNTS) {
      if (there.has(account)) continue;
      const extra = account === 'tiffin_owner' ? 'createdb' : '';
      await client.query(
        `create role ${escapeIdentifier(account)} login ${extra} password ${escapeLiteral(passwords[account])}`,
      );
    }
    await client.query('grant pg_read_all_data to tiffin_backup');
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE} owner tiffin_owner`);
  } finally {
    await client.end();
  }
}
