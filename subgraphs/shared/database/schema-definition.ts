import { defineConfig, type EntitySchema, type Options } from '@mikro-orm/postgresql';
import { Migrator, type Migration } from '@mikro-orm/migrations';
import { connectionOptions } from './connection-options.ts';
import { releaseDeadClients } from './dead-clients.ts';
import { plumbingEntities, unmappedPlumbing } from './plumbing-tables.ts';
import { SUBGRAPHS, type SubgraphName } from '../../../schema/nouns.ts';

/** All schemas of an install: the difference between one of them and its tables must not look at the others. */
const SCHEMAS = SUBGRAPHS;
export type SchemaName = SubgraphName;

/** The schema in which a subgraph's jobs queue. */
export const jobSchemaOf = (name: SchemaName): string => `pgboss_${name}`;

/** What a subgraph stores: its Postgres schema, its tables and its migrations, oldest first. */
export interface SchemaDefinition {
  readonly name: SchemaName;
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly { readonly name: string; readonly class: new (...args: never[]) => Migration }[];
  /** Tables made by raw SQL that the ORM does not map, such as partitioned ones: names or patterns. */
  readonly unmapped?: readonly (string | RegExp)[];
  /** Tables that hold secrets: the reader may not read them. */
  readonly secret?: readonly string[];
}

export function ormOptions(definition: SchemaDefinition, url: string): Options {
  const { name, entities, migrations, unmapped = [] } = definition;
  return defineConfig({
    clientUrl: url,
    schema: name,
    entities: [...plumbingEntities, ...entities],
    driverOptions: { options: connectionOptions(name), onPoolCreated: releaseDeadClients },
    extensions: [Migrator],
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false },
    migrations: {
      migrationsList: migrations.map((migration) => ({ name: migration.name, class: migration.class as never })),
      tableName: 'migration',
      snapshot: false,
      silent: true,
      transactional: true,
      allOrNothing: true,
    },
    schemaGenerator: {
      ignoreSchema: [...SCHEMAS.filter((other) => other !== name), ...SCHEMAS.map(jobSchemaOf), 'public'],
      skipTables: ['migration', ...unmappedPlumbing, ...unmapped],
      // Functions are made by migrations alone.
      ignoreRoutines: true,
    },
  });
}
