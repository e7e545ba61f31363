import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { defineCards, loadCards, MINUTE, pay, pushLast, START } from './cards.ts';
import { edgeReaders, giveAccount, urlOfEdge, type EdgeReaders } from './direct-reads.ts';
import { WindowStory } from './window-story.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

describe.skipIf(!hasRedis())('an edge that reads Redis itself', () => {
  let redis: TestRedis;
  let feature: FeatureHarness;
  let readers: EdgeReaders;
  beforeAll(async () => {
    redis = await startRedis();
    await giveAccount(redis);
    feature = await startTestFeature({ redisUrls: [redis.url] });
    feature.clock.at = new Date(START);
    await defineCards(feature);
    await loadCards(feature);
    readers = edgeReaders(feature, [urlOfEdge(redis)]);
    await vi.waitFor(async () => expect(await sourceOf('a')).toBe('REDIS'), PATIENCE);
    readers.said.length = 0;
  });
  const ask = (card_id: string | null, service = 'card@1', at: string | null = null) =>
    readers.direct.read({ service, entity: { card_id }, at });
  const sourceOf = async (card: string): Promise<string> => (await ask(card)).source;

  it('has what the feature server answers, value by value, status and age: rows, windows, now and then', async () => {
    const story = new WindowStory(feature, 501);
    await story.run();
    await pay(feature, [{ card: 'a', id: 'a1', ms: START - MINUTE, amount: 0.1 }]);
    await pushLast(feature, 'a', START - MINUTE, 9);
    const { server, direct } = readers;
    const random = seededRandom(501);
    const cards = ['a', 'loaded9', 'nobody', null, ...Array.from({ length: 20 }, (_, i) => `card ${i}'"`)];
    let filled = 0;
    for (let i = 0; i < 400; i++) {
      const back = [0, 1, MINUTE, 60 * MINUTE, 3_000 * MINUTE, 60_000 * MINUTE][i % 6]!;
      const at = i % 5 === 0 ? null : new Date(feature.clock.at.getTime() - Math.floor(random() * back)).toISOString();
      const query = {
        service: i % 3 === 0 ? 'card@1' : 'story_501@1',
        entity: { card_id: cards[Math.floor(random() * cards.length)]! },
        at,
      };
      const [told, own] = await Promise.all([server.read(query), direct.read(query)]);
      expect(own.source).toBe('REDIS');
      expect([...own.features], JSON.stringify(query)).toEqual([...told.features]);
      filled += [...own.features.values()].filter(({ value }) => value !== null && value !== 0).length;
    }
    expect(filled).toBeGreaterThan(200);
  });

  it('leaves to the feature server what that has to refuse, and versions that may change', async () => {
    await expect(readers.direct.read({ service: 'card@1', entity: { other: 'a' }, at: null })).rejects.toThrow(
      /is no join key of this service/,
    );
    await expect(ask('a', 'unknown@1')).rejects.toThrow(/there is no unknown@1 here/);
    expect((await ask('a', 'card')).source).toBe('STORE');
    // None of this is a fault of Redis.
    expect(readers.said).toEqual([]);
    expect(await sourceOf('a')).toBe('REDIS');
  });

  it('may read the store and nothing else, and change nothing', async () => {
    const edge = redis.client.duplicate({ username: 'tiffin-edge', password: 'of-the-edges', enableReadyCheck: false });
    await edge.connect();
    expect(await edge.mget('tiffin:2:{0/1}:generation')).toHaveLength(1);
    for (const refused of [
      edge.set('tiffin:2:{0/1}:generation', 'mine'),
      edge.del('tiffin:2:{0/1}:generation'),
      edge.mget('another-key'),
      edge.function('FLUSH'),
      edge.flushall(),
      edge.config('GET', '*'),
    ]) {
      await expect(refused).rejects.toThrow(/NOPERM/);
    }
    edge.disconnect();
  });

  it('asks the feature server while it is cut off from Redis, says so, and goes back', async () => {
    await redis.client.acl('SETUSER', 'tiffin-edge', 'off');
    await redis.client.client('KILL', 'USER', 'tiffin-edge');
    await expect.poll(() => sourceOf('loaded9'), PATIENCE).toBe('STORE');
    const row = await ask('loaded9');
    expect(row.source).toBe('STORE');
    expect(row.features.get('card_txn__n_1h')).toMatchObject({ status: 'PRESENT' });
    expect(readers.said).toEqual(['AWAY']);
    await giveAccount(redis);
    await expect.poll(() => sourceOf('loaded9'), PATIENCE).toBe('REDIS');
    expect(readers.said).toEqual(['AWAY', 'BACK']);
  });
});
