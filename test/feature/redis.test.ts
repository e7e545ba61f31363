import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { defineCards, loadCards, MINUTE, pay, pushLast, START, valuesOf, type Payment } from './cards.ts';
import { defineRing, readRing, send } from './ring.ts';
import { NetworkStory } from './network-story.ts';
import { CARDS, WindowStory } from './window-story.ts';

describe.skipIf(!hasRedis())('features in Redis', () => {
  let redis: TestRedis;
  let feature: FeatureHarness;
  beforeAll(async () => {
    redis = await startRedis();
    feature = await startTestFeature({ redisUrls: [redis.url] });
    feature.clock.at = new Date(START);
    await defineCards(feature);
  });

  it('are there after a restart without a snapshot, pushed ones and loaded ones', async () => {
    await loadCards(feature);
    const payments = [0, 1, 2].map((i): Payment => ({
      card: 'a',
      id: `a${i}`,
      ms: START - (3 - i) * MINUTE,
      amount: 10 ** i,
    }));
    expect((await pay(feature, payments)).body).toMatchObject({ accepted: 3, rejected: [] });
    expect((await pushLast(feature, 'a', START - MINUTE, 7)).body).toMatchObject({ accepted: 1 });
    expect((await pushLast(feature, 'a', START - 2 * MINUTE, 8)).body).toMatchObject({ accepted: 1 });
    const before = [
      [3, 111, 7],
      [10, 540, 99],
      [0, 0, null],
    ];
    expect(await valuesOf(feature, ['a', 'loaded9', 'nobody'])).toEqual(before);
    await feature.restart();
    expect(await valuesOf(feature, ['a', 'loaded9', 'nobody'])).toEqual(before);
    expect(existsSync(join(feature.folder, 'data/online.snapshot'))).toBe(false);
  });

  it('count an event once however often it is sent, follow its correction and its end', async () => {
    const [card, ms] = ['once', START - MINUTE];
    for (let i = 0; i < 3; i++) await pay(feature, [{ card, id: 'o1', ms, amount: 5 }]);
    await pay(feature, [{ card, id: 'o2', ms, amount: 7 }]);
    expect(await valuesOf(feature, [card])).toEqual([[2, 12, null]]);
    await pay(feature, [{ card, id: 'o1', ms, amount: 6 }]);
    expect(await valuesOf(feature, [card])).toEqual([[2, 13, null]]);
    await pay(feature, [{ card, id: 'o1', ms, retract: true }]);
    expect(await valuesOf(feature, [card])).toEqual([[1, 7, null]]);
  });

  it('are the same from two processes that are pushed to at the same time', async () => {
    const other = { subgraph: await feature.another() };
    const cards = ['p', 'q', 'r'];
    const senders = [feature, other, feature, other].map(async (process, sender) => {
      for (let i = 0; i < 30; i++) {
        const card = cards[i % cards.length] ?? '';
        const payment = { card, id: `${sender}-${i}`, ms: START - ((i * 7) % 50) * MINUTE - 1 };
        expect((await pay(process, [payment])).body).toMatchObject({ accepted: 1 });
      }
    });
    await Promise.all(senders);
    const expected = cards.map(() => [40, 40, null]);
    expect(await valuesOf(feature, cards)).toEqual(expected);
    expect(await valuesOf(other, cards)).toEqual(expected);
  });

  it(`are what a training set says and brute force says: ${CARDS} logs`, async () => {
    const story = new WindowStory(feature, 201);
    await story.run();
    expect(await story.compare()).toBeGreaterThan(50);
  });

  it('count who shares a device in two processes alike, and again after Redis was emptied', async () => {
    await defineRing(feature);
    const other = { subgraph: await feature.another() };
    const cards = Array.from({ length: 20 }, (_, i) => `shared ${i}`);
    const now = feature.clock.at.getTime();
    await Promise.all(
      cards.map((card, i) =>
        send(i % 2 ? feature : other, [{ card, id: '1', ms: now - MINUTE, device: `box ${i % 2}` }]),
      ),
    );
    await send(other, [{ card: 'shared 1', id: 'f', ms: now - 1, label: 'fraud' }]);
    await send(feature, [{ card: 'shared 2', id: '1', ms: now - MINUTE, retract: true }]);
    const expected = [
      [8, 0, false, 3, 1],
      [9, 0, false, 3, 2],
      [0, 0, false, 0, 0],
      [9, 1, false, 3, 1],
    ];
    const values = async (at: Parameters<typeof readRing>[0]): Promise<unknown> =>
      (await readRing(at, cards.slice(0, 4))).values;
    expect(await values(feature)).toEqual(expected);
    expect(await values(other)).toEqual(expected);
    await redis.client.flushall();
    // Each looks every second whether the store is where the log is.
    await vi.waitFor(async () => expect(await values(other)).toEqual(expected), { timeout: 20_000, interval: 100 });
    expect(await values(feature)).toEqual(expected);
  });

  it('hold networks that are what a training set says and brute force says', async () => {
    const story = new NetworkStory(feature, 301);
    await story.run();
    expect(await story.compare()).toBeGreaterThan(50);
  });
});

describe.skipIf(!hasRedis())('a Redis that features cannot be kept in', () => {
  it('is refused at the start, with what to change', async () => {
    const redis = await startRedis('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    await expect(startTestFeature({ redisUrls: [redis.url] })).rejects.toThrow(
      /REDIS_URL: its maxmemory-policy is allkeys-lru.*set it to noeviction/,
    );
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
    const feature = await startTestFeature({ redisUrls: [redis.url] });
    await defineCards(feature);
    feature.clock.at = new Date(START);
    expect((await pay(feature, [{ card: 'a', id: '1', ms: START - 1 }])).status).toBe(200);
    await expect(startTestFeature({ redisUrls: [redis.url] })).rejects.toThrow(
      /REDIS_URL: it holds rows up to \d+ of a log that ends at 0 here/,
    );
    await feature.subgraph.stop();
    await redis.kill();
    await expect(feature.start()).rejects.toThrow(/Redis cannot be reached/);
    await redis.start('--maxmemory-policy', 'noeviction');
    await feature.start();
    expect(await valuesOf(feature, ['a'])).toEqual([[1, 1, null]]);
  });
});
