import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { followFeed } from '../../../subgraphs/shared/events/consumer.ts';
import { outboxFeed } from '../../../subgraphs/shared/events/feed.ts';
import { appendEvent } from '../../../subgraphs/shared/events/outbox.ts';
import { readFeed } from '../../support/read-feed.ts';
import { sampleSchema } from '../../support/sample-schema.ts';
import { createTestDatabase } from '../../support/test-database.ts';

/** What a restored dump holds: rows under the numbers of another server's transactions, far ahead of this one's. */
const THERE = 900_000_000_000n;
const oldEvent = (db: Database, xid: bigint, name: string) =>
  db.query(
    `insert into outbox (xid, urn, kind, project, revision, at, event)
     values ($1::text::xid8, $2, 'model', 'default', 1, now(), $3)`,
    [xid.toString(), `tiffin:default:model:${name}`, JSON.stringify({ asset: { name } })],
  );
const append = (db: Database, name: string): Promise<string> =>
  db.transaction((em) =>
    appendEvent(em, {
      urn: `tiffin:default:model:${name}`,
      kind: 'model',
      project: 'default',
      revision: 1,
      at: '2026-01-01T00:00:00.000Z',
      asset: { name },
    }),
  );

it('feeds go on where a dump was restored into another server: nothing is lost, given twice or held back', async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  const db = await openDatabase(sampleSchema, { url: database.appUrl });
  onTestFinished(() => db.close());
  await oldEvent(db, THERE, 'read');
  await oldEvent(db, THERE + 5n, 'unread');
  await db.query(`insert into feed_cursor (consumer, cursor, watermark, at) values ('notes', $1, $2, now())`, [
    `${THERE}-1`,
    `${THERE + 900n}-0`,
  ]);
  const [{ offset: before }] = (await db.query('select xid_offset::text as offset from feed_start')) as [any];
  expect(before).toBe('0');

  await migrate(sampleSchema, database.ownerUrl);
  const seen: string[] = [];
  const consumer = followFeed({
    name: 'notes',
    source: outboxFeed(db),
    db,
    log: pino({ level: 'silent' }),
    apply: async (_em, { asset }) => void seen.push(asset.name),
  });
  onTestFinished(() => consumer.stop());
  const cursor = await append(db, 'new');
  expect(await consumer.waitFor(cursor, 20_000)).toBe(true);
  expect(seen).toEqual(['unread', 'new']);

  const all = await readFeed(outboxFeed(db), null, ({ length }) => length === 3);
  expect(all.events.map(({ asset }) => asset.name)).toEqual(['read', 'unread', 'new']);
  const offset = async () => (await db.query('select xid_offset::text as offset from feed_start'))[0];
  const once = await offset();
  expect(BigInt((once as any).offset)).toBeGreaterThan(THERE + 900n);
  await migrate(sampleSchema, database.ownerUrl);
  expect(await offset(), 'the next start changes nothing').toEqual(once);
  await append(db, 'newer');
  const rest = await readFeed(outboxFeed(db), all.cursor, ({ length }) => length === 1);
  expect(rest.events.map(({ asset }) => asset.name)).toEqual(['newer']);
});

it('feeds in which nothing was told yet go on as well: what others noted of them stays behind', async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  const db = await openDatabase(sampleSchema, { url: database.appUrl });
  onTestFinished(() => db.close());
  const [{ server: here }] = (await db.query('select server from feed_start')) as [any];
  expect(here).toMatch(/^\d+$/);
  const owner = await openDatabase(sampleSchema, { url: database.ownerUrl });
  await owner.query(`update feed_start set server = 'another'`);
  await owner.close();
  await migrate(sampleSchema, database.ownerUrl);
  expect((await db.query('select server from feed_start'))[0]).toEqual({ server: here });
  expect(BigInt((await append(db, 'first')).replace(/^feature:|-.*$/g, ''))).toBeGreaterThan(2n ** 40n);
  const { events } = await readFeed(outboxFeed(db), null, ({ length }) => length === 1);
  expect(events.map(({ asset }) => asset.name)).toEqual(['first']);
});
