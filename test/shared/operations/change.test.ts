import { afterEach, beforeEach, expect, it } from 'vitest';
import { DomainError } from '../../../core/errors.ts';
import type { AssetEventInput } from '../../../schema/event.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { change } from '../../../subgraphs/shared/operations/change.ts';
import { NoteRow, sampleSchema } from '../../support/sample-schema.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const actor: Actor = { subject: 'user:dev', kind: 'user', roles: ['developer'], scopes: [], project: 'default' };
const context = { actor, requestId: 'request-1' };
const at = new Date('2026-03-01T00:00:00Z');
const name = { action: 'model.create', subject: 'tiffin:default:model:fraud' };
const event: AssetEventInput = {
  urn: name.subject,
  kind: 'model',
  project: 'default',
  revision: 1,
  at: at.toISOString(),
  asset: { name: 'fraud' },
};

let db: Database;
const deps = {
  get db() {
    return db;
  },
  now: () => at,
};
const audit = () => db.query<{ record: Record<string, unknown> }>('select record from audit_record order by seq');

beforeEach(async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  db = await openDatabase(sampleSchema, { url: database.appUrl });
});
afterEach(() => db.close());

it('saves, records and announces in one transaction, and says where the event stands', async () => {
  const changed = await change(deps, context, name, async (em) => {
    await em.insert(NoteRow, { id: 'a', text: 'saved' });
    return { value: { id: 'a' }, reason: 'because', events: [event] };
  });
  expect(changed).toEqual({ value: { id: 'a' }, eventCursor: expect.stringMatching(/^feature:\d+-\d+$/) });
  expect(await audit()).toMatchObject([
    { record: { action: 'model.create', subject: name.subject, actor: 'user:dev', reason: 'because', rule: null } },
  ]);
  expect(await db.query('select urn from outbox')).toEqual([{ urn: name.subject }]);
});

it('records nothing where nothing changed', async () => {
  const changed = await change(deps, context, name, async () => ({ value: 7, unchanged: true }));
  expect(changed).toEqual({ value: 7, eventCursor: null });
  expect(await audit()).toEqual([]);
});

it('leaves nothing of a change that fails', async () => {
  const failing = change(deps, context, name, async (em) => {
    await em.insert(NoteRow, { id: 'b', text: 'lost' });
    throw new DomainError('CONFLICT', 'there is one already');
  });
  await expect(failing).rejects.toThrow('there is one already');
  expect([await audit(), await db.query('select id from note')]).toEqual([[], []]);
});

it('records the refusal by a rule, though the change is rolled back', async () => {
  const refused = change(deps, context, name, () => {
    throw new DomainError('FORBIDDEN', 'nobody approves their own work', { rule: 'G3' });
  });
  await expect(refused).rejects.toThrow('nobody approves');
  expect(await audit()).toMatchObject([
    { record: { action: 'model.create.refused', rule: 'G3', reason: 'nobody approves their own work' } },
  ]);
});
