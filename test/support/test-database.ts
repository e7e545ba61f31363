import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { atEnd } from './at-end.ts';

export interface TestDatabase {
  readonly name: string;
  /** As the owner of the tables, for migrations. */
  readonly ownerUrl: string;
  /** As the app runs. */
  readonly appUrl: string;
}

/** A copy of the migrated template (about 50 ms), dropped when the test or the test file ends; `empty` gives one without schemas. */
export async function createTestDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  const { adminUrl, ownerUrl, appUrl } = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(
    adminUrl,
    `create database ${name} ${empty ? '' : 'template template'} owner tiffin_owner strategy file_copy`,
  );
  atEnd(() => asAdmin(adminUrl, `drop database if exists ${name} with (force)`));
  const on = (url: string): string => url.replace(/\/template$/, `/${name}`);
  return { name, ownerUrl: on(ownerUrl), appUrl: on(appUrl) };
}

/** The same database with an app's account of its own making, which nothing knows by name; it ends with the server. */
export async function withOwnAccount(database: TestDatabase): Promise<TestDatabase> {
  const name = `app_of_${database.name}`;
  await asAdmin(inject('postgres').adminUrl, `create role ${name} login password 'of its own'`);
  const url = new URL(database.appUrl);
  url.username = name;
  url.password = 'of its own';
  return { ...database, appUrl: url.href };
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
