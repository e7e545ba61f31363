import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { PgBoss } from 'pg-boss';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import { migrate } from '../../subgraphs/shared/database/migrate.ts';
import { jobSchemaOf } from '../../subgraphs/shared/database/schema-definition.ts';
import { schemas } from './schemas.ts';

export interface TestServer {
  readonly port: number;
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestServer;
  }
}

const SETTINGS = [
  // Durable against nothing, and small, since its folder may lie in memory.
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_wal_size=128MB',
  // Thousands of connections prove who they are, and hundreds of databases live for a second.
  'scram_iterations=1',
  'autovacuum=off',
];

/** One Postgres for the run, with a template database that every schema and every queue of jobs has been migrated in. */
export async function setup(project: TestProject): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const server = await startEmbeddedPostgres({ folder, settings: SETTINGS });
  const adminUrl = server.url('postgres', 'postgres');
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query('create database template owner tiffin_owner');
  await admin.end();
  for (const schema of schemas) {
    await migrate(schema, server.url('tiffin_owner', 'template'));
    await makeJobTables(server.url('tiffin_app', 'template'), jobSchemaOf(schema.name));
  }
  project.provide('postgres', {
    port: server.port,
    adminUrl,
    ownerUrl: server.url('tiffin_owner', 'template'),
    appUrl: server.url('tiffin_app', 'template'),
  });
  end = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** The tables that a job queue makes itself when it first starts, so that no test waits for them. */
async function makeJobTables(connectionString: string, schema: string): Promise<void> {
  const boss = new PgBoss({ connectionString, schema, createSchema: false, supervise: false, schedule: false });
  await boss.start();
  await boss.stop({ graceful: false, close: true });
}

let end: (() => Promise<void>) | undefined;

export async function teardown(): Promise<void> {
  await end?.();
}
