import { MikroORM } from '@mikro-orm/postgresql';
import { Client, escapeIdentifier } from 'pg';
import { DomainError } from '../../../core/errors.ts';
import { firstContact } from './first-contact.ts';
import { plumbingGrants } from './plumbing-tables.ts';
import { continueFeeds } from './restored-feeds.ts';
import { jobSchemaOf, ormOptions, type SchemaDefinition } from './schema-definition.ts';

/** Any number that no other user of the database's advisory locks takes. */
const LOCK = 7_461_666_961;

const APP = 'tiffin_app';
const READER = 'tiffin_reader';

/**
 * Brings one schema up to date, as the owner of the tables. Processes that start together take turns.
 * The account in `appUrl` gets the rights of the app; without it, the one that the embedded server has.
 * Throws FAILED_PRECONDITION when the database has migrations that this code does not know.
 */
export async function migrate(
  definition: SchemaDefinition,
  ownerUrl: string,
  appUrl?: string,
): Promise<{ applied: number }> {
  const appRole = appUrl === undefined ? APP : decodeURIComponent(new URL(appUrl).username);
  const lock = new Client({ connectionString: ownerUrl });
  const variable = appUrl === undefined || appUrl === ownerUrl ? 'DATABASE_URL' : 'DATABASE_OWNER_URL';
  await firstContact(variable, ownerUrl, () => lock.connect());
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK]);
    const create = `create schema if not exists ${escapeIdentifier(definition.name)}`;
    await firstContact(variable, ownerUrl, () => lock.query(create));
    const applied = await run(definition, ownerUrl);
    await continueFeeds(lock, definition.name);
    await grant(lock, definition, appRole);
    return { applied };
  } finally {
    await lock.end();
  }
}

async function run(definition: SchemaDefinition, ownerUrl: string): Promise<number> {
  const orm = await MikroORM.init({ ...ormOptions(definition, ownerUrl), pool: { min: 0, max: 2 } });
  try {
    const known = new Set(definition.migrations.map(({ name }) => name));
    const unknown = (await orm.migrator.getExecuted()).filter(({ name }) => !known.has(name));
    if (unknown.length > 0) {
      throw new DomainError(
        'FAILED_PRECONDITION',
        `the database is newer than this code: it has "${unknown.map(({ name }) => name).join('", "')}" of ${definition.name}. ` +
          'Run the newer version, or restore a backup from before it',
        { schema: definition.name },
      );
    }
    return (await orm.migrator.up()).length;
  } finally {
    await orm.close(true);
  }
}

/** The app and the reader get their rights anew each time, and on tables that are made later, such as partitions. */
async function grant(client: Client, definition: SchemaDefinition, appRole: string): Promise<void> {
  const { name: schema, secret = [] } = definition;
  const name = escapeIdentifier(schema);
  const jobs = escapeIdentifier(jobSchemaOf(schema));
  const { rows } = await client.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = any($1) and rolname <> current_user',
    [[appRole, READER]],
  );
  const roles = rows.map(({ rolname }) => rolname);
  await client.query(`create schema if not exists ${jobs}`);
  await client.query(`set search_path to ${name}`);
  if (roles.includes(appRole))
    for (const sql of appGrants(name, jobs, escapeIdentifier(appRole))) await client.query(sql);
  if (roles.includes(READER)) for (const sql of readerGrants(name, secret)) await client.query(sql);
}

const appGrants = (schema: string, jobs: string, app: string): readonly string[] => [
  `grant usage on schema ${schema} to ${app}`,
  `grant select, insert, update, delete on all tables in schema ${schema} to ${app}`,
  `grant usage, select, update on all sequences in schema ${schema} to ${app}`,
  `grant execute on all functions in schema ${schema} to ${app}`,
  `alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${app}`,
  `alter default privileges in schema ${schema} grant usage, select, update on sequences to ${app}`,
  // The queue makes its own tables.
  `grant usage, create on schema ${jobs} to ${app}`,
  `revoke insert, update, delete on migration from ${app}`,
  ...plumbingGrants(app),
];

const readerGrants = (schema: string, secret: readonly string[]): readonly string[] => [
  `grant usage on schema ${schema} to ${READER}`,
  `grant select on all tables in schema ${schema} to ${READER}`,
  `alter default privileges in schema ${schema} grant select on tables to ${READER}`,
  ...secret.map((table) => `revoke select on ${escapeIdentifier(table)} from ${READER}`),
];
