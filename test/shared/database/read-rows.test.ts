import { defineEntity, p } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { plumbingSql } from '../../../subgraphs/shared/database/plumbing-tables.ts';
import { readRows } from '../../../subgraphs/shared/database/read-rows.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const ParcelRow = defineEntity({
  name: 'Parcel',
  tableName: 'parcel',
  properties: {
    id: p.text().primary(),
    sizeBytes: p.bigint('number'),
    weight: p.float().nullable(),
    labels: p.json<{ fragile: boolean; notes: string[] }>(),
    tags: p.array(),
    sentAt: p.datetime(3),
    lostAt: p.datetime(3).nullable(),
  },
});

class Parcels extends Migration {
  override up(): void {
    for (const sql of plumbingSql) this.addSql(sql);
    this
      .addSql(`create table parcel (id text primary key, size_bytes bigint not null, weight float8, labels jsonb not null,
      tags text[] not null, sent_at timestamptz(3) not null, lost_at timestamptz(3))`);
  }
}
const schema = {
  name: 'feature',
  entities: [ParcelRow],
  migrations: [{ name: '0001_parcels', class: Parcels }],
} as const;

const parcel = (id: string) => ({
  id,
  sizeBytes: 9_007_199_254_740_991,
  weight: null,
  labels: { fragile: true, notes: ["it's", 'a ? b', '{"x"}'] },
  tags: ['a', 'b,c'],
  sentAt: new Date('2026-03-01T10:15:30.125Z'),
  lostAt: null,
});

let db: Database;
beforeAll(async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(schema, database.ownerUrl);
  db = await openDatabase(schema, { url: database.appUrl });
  await db.transaction(async (em) => {
    for (const id of ['one', 'two?', "o'three"]) await em.insert(ParcelRow, parcel(id));
  });
});
afterAll(() => db.close());

const WHERE = 'id in (select jsonb_array_elements_text(?::jsonb)) and size_bytes > ? order by id';
const wanted = [JSON.stringify(['two?', "o'three", 'none']), 1] as const;

it('reads the same values as the ORM, outside of a transaction and inside', async () => {
  const byOrm = await db.em().find(ParcelRow, { id: { $in: ['two?', "o'three"] } }, { orderBy: { id: 'asc' } });
  const expected = byOrm.map((row) => ({ ...row }));
  expect(expected).toEqual([parcel("o'three"), parcel('two?')]);
  for (let times = 0; times < 3; times += 1) {
    expect(await readRows(db.em(), ParcelRow, WHERE, wanted)).toEqual(expected);
    expect(await db.transaction((em) => readRows(em, ParcelRow, WHERE, wanted))).toEqual(expected);
  }
});

it('sees in a transaction what that has written, and nobody else does', async () => {
  const named = [JSON.stringify(['four']), 0] as const;
  await db.transaction(async (em) => {
    await em.insert(ParcelRow, parcel('four'));
    expect(await readRows(em, ParcelRow, WHERE, named)).toHaveLength(1);
    expect(await readRows(db.em(), ParcelRow, WHERE, named)).toEqual([]);
  });
  expect(await readRows(db.em(), ParcelRow, WHERE, named)).toHaveLength(1);
});

it('hands out values that nobody else has', async () => {
  const one = [JSON.stringify(['one']), 0] as const;
  const [first] = await readRows(db.em(), ParcelRow, WHERE, one);
  first!.labels.notes.push('changed');
  expect(await readRows(db.em(), ParcelRow, WHERE, one)).toEqual([parcel('one')]);
});
