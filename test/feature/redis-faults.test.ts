import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { materialize, startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { defineCards, loadCards, MINUTE, pay, START, valuesOf } from './cards.ts';
import { NetworkStory } from './network-story.ts';
import { CARDS, WindowStory } from './window-story.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };

/** Rows of the log by their ids, which each of these tests gives once. */
async function loggedIds(feature: FeatureHarness): Promise<string[]> {
  const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
  const rows = await db.query<{ id: string }>('select event_id as id from pushed_row order by seq');
  await db.close();
  return rows.map(({ id }) => id);
}

describe.skipIf(!hasRedis())('in Redis', () => {
  const inRedis = async (): Promise<FeatureHarness> => {
    const { url } = await startRedis();
    return startTestFeature({ redisUrls: [url] });
  };

  it.each([202, 203, 204, 205])(
    `windows are what a training set says and brute force says: ${CARDS} more logs, story %d`,
    async (seed) => {
      const story = new WindowStory(await inRedis(), seed);
      await story.run();
      expect(await story.compare()).toBeGreaterThan(50);
    },
  );

  it.each([302, 303])('networks are what a training set says: more logs, story %d', async (seed) => {
    const story = new NetworkStory(await inRedis(), seed);
    await story.run();
    expect(await story.compare()).toBeGreaterThan(50);
  });
});

describe.skipIf(!hasRedis())('Redis, which fails', () => {
  let redis: TestRedis;
  let feature: FeatureHarness;
  const begin = async (...settings: readonly string[]): Promise<void> => {
    redis = await startRedis(...settings);
    feature = await startTestFeature({ redisUrls: [redis.url] });
    feature.clock.at = new Date(START);
    await defineCards(feature);
    await loadCards(feature);
    expect((await pay(feature, [payment('before', 1)])).status).toBe(200);
    expect(await values()).toEqual([
      [1, 1, null],
      [10, 540, 99],
    ]);
  };
  const payment = (id: string, minutes: number, card = 'a') => ({ card, id, ms: START - minutes * MINUTE });
  const values = (): Promise<unknown> => valuesOf(feature, ['a', 'loaded9']);
  const isReady = async (): Promise<number> => (await feature.subgraph.app.request('/readyz')).status;
  /** Payments that are sent again until one is taken: how the ways back are waited for. */
  const paid = (id: string, minutes: number): Promise<void> =>
    expect.poll(async () => (await pay(feature, [payment(id, minutes)])).status, PATIENCE).toBe(200);

  it('stopped: says UNAVAILABLE, takes nothing that it would lose, and is filled again when it comes back empty', async () => {
    await begin();
    await redis.kill();
    await expect.poll(values, PATIENCE).toBe('UNAVAILABLE');
    expect(await isReady()).toBe(503);
    const refused = await pay(feature, [payment('refused', 2)]);
    expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(refused.body.title).toMatch(/^online store: Redis cannot be reached/);
    expect(await loggedIds(feature)).toEqual(['before']);

    await redis.start();
    await expect.poll(values, PATIENCE).toEqual([
      [1, 1, null],
      [10, 540, 99],
    ]);
    await paid('after', 3);
    expect(await values()).toEqual([
      [2, 2, null],
      [10, 540, 99],
    ]);
    expect(await isReady()).toBe(200);
  });

  it('restarted with its data: goes on where it was', async () => {
    await begin('--appendonly', 'yes', '--appendfsync', 'always');
    await redis.kill();
    await redis.start();
    await paid('after', 3);
    expect(await values()).toEqual([
      [2, 2, null],
      [10, 540, 99],
    ]);
  });

  it('emptied while it runs: is filled again, and what comes meanwhile is counted once', async () => {
    await begin();
    await redis.client.flushall();
    await paid('after', 3);
    await expect.poll(values, PATIENCE).toEqual([
      [2, 2, null],
      [10, 540, 99],
    ]);
  });

  it('hung: reads are given up soon and pushes refused, and all goes on when it answers again', async () => {
    await begin();
    redis.freeze();
    expect(await values()).toBe('UNAVAILABLE');
    expect(await pay(feature, [payment('refused', 2)])).toMatchObject({ status: 503 });
    redis.thaw();
    await expect.poll(values, PATIENCE).toEqual([
      [1, 1, null],
      [10, 540, 99],
    ]);
    expect(await loggedIds(feature)).toEqual(['before']);
    await paid('after', 3);
    expect(await valuesOf(feature, ['a'])).toEqual([[2, 2, null]]);
  });

  it('full: reads go on, pushes are refused, and what was in the log already follows when there is room', async () => {
    await begin();
    await redis.client.config('SET', 'maxmemory', '1');
    const [first, second] = [await pay(feature, [payment('first', 2)]), await pay(feature, [payment('second', 3)])];
    expect(first).toMatchObject({ status: 507, body: { code: 'STORAGE_FULL', logged: true } });
    expect(second).toMatchObject({ status: 507, body: { code: 'STORAGE_FULL' } });
    expect(second.body).not.toHaveProperty('logged');
    expect(await valuesOf(feature, ['a'])).toEqual([[1, 1, null]]);
    expect(await loggedIds(feature)).toEqual(['before', 'first']);
    await redis.client.config('SET', 'maxmemory', '0');
    await expect.poll(() => valuesOf(feature, ['a']), PATIENCE).toEqual([[2, 2, null]]);
  });

  it('a replica that takes no writes: reads go on, pushes are refused until there is a primary again', async () => {
    await begin('--replica-serve-stale-data', 'yes');
    const other = await startRedis();
    // A replica takes what its primary has: it is given time to be one only while that one is away.
    await other.kill();
    await redis.client.replicaof('127.0.0.1', Number(new URL(other.url).port));
    expect(await valuesOf(feature, ['a'])).toEqual([[1, 1, null]]);
    expect(await pay(feature, [payment('logged', 2)])).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    await redis.client.replicaof('NO', 'ONE');
    await paid('after', 3);
    const ids = await loggedIds(feature);
    expect(ids.at(-1)).toBe('after');
    await expect.poll(() => valuesOf(feature, ['a']), PATIENCE).toEqual([[ids.length, ids.length, null]]);
  });

  it('full in the middle of a load: the load says so, and nothing of it is counted', async () => {
    await begin();
    await redis.client.config('SET', 'maxmemory', '1');
    feature.clock.at = new Date(START + MINUTE);
    const more = await feature.ask(
      `mutation { defineFeatureView(input: { name: "more", entity: "card", source: "txn", ttlSeconds: 0, eventIdColumn: "txn_id",
        features: [{ name: "n", window: { function: COUNT, windowSeconds: 3600 } }] }) { featureView { id } }
        defineFeatureService(input: { name: "more", views: [{ view: "more" }] }) { eventCursor } }`,
    );
    expect(more.errors).toBeUndefined();
    const load = (await materialize(feature, { view: 'more' })).data.materialize.materialization;
    expect(load).toMatchObject({ state: 'FAILED', error: 'online store: Redis is full (maxmemory)' });
    await redis.client.config('SET', 'maxmemory', '0');
    const again = (await materialize(feature, { view: 'more' })).data.materialize.materialization;
    expect(again).toMatchObject({ state: 'SUCCEEDED' });
    await expect.poll(() => valuesOf(feature, ['loaded9'], 'more'), PATIENCE).toEqual([[10]]);
  });

  it.each([1, 2])(
    'killed and emptied at any time under load: nothing acknowledged is lost or counted twice (seed %i)',
    async (seed) => {
      await begin();
      const random = seededRandom(seed);
      const acknowledged = new Set<string>();
      const over: { at?: boolean } = {};
      const cards = ['k0', 'k1', 'k2'];
      const send = async (sender: number): Promise<void> => {
        for (let n = 0; !over.at; n++) {
          const id = `${cards[sender]}-${n}`;
          const { status } = await pay(feature, [payment(id, 1 + (n % 50), cards[sender])]);
          if (status === 200) acknowledged.add(id);
        }
      };
      const sending = cards.map((_, sender) => send(sender));
      for (let round = 0; round < 4; round++) {
        const enough = acknowledged.size + Math.ceil(random() * 40);
        await expect.poll(() => acknowledged.size, PATIENCE).toBeGreaterThan(enough);
        await redis.kill();
        await redis.start();
      }
      over.at = true;
      await Promise.all(sending);
      await paid('last', 1);
      const logged = (await loggedIds(feature)).filter((id) => id.startsWith('k'));
      expect(new Set(logged).size).toBe(logged.length);
      expect([...acknowledged].filter((id) => !logged.includes(id))).toEqual([]);
      const expected = cards.map((card) => logged.filter((id) => id.startsWith(`${card}-`)).length);
      await expect
        .poll(async () => ((await valuesOf(feature, cards)) as number[][]).map(([count]) => count), PATIENCE)
        .toEqual(expected);
    },
    180_000,
  );
});
