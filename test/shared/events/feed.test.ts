import { Client } from 'pg';
import { pino } from 'pino';
import { beforeEach, expect, it } from 'vitest';
import type { AssetEventInput } from '../../../schema/event.ts';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { followFeed } from '../../../subgraphs/shared/events/consumer.ts';
import { outboxFeed, type FeedSource } from '../../../subgraphs/shared/events/feed.ts';
import { appendEvent } from '../../../subgraphs/shared/events/outbox.ts';
import { sampleSchema } from '../../support/sample-schema.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const event = (name: string, revision = 1): AssetEventInput => ({
  urn: `tiffin:default:model:${name}`,
  kind: 'model',
  project: 'default',
  revision,
  at: '2026-01-01T00:00:00.000Z',
  asset: { name },
});
const append = (db: Database, name: string): Promise<string> => db.transaction((em) => appendEvent(em, event(name)));
const names = (page: Awaited<ReturnType<FeedSource>>): string[] => page.events.map(({ asset }) => asset.name);

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  db = await openDatabase(sampleSchema, { url: database.appUrl });
  return () => db.close();
});

it('gives events in order and goes on from a cursor', async () => {
  const feed = outboxFeed(db);
  for (const name of ['a', 'b', 'c']) await append(db, name);
  const first = await feed(null, 0);
  expect(names(first)).toEqual(['a', 'b', 'c']);
  await append(db, 'd');
  const second = await feed(first.cursor, 0);
  expect(names(second)).toEqual(['d']);
  expect(await feed(second.cursor, 0)).toMatchObject({ events: [], cursor: second.cursor });
});

it('does not skip what commits late: a later event waits for the older transaction', async () => {
  const feed = outboxFeed(db);
  const slow = new Client({ connectionString: database.appUrl });
  await slow.connect();
  await slow.query('begin');
  await slow.query(
    `insert into feature.outbox (urn, kind, project, revision, at, event)
     values ('tiffin:default:model:late', 'model', 'default', 1, now(), '{"asset": {"name": "late"}}')`,
  );
  await append(db, 'early');
  const during = await feed(null, 0);
  expect(names(during)).toEqual([]);
  await slow.query('commit');
  await slow.end();
  expect(names(await feed(during.cursor, 0))).toEqual(['late', 'early']);
});

it('waits for something new', async () => {
  const feed = outboxFeed(db);
  const { cursor } = await feed(null, 0);
  const waiting = feed(cursor, 5_000);
  await append(db, 'x');
  expect(names(await waiting)).toEqual(['x']);
});

it('refuses a cursor that it did not write', async () => {
  await expect(outboxFeed(db)('42', 0)).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { field: 'after' } });
});

it('applies each event once, cursor and effect together, through failures', async () => {
  let failures = 3;
  const consumer = followFeed({
    name: 'notes',
    source: outboxFeed(db),
    db,
    log: pino({ level: 'silent' }),
    apply: async (em, { asset }) => {
      await em.execute('insert into note (id, text) values (?, ?)', [asset.name, asset.name]);
      if (asset.name === 'b' && failures-- > 0) throw new Error('not yet');
    },
  });
  const cursors = [];
  for (const name of ['a', 'b', 'c']) cursors.push(await append(db, name));
  expect(await consumer.waitFor(cursors[2]!, 5_000)).toBe(true);
  expect((await db.query('select id from note order by id')).map((row) => row['id'])).toEqual(['a', 'b', 'c']);
  expect(consumer.caughtUpAt()).toBeInstanceOf(Date);
  await consumer.stop();

  const afterStop = await append(db, 'd');
  expect(await consumer.waitFor(afterStop, 100)).toBe(false);
});
