import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions, type SchemaDefinition } from '../../subgraphs/shared/database/schema-definition.ts';

/** The SQL that would still be needed to bring the tables to what the entities say: empty when the migrations are right. */
export async function pendingDiff(definition: SchemaDefinition, ownerUrl: string): Promise<string> {
  const orm = await MikroORM.init({ ...ormOptions(definition, ownerUrl), pool: { min: 0, max: 2 } });
  try {
    return (await orm.schema.getUpdateSchemaSQL()).trim();
  } finally {
    await orm.close(true);
  }
}
