import * as fc from 'fast-check';
import { Client } from 'pg';
import { beforeEach, expect, it } from 'vitest';
import { appendAudit, type AuditRecord } from '../../../subgraphs/shared/audit/audit.ts';
import { isStorableText } from '../../../core/storable-text.ts';
import { canonicalJson } from '../../../core/canonical-json.ts';
import { digestOf } from '../../../subgraphs/shared/audit/canonical-json.ts';
import { readStored } from '../../../subgraphs/shared/audit/stored-record.ts';
import { verifyAudit } from '../../../subgraphs/shared/audit/verify-audit.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { sampleSchema } from '../../support/sample-schema.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const actor: Actor = { subject: 'user:developer', kind: 'user', roles: ['developer'], scopes: [], project: 'default' };
const entry = (n: number) => ({
  actor,
  action: 'note.changed',
  subject: `tiffin:default:model:n${n}`,
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, n)),
  requestId: `r${n}`,
  before: { n },
  after: { n: n + 1 },
});

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  db = await openDatabase(sampleSchema, { url: database.appUrl });
  for (let n = 1; n <= 5; n++) await db.transaction((em) => appendAudit(em, entry(n)));
  return () => db.close();
});

/** Tampering takes the owner of the tables, who can switch the trigger off. */
async function tamper(...sql: string[]): Promise<void> {
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query('set search_path to feature; alter table audit_record disable trigger all');
  for (const statement of sql) await owner.query(statement);
  await owner.end();
}

it('finds a whole chain whole, however many write at once', async () => {
  await Promise.all([6, 7, 8, 9, 10].map((n) => db.transaction((em) => appendAudit(em, entry(n)))));
  expect(await verifyAudit(db, 'default')).toEqual({ ok: true, checked: 10, firstBadSeq: null, why: null });
  expect(await verifyAudit(db, 'empty')).toMatchObject({ ok: true, checked: 0 });
});

it('leaves no record of a change that was rolled back', async () => {
  const failed = db.transaction(async (em) => {
    await appendAudit(em, entry(6));
    throw new Error('rolled back');
  });
  await expect(failed).rejects.toThrow('rolled back');
  expect(await verifyAudit(db, 'default')).toMatchObject({ ok: true, checked: 5 });
});

it.each([
  ['one altered value', 3, [`update audit_record set record = jsonb_set(record, '{reason}', '"x"') where seq = 3`]],
  ['a record that is none', 4, [`update audit_record set record = 'null' where seq = 4`]],
  ['a field more', 3, [`update audit_record set record = record || '{"note":"x"}' where seq = 3`]],
  ['a field less', 3, [`update audit_record set record = record - 'rule' where seq = 3`]],
  ['a hash of its own', 2, [`update audit_record set hash = repeat('0', 64) where seq = 2`]],
  ['the last record removed', 5, ['delete from audit_record where seq = 5']],
  ['one removed in the middle', 2, ['delete from audit_record where seq = 2']],
  [
    'two swapped',
    2,
    [
      'update audit_record set seq = 100 where seq = 2',
      'update audit_record set seq = 2 where seq = 3',
      'update audit_record set seq = 3 where seq = 100',
    ],
  ],
  [
    'one slipped in',
    3,
    [
      'update audit_record set seq = seq + 100 where seq >= 3',
      'update audit_record set seq = seq - 99 where seq > 100',
      `insert into audit_record select project, 3, hash, record from audit_record where seq = 2`,
    ],
  ],
])('finds %s', async (_what, firstBadSeq, sql) => {
  await tamper(...sql);
  expect(await verifyAudit(db, 'default')).toMatchObject({ ok: false, firstBadSeq });
});

it('cannot find a chain that was cut and whose head was moved back: that takes a checkpoint kept outside', async () => {
  await tamper(
    'delete from audit_record where seq > 3',
    'update audit_head set seq = 3, hash = (select hash from audit_record where seq = 3)',
  );
  expect(await verifyAudit(db, 'default')).toMatchObject({ ok: true, checked: 3 });
});

it('traps a change of a record even by the owner of the table', async () => {
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  for (const sql of ['update audit_record set hash = null', 'delete from audit_record', 'truncate audit_record']) {
    await expect(owner.query(`set search_path to feature; ${sql}`), sql).rejects.toThrow('never changed');
  }
  await owner.end();
});

it('writes JSON in one form, whatever the order of names', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'é' }], a: undefined, A: 1e21 })).toBe(
    '{"A":1e+21,"b":[1,{"c":"é","d":null}]}',
  );
});

it('reads a record without parsing it as by its definition, or leaves it alone', async () => {
  const text = fc
    .oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a "b"', 'a\\b', '", "', 'a\n', 'é😀'))
    .filter(isStorableText);
  const record = fc.record({
    seq: fc.nat(),
    prevHash: text,
    project: text,
    at: text,
    actor: text,
    actorRoles: fc.array(text),
    onBehalfOf: fc.option(text),
    action: text,
    subject: text,
    beforeDigest: fc.option(text),
    afterDigest: fc.option(text),
    reason: fc.option(text),
    rule: fc.option(text),
    requestId: text,
  });
  const rows = await db.query<{ record: AuditRecord; text: string }>(
    'select record, record::text as text from unnest($1::jsonb[]) as made (record)',
    [fc.sample(record, 500).map((one) => JSON.stringify(one))],
  );
  let quick = 0;
  for (const row of rows) {
    const read = readStored(row.text);
    if (!read) continue;
    quick++;
    const { seq, project, prevHash } = row.record;
    expect(read).toEqual({ text: canonicalJson(row.record), seq, project, prevHash });
  }
  expect(quick).toBeGreaterThan(0);
});

it('reads the records that are appended without parsing them', async () => {
  const rows = await db.query<{ text: string }>('select record::text as text from audit_record');
  expect(rows.map(({ text }) => readStored(text))).not.toContain(null);
});

it('verifies a chain of several batches, with records that a parser must read', async () => {
  const last = await db.transaction(async (em) => {
    for (let n = 6; n < 2_000; n++) await appendAudit(em, entry(n));
    for (const reason of ['a "b"', '\\', 'é\n😀']) await appendAudit(em, { ...entry(1), reason });
    return appendAudit(em, entry(3_000));
  });
  expect(await verifyAudit(db, 'default')).toEqual({ ok: true, checked: last.seq, firstBadSeq: null, why: null });
  await tamper(`update audit_record set record = jsonb_set(record, '{reason}', '"a b"') where seq = 2000`);
  expect(await verifyAudit(db, 'default')).toMatchObject({ ok: false, firstBadSeq: 2_000 });
});

it('judges a chain that grows meanwhile by what it was at one moment', async () => {
  const stopping = new AbortController();
  const writer = (async () => {
    for (let n = 6; !stopping.signal.aborted; n++) await db.transaction((em) => appendAudit(em, entry(n)));
  })();
  for (let round = 0; round < 30; round++) expect(await verifyAudit(db, 'default')).toMatchObject({ ok: true });
  stopping.abort();
  await writer;
  expect((await verifyAudit(db, 'default')).checked).toBeGreaterThan(10);
});

it('finds that the head of a chain was removed', async () => {
  await tamper('delete from audit_head');
  expect(await verifyAudit(db, 'default')).toMatchObject({ ok: false, why: expect.stringContaining('head') });
});

it('cannot find a chain that was written anew from the altered record on: that, too, takes a checkpoint', async () => {
  const [row] = await db.query<{ record: Record<string, unknown> }>('select record from audit_record where seq = 5');
  const forged = { ...row!.record, reason: 'forged' };
  await tamper(
    `update audit_record set record = '${JSON.stringify(forged)}', hash = '${digestOf(forged)}' where seq = 5`,
    `update audit_head set hash = '${digestOf(forged)}'`,
  );
  expect(await verifyAudit(db, 'default')).toMatchObject({ ok: true, checked: 5 });
});

it('checks a part of a chain', async () => {
  await tamper(`update audit_record set record = jsonb_set(record, '{reason}', '"x"') where seq = 3`);
  expect(await verifyAudit(db, 'default', { from: 4 })).toMatchObject({ ok: true, checked: 2 });
  expect(await verifyAudit(db, 'default', { to: 2 })).toMatchObject({ ok: true, checked: 2 });
  expect(await verifyAudit(db, 'default', { from: 2, to: 4 })).toMatchObject({ ok: false, firstBadSeq: 3, checked: 1 });
  expect(await verifyAudit(db, 'default', { from: 9 })).toMatchObject({ ok: true, checked: 0 });
});
