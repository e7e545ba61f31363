import { describe, expect, it } from 'vitest';
import { redisParts } from '../../core/codec/redis-address.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { hasRedis, startRedisCluster, type TestRedis, type TestRedisCluster } from '../support/redis.ts';
import { defineCards, loadCards, MINUTE, pay, START, valuesOf } from './cards.ts';
import { edgeReaders } from './direct-reads.ts';
import { NetworkStory } from './network-story.ts';
import { WindowStory } from './window-story.ts';

const PATIENCE = { timeout: 60_000, interval: 50 };
/** They lie in parts on all three servers. */
const CARDS = Array.from({ length: 24 }, (_, i) => `card ${i}`);

async function begin(
  counts: { readonly primaries: number; readonly replicas?: number },
  ...settings: readonly string[]
): Promise<{ cluster: TestRedisCluster; feature: FeatureHarness }> {
  const cluster = await startRedisCluster(counts, ...settings);
  const feature = await startTestFeature({ redisUrls: [cluster.url] });
  feature.clock.at = new Date(START);
  await defineCards(feature);
  await loadCards(feature);
  return { cluster, feature };
}

const payment = (card: string, n: number) => ({ card, id: `${card} ${n}`, ms: START - (1 + (n % 50)) * MINUTE });

/** How many payments of each card are in the log. */
async function logged({ databaseUrl }: FeatureHarness): Promise<Map<string, Set<string>>> {
  const db = await openDatabase(featureSchema, { url: databaseUrl });
  const rows = await db.query<{ id: string }>('select event_id as id from pushed_row');
  await db.close();
  return new Map(
    CARDS.map((card) => [card, new Set(rows.filter(({ id }) => id.startsWith(`${card} `)).map((r) => r.id))]),
  );
}

const countsOf = async (feature: FeatureHarness): Promise<unknown> => {
  const values = await valuesOf(feature, CARDS);
  return Array.isArray(values) ? values.map(([count]) => count) : values;
};

const linkOf = async ({ client }: TestRedis): Promise<string | undefined> =>
  /connected_slaves:(\d+)/.exec(await client.info('replication'))?.[1];

describe.skipIf(!hasRedis())('features in a Redis cluster', () => {
  it('count each event once while a slot moves to another server, and are what a training set says afterwards', async () => {
    const { cluster, feature } = await begin({ primaries: 3 });
    const acknowledged = new Map(CARDS.map((card) => [card, 0]));
    const over: { at?: boolean } = {};
    const refusals = new Set<string>();
    const sending = CARDS.slice(0, 4).map(async (_, sender) => {
      for (let n = 0; !over.at; n++) {
        const card = CARDS[(sender * 6 + n) % CARDS.length]!;
        const { status, body } = await pay(feature, [payment(card, sender * 100_000 + n)]);
        if (status === 200) acknowledged.set(card, acknowledged.get(card)! + 1);
        else refusals.add(body.code);
      }
    });
    const [from, to] = cluster.primaries as [TestRedis, TestRedis];
    const slot = await from.client.cluster('KEYSLOT', redisParts(16)[0]!.generation);
    const [fromId, toId] = await Promise.all([from, to].map(({ client }) => client.cluster('MYID')));
    await to.client.cluster('SETSLOT', slot, 'IMPORTING', fromId!);
    await from.client.cluster('SETSLOT', slot, 'MIGRATING', toId!);
    const port = Number(new URL(to.url).port);
    for (;;) {
      const keys = (await from.client.cluster('GETKEYSINSLOT', slot, 20)) as string[];
      if (keys.length === 0) break;
      await from.client.migrate('127.0.0.1', port, '', 0, 5_000, 'KEYS', ...keys);
    }
    for (const { client } of [to, from, cluster.primaries[2]!]) await client.cluster('SETSLOT', slot, 'NODE', toId!);
    const moved = Math.max(...acknowledged.values());
    await expect.poll(() => Math.max(...acknowledged.values()), PATIENCE).toBeGreaterThan(moved + 2);
    over.at = true;
    await Promise.all(sending);
    // While a slot moves its server says TRYAGAIN for keys that lie apart.
    expect([...refusals].filter((code) => code !== 'UNAVAILABLE')).toEqual([]);
    const inLog = await logged(feature);
    for (const [card, count] of acknowledged) expect(inLog.get(card)!.size).toBeGreaterThanOrEqual(count);
    await expect.poll(() => countsOf(feature), PATIENCE).toEqual(CARDS.map((card) => inLog.get(card)!.size));

    const story = new WindowStory(feature, 401);
    await story.run();
    expect(await story.compare()).toBeGreaterThan(50);

    // An edge that reads the cluster itself has the same.
    const { server, direct } = edgeReaders(feature, [cluster.url]);
    const cards = Array.from({ length: 20 }, (_, i) => `card ${i}'"`);
    const rows = (): Promise<any[]> =>
      Promise.all(cards.map((card_id) => direct.read({ service: 'story_401@1', entity: { card_id }, at: null })));
    await expect.poll(async () => (await rows()).every(({ source }) => source === 'REDIS'), PATIENCE).toBe(true);
    for (const [i, row] of (await rows()).entries()) {
      const told = await server.read({ service: 'story_401@1', entity: { card_id: cards[i]! }, at: null });
      expect([...row.features]).toEqual([...told.features]);
    }
  }, 180_000);

  it('have networks that cross servers, and are what a training set says', async () => {
    const { url } = await startRedisCluster({ primaries: 3 });
    const story = new NetworkStory(await startTestFeature({ redisUrls: [url] }), 304);
    await story.run();
    expect(await story.compare()).toBeGreaterThan(50);
  }, 180_000);

  it('go on when a primary is killed and its replica takes over, which lacks the last moments', async () => {
    const { cluster, feature } = await begin({ primaries: 3, replicas: 1 }, '--repl-timeout', '2');
    const [primary] = cluster.primaries as [TestRedis];
    const [replica] = cluster.replicas as [TestRedis];
    for (const [n, card] of CARDS.entries()) expect((await pay(feature, [payment(card, n)])).status).toBe(200);
    // What comes from here on reaches the primary alone.
    replica.freeze();
    await expect.poll(() => linkOf(primary), PATIENCE).toBe('0');
    for (const card of CARDS) expect((await pay(feature, [payment(card, 100)])).status).toBe(200);
    expect(await countsOf(feature)).toEqual(CARDS.map(() => 2));

    const acknowledged = new Set<string>();
    const over: { at?: boolean } = {};
    const sending = [0, 1, 2].map(async (sender) => {
      for (let n = 0; !over.at; n++) {
        const card = CARDS[(sender * 8 + n) % CARDS.length]!;
        const one = payment(card, 1_000 * (sender + 1) + n);
        if ((await pay(feature, [one])).status === 200) acknowledged.add(one.id);
      }
    });
    const answers = new Set<string>();
    const reading = (async () => {
      while (!over.at) {
        const found = await countsOf(feature);
        answers.add(typeof found === 'string' ? found : 'counts');
      }
    })();
    await expect.poll(() => acknowledged.size, PATIENCE).toBeGreaterThan(20);
    await primary.kill();
    await expect.poll(() => answers.has('UNAVAILABLE'), PATIENCE).toBe(true);
    replica.thaw();
    const before = acknowledged.size;
    await expect.poll(() => acknowledged.size, PATIENCE).toBeGreaterThan(before + 20);
    over.at = true;
    await Promise.all([...sending, reading]);
    expect((await replica.client.role())[0]).toBe('master');
    // Nothing else was ever answered.
    expect([...answers].sort()).toEqual(['UNAVAILABLE', 'counts']);

    const inLog = await logged(feature);
    const ids = new Set([...inLog.values()].flatMap((own) => [...own]));
    expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
    await expect.poll(() => countsOf(feature), PATIENCE).toEqual(CARDS.map((card) => inLog.get(card)!.size));
    expect(await valuesOf(feature, ['loaded9'])).toEqual([[10, 540, 99]]);
  }, 180_000);

  it('are filled again where one server comes back empty', async () => {
    const { cluster, feature } = await begin({ primaries: 3 });
    for (const card of CARDS) await pay(feature, [payment(card, 1)]);
    await cluster.primaries[1]!.kill();
    await expect.poll(() => countsOf(feature), PATIENCE).toBe('UNAVAILABLE');
    expect((await pay(feature, [payment('card 1', 2)])).status).toBe(503);
    expect((await feature.subgraph.app.request('/readyz')).status).toBe(503);
    await cluster.primaries[1]!.start();
    await expect.poll(() => countsOf(feature), PATIENCE).toEqual(CARDS.map(() => 1));
    expect(await valuesOf(feature, ['loaded9'])).toEqual([[10, 540, 99]]);
    await expect.poll(async () => (await pay(feature, [payment('card 1', 2)])).status, PATIENCE).toBe(200);
  }, 120_000);
});
