import type { EntityManager } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { pino } from 'pino';
import { beforeEach, expect, it } from 'vitest';
import type { AssetEvent, AssetEventInput } from '../../../schema/event.ts';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { compareCursors, feedOf, parseCursor } from '../../../subgraphs/shared/events/cursor.ts';
import { followFeed } from '../../../subgraphs/shared/events/consumer.ts';
import { outboxFeed, type FeedSource } from '../../../subgraphs/shared/events/feed.ts';
import { appendEvent } from '../../../subgraphs/shared/events/outbox.ts';
import { readFeed } from '../../support/read-feed.ts';
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

async function readOn(
  feed: FeedSource,
  after: string | null,
  count: number,
): Promise<{ names: string[]; cursor: string }> {
  const { events, cursor } = await readFeed(feed, after, ({ length }) => length >= count);
  return { names: events.map(({ asset }) => asset.name), cursor };
}

async function takeNote(em: EntityManager, { asset }: AssetEvent): Promise<void> {
  await em.execute('insert into note (id, text) values (?, ?)', [asset.name, asset.name]);
}

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
  const first = await readOn(feed, null, 3);
  expect(first.names).toEqual(['a', 'b', 'c']);
  await append(db, 'd');
  const second = await readOn(feed, first.cursor, 1);
  expect(second.names).toEqual(['d']);
  expect(await feed(second.cursor, 0)).toMatchObject({ events: [], cursor: second.cursor });
});

it('orders transactions by number, also where their numbers grow by a digit', async () => {
  for (const xid of [100, 99, 101]) {
    await db.query(
      `insert into outbox (xid, urn, kind, project, revision, at, event)
       values ('${xid}', 'tiffin:default:model:x', 'model', 'default', 1, now(), '{"asset": {"name": "x${xid}"}}')`,
    );
  }
  const page = await outboxFeed(db)(null, 0);
  expect(names(page)).toEqual(['x99', 'x100', 'x101']);
  expect((await outboxFeed(db)(page.cursor, 0)).events).toEqual([]);
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
  expect(during.more, 'something is there that cannot be read yet').toBe(true);
  await slow.query('commit');
  await slow.end();
  expect((await readOn(feed, during.cursor, 2)).names).toEqual(['late', 'early']);
});

it('does not wait for what runs in another database of the server', async () => {
  const other = await createTestDatabase({ empty: true });
  const stranger = new Client({ connectionString: other.ownerUrl });
  await stranger.connect();
  await stranger.query('begin');
  await stranger.query('create table held (id int)');
  await append(db, 'here');
  const { events, more, watermark, cursor } = await outboxFeed(db)(null, 0);
  expect(events.map(({ asset }) => asset.name)).toEqual(['here']);
  expect(more).toBe(false);
  expect(compareCursors(parseCursor(watermark), parseCursor(cursor))).toBe(1);
  await stranger.query('rollback');
  await stranger.end();
});

it('waits for something new', async () => {
  const feed = outboxFeed(db);
  const { cursor } = await feed(null, 0);
  const waiting = feed(cursor, 5_000);
  await append(db, 'x');
  expect(names(await waiting)).toEqual(['x']);
});

it('says in a mutation’s cursor which feed it is of, and takes it like its own', async () => {
  const written = await append(db, 'a');
  expect(feedOf(written)).toBe('feature');
  expect(feedOf((await outboxFeed(db)(null, 0)).cursor)).toBeUndefined();
  await append(db, 'b');
  expect((await readOn(outboxFeed(db), written, 1)).names).toEqual(['b']);
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
    apply: async (em, seen) => {
      await takeNote(em, seen);
      if (seen.asset.name === 'b' && failures-- > 0) throw new Error('not yet');
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

it('hears of a commit, by whichever connection, instead of looking again and again', async () => {
  const feed = outboxFeed(db);
  await append(db, 'a');
  const { cursor } = await readOn(feed, null, 1);
  const elsewhere = await openDatabase(sampleSchema, { url: database.appUrl });
  await feed(cursor, 300); // by now the connection listens
  const waitsMs = [];
  for (const name of ['b', 'c', 'd', 'e', 'f']) {
    const before = performance.now();
    const waiting = feed(cursor, 5_000);
    await append(elsewhere, name);
    await waiting;
    waitsMs.push(performance.now() - before);
  }
  expect(Math.min(...waitsMs)).toBeLessThan(300);
  await elsewhere.close();
});

it('ends its wait when the reader goes away, or the database closes', async () => {
  const reader = new AbortController();
  const waiting = outboxFeed(db)(null, 20_000, reader.signal);
  reader.abort();
  expect(await waiting).toMatchObject({ events: [] });
});

it('applies each event once when two replicas follow under one name', async () => {
  const warnings: unknown[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(line) });
  const follow = () =>
    followFeed({
      name: 'notes',
      source: outboxFeed(db),
      db,
      log,
      apply: takeNote,
    });
  const replicas = [follow(), follow(), follow()];
  let last = '';
  const all = Array.from({ length: 60 }, (_, n) => `n${n}`);
  for (const name of all) last = await append(db, name);
  for (const replica of replicas) expect(await replica.waitFor(last, 5_000)).toBe(true);
  const notes = await db.query<{ id: string }>('select id from note');
  expect(new Set(notes.map(({ id }) => id))).toEqual(new Set(all));
  for (const replica of replicas) await replica.stop();
  expect(warnings).toEqual([]);
});

it('drops a revision that is older than the one it has applied', async () => {
  const seen: number[] = [];
  const follow = () =>
    followFeed({
      name: 'notes',
      source: outboxFeed(db),
      db,
      log: pino({ level: 'silent' }),
      apply: async (_em, { revision }) => void seen.push(revision),
    });
  const first = follow();
  for (const revision of [2, 1]) await db.transaction((em) => appendEvent(em, event('a', revision)));
  const cursor = await append(db, 'b');
  expect(await first.waitFor(cursor, 5_000)).toBe(true);
  await first.stop();
  const second = follow();
  for (const revision of [1, 3]) await db.transaction((em) => appendEvent(em, event('a', revision)));
  expect(await second.waitFor(await append(db, 'c'), 5_000)).toBe(true);
  await second.stop();
  expect(seen).toEqual([2, 1, 3, 1]);
});
