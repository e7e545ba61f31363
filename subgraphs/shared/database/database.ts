import { MikroORM, type EntityManager } from '@mikro-orm/postgresql';
import { Pool, type QueryResultRow } from 'pg';
import { DomainError } from '../../../core/errors.ts';
import { CommitSignal } from './commit-signal.ts';
import { connectionOptions } from './connection-options.ts';
import { releaseDeadClients } from './dead-clients.ts';
import { firstContact } from './first-contact.ts';
import { ormOptions, type SchemaDefinition } from './schema-definition.ts';

/** One subgraph's own schema of the database: an ORM for small transactional nouns, SQL for bulk. */
export interface Database {
  readonly schema: string;
  /** For raw SQL outside a transaction; unqualified names are those of the schema. */
  readonly pool: Pool;
  /** Tells when the outbox of this schema has grown. */
  readonly commits: CommitSignal;
  /** A fresh unit of work for reading. */
  em(): EntityManager;
  /** Runs in one transaction on a fresh unit of work; flushes and commits at the end, rolls back on a throw. */
  transaction<T>(work: (em: EntityManager) => Promise<T>): Promise<T>;
  query<Row extends QueryResultRow>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Throws when the database can't be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of the ORM's pool and, again, of the SQL pool. */
  readonly poolSize?: number;
}

let opened = 0;

/** Opens a schema that `migrate` has brought up to date. Throws FAILED_PRECONDITION when the account is a superuser. */
export async function openDatabase(
  definition: SchemaDefinition,
  { url, poolSize = 8 }: DatabaseOptions,
): Promise<Database> {
  const pool = new Pool({ connectionString: url, max: poolSize, options: connectionOptions(definition.name) });
  // An idle connection that the server ends must not end the process; the next query reports it.
  pool.on('error', () => undefined);
  releaseDeadClients(pool);
  try {
    await firstContact('DATABASE_URL', url, () => refuseSuperuser(pool));
  } catch (error) {
    await pool.end();
    throw error;
  }
  const orm = await MikroORM.init({
    ...ormOptions(definition, url),
    pool: { min: 0, max: poolSize },
    // A transaction holds for everything that is called inside it under its context's name: a subgraph that calls
    // another one in the same process must not lend it its own transaction.
    contextName: `${definition.name}-${++opened}`,
  });
  const commits = new CommitSignal(url, `outbox_${definition.name}`);
  return {
    schema: definition.name,
    pool,
    commits,
    em: () => orm.em.fork(),
    transaction: (work) => orm.em.fork().transactional((em) => work(em)),
    query: async <Row extends QueryResultRow>(sql: string, parameters: readonly unknown[] = []) =>
      (await pool.query<Row>(sql, [...parameters])).rows,
    ping: async () => {
      await pool.query('select 1');
    },
    close: async () => {
      await commits.close();
      await orm.close(true);
      await pool.end();
    },
  };
}

async function refuseSuperuser(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ super: boolean }>(
    'select rolsuper as super from pg_roles where rolname = current_user',
  );
  if (rows[0]?.super === true) {
    throw new DomainError(
      'FAILED_PRECONDITION',
      'DATABASE_URL names a superuser, which no REVOKE binds: name an ordinary role there, and the owner of the tables in DATABASE_OWNER_URL',
      { field: 'DATABASE_URL' },
    );
  }
}
