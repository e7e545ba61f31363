import { MikroORM } from '@mikro-orm/postgresql';
import { Client, escapeIdentifier } from 'pg';
import { DomainError } from '../../../core/errors.ts';
import { plumbingGrants } from './plumbing-tables.ts';
import { jobSchemaOf, ormOptions, type SchemaDefinition, type SchemaName } from './schema-definition.ts';

/** Any number that no other user of the database's advisory locks takes. */
const LOCK = 7_461_666_961;

/**
 * Brings one schema up to date, as the owner of the tables. Processes that start together take turns.
 * Throws FAILED_PRECONDITION when the database has migrations that this code does not know.
 */
export async function migrate(definition: SchemaDefinition, ownerUrl: string): Promise<{ applied: number }> {
  const lock = new Client({ connectionString: ownerUrl });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK]);
    await lock.query(`create schema if not exists ${escapeIdentifier(definition.name)}`);
    const applied = await run(definition, ownerUrl);
    await grant(lock, definition.name);
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

/** The app and the reader get their rights anew each time: a table of a new migration is covered as well. */
async function grant(client: Client, schema: SchemaName): Promise<void> {
  const name = escapeIdentifier(schema);
  const { rows } = await client.query<{ rolname: string }>(
    "select rolname from pg_roles where rolname in ('tiffin_app', 'tiffin_reader')",
  );
  const roles = new Set(rows.map(({ rolname }) => rolname));
  const jobs = escapeIdentifier(jobSchemaOf(schema));
  await client.query(
    `create schema if not exists ${jobs} ${roles.has('tiffin_app') ? 'authorization tiffin_app' : ''}`,
  );
  if (roles.has('tiffin_app')) {
    await client.query(`grant usage on schema ${name} to tiffin_app`);
    await client.query(`grant select, insert, update, delete on all tables in schema ${name} to tiffin_app`);
    await client.query(`grant usage, select, update on all sequences in schema ${name} to tiffin_app`);
    await client.query(`grant execute on all functions in schema ${name} to tiffin_app`);
    await client.query(`set search_path to ${name}`);
    await client.query(plumbingGrants);
    await client.query(`revoke insert, update, delete on migration from tiffin_app`);
  }
  if (roles.has('tiffin_reader')) {
    await client.query(`grant usage on schema ${name} to tiffin_reader`);
    await client.query(`grant select on all tables in schema ${name} to tiffin_reader`);
  }
}
