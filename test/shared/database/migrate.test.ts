import { Client } from 'pg';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { pendingDiff } from '../../support/pending-diff.ts';
import { NoteRow, sampleSchema } from '../../support/sample-schema.ts';
import { schemas } from '../../support/schemas.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});

describe('migrate', () => {
  it('brings a schema up once, however many start together', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrate(sampleSchema, database.ownerUrl)));
    expect(runs.map(({ applied }) => applied).toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
    expect(await pendingDiff(sampleSchema, database.ownerUrl)).toBe('');
  });

  it('leaves the schemas of the others alone', async () => {
    await migrate(sampleSchema, database.ownerUrl);
    const other = { ...sampleSchema, name: 'registry' as const };
    await migrate(other, database.ownerUrl);
    expect(await pendingDiff(sampleSchema, database.ownerUrl)).toBe('');
    expect(await pendingDiff(other, database.ownerUrl)).toBe('');
  });

  it('refuses a database that is newer than the code', async () => {
    await migrate(sampleSchema, database.ownerUrl);
    await expect(migrate({ ...sampleSchema, migrations: [] }, database.ownerUrl)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('newer than this code: it has "0001_first" of feature'),
    });
  });
});

describe('another server', () => {
  it('gives the rights of the app to the account that DATABASE_URL names, and to its later tables', async () => {
    const admin = new Client({ connectionString: inject('postgres').adminUrl });
    await admin.connect();
    const role = `app_${database.name}`;
    await admin.query(`create role ${role} login password 'secret'`);
    const appUrl = database.appUrl.replace(/\/\/[^@]+@/, `//${role}:secret@`);
    await migrate(sampleSchema, database.ownerUrl, appUrl);
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query('create table feature.later (n int)');
    await owner.end();
    const db = await openDatabase(sampleSchema, { url: appUrl });
    expect(await db.query('select * from later union all select 1 from note')).toEqual([]);
    await expect(db.query('delete from audit_record')).rejects.toThrow('permission denied');
    await db.close();
    await expect(
      openDatabase(sampleSchema, { url: database.appUrl }).then((other) => other.query('select * from note')),
    ).rejects.toThrow();
    await admin.query(`reassign owned by ${role} to postgres`);
    await admin.end();
  });

  it('works with one account that owns the tables and runs the app; the trigger still guards the audit', async () => {
    await migrate(sampleSchema, database.ownerUrl, database.ownerUrl);
    const db = await openDatabase(sampleSchema, { url: database.ownerUrl });
    expect(await db.query('select * from note')).toEqual([]);
    await expect(db.query('truncate audit_record')).rejects.toThrow('never changed');
    await db.close();
  });
});

describe('openDatabase', () => {
  it('reads and writes as an ordinary account', async () => {
    await migrate(sampleSchema, database.ownerUrl);
    const db = await openDatabase(sampleSchema, { url: database.appUrl });
    await db.transaction(async (em) => {
      em.create(NoteRow, { id: 'a', text: 'b' });
    });
    expect(await db.query('select id, text from note')).toEqual([{ id: 'a', text: 'b' }]);
    expect(await db.em().findOne(NoteRow, { id: 'a' })).toMatchObject({ text: 'b' });
    await db.close();
  });

  it('rolls everything back when the work throws', async () => {
    await migrate(sampleSchema, database.ownerUrl);
    const db = await openDatabase(sampleSchema, { url: database.appUrl });
    const failed = db.transaction(async (em) => {
      em.create(NoteRow, { id: 'a', text: 'b' });
      await em.flush();
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await db.query('select id from note')).toEqual([]);
    await db.close();
  });

  it('cannot change the audit, nor create tables', async () => {
    await migrate(sampleSchema, database.ownerUrl);
    const app = new Client({ connectionString: database.appUrl });
    await app.connect();
    for (const sql of [
      "update feature.audit_record set hash = ''",
      'delete from feature.audit_record',
      'drop table feature.note',
    ]) {
      await expect(app.query(sql), sql).rejects.toThrow(/permission denied|must be owner/);
    }
    await app.end();
  });

  it('refuses to run as a superuser', async () => {
    await expect(openDatabase(sampleSchema, { url: inject('postgres').adminUrl })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      details: { field: 'DATABASE_URL' },
    });
  });
});

it.each(schemas.map((schema) => [schema.name, schema] as const))(
  'has no pending difference in %s',
  async (_name, schema) => {
    const full = await createTestDatabase();
    expect(await pendingDiff(schema, full.ownerUrl)).toBe('');
  },
);
