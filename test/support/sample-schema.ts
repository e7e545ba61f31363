import { defineEntity, p } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../subgraphs/shared/database/plumbing-tables.ts';
import type { SchemaDefinition } from '../../subgraphs/shared/database/schema-definition.ts';

/** A smallest subgraph's storage, for the tests of what all of them share. */
export const NoteRow = defineEntity({
  name: 'Note',
  tableName: 'note',
  properties: { id: p.text().primary(), text: p.text() },
});

export class FirstMigration extends Migration {
  override up(): void {
    for (const sql of plumbingSql) this.addSql(sql);
    this.addSql('create table note (id text primary key, text text not null)');
  }
}

export const sampleSchema: SchemaDefinition = {
  name: 'feature',
  entities: [NoteRow],
  migrations: [{ name: '0001_first', class: FirstMigration }],
};
