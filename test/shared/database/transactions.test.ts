import { defineEntity, p } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import { expect, it } from 'vitest';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { plumbingSql } from '../../../subgraphs/shared/database/plumbing-tables.ts';
import type { SchemaDefinition } from '../../../subgraphs/shared/database/schema-definition.ts';
import { NoteRow, sampleSchema } from '../../support/sample-schema.ts';
import { createTestDatabase } from '../../support/test-database.ts';

/** Another subgraph's storage, with a table that the first one's ORM does not know. */
const PlaceRow = defineEntity({ name: 'Place', tableName: 'place', properties: { id: p.text().primary() } });

class Places extends Migration {
  override up(): void {
    for (const sql of [...plumbingSql, 'create table place (id text primary key)']) this.addSql(sql);
  }
}
const other: SchemaDefinition = {
  name: 'registry',
  entities: [PlaceRow],
  migrations: [{ name: '0001_places', class: Places }],
};

it('does not lend a transaction to another subgraph that is called inside it', async () => {
  const database = await createTestDatabase({ empty: true });
  for (const schema of [sampleSchema, other]) await migrate(schema, database.ownerUrl);
  const caller = await openDatabase(sampleSchema, { url: database.appUrl });
  const called = await openDatabase(other, { url: database.appUrl });
  try {
    const refused = caller.transaction(async (em) => {
      await em.insert(NoteRow, { id: 'outer', text: 'rolled back' });
      await called.transaction(async (inner) => {
        expect(await inner.findOne(PlaceRow, { id: 'here' })).toBeNull();
        await inner.insert(PlaceRow, { id: 'here' });
      });
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await called.query('select id from place')).toEqual([{ id: 'here' }]);
    expect(await caller.query('select id from note')).toEqual([]);
  } finally {
    await caller.close();
    await called.close();
  }
});
