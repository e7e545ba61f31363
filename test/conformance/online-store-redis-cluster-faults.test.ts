import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { encodeBlock } from '../../core/codec/encode-block.ts';
import { RedisOnlineStore } from '../../subgraphs/feature/storage/online/redis/redis-online-store.ts';
import { hasRedis, startRedisCluster } from '../support/redis.ts';
import { onlineStoreConformance } from './online-store.ts';

const log = pino({ level: 'silent' });

if (hasRedis()) {
  // Two stores may be open at a time, and a cluster has one database.
  const clusters = [await startRedisCluster({ primaries: 3 }), await startRedisCluster({ primaries: 3 })] as const;
  let opened = 0;
  const open = async (now: () => Date, cluster = clusters[opened++ % 2]!): Promise<RedisOnlineStore> => {
    await Promise.all(cluster.primaries.map(({ client }) => client.flushall()));
    return RedisOnlineStore.open({ urls: [cluster.url], now, log });
  };
  onlineStoreConformance('the store in a cluster of three', (now) => open(now));

  describe('the store in a cluster', () => {
    it('has what an entity has in one slot, and all of them on all servers', async () => {
      const [cluster] = clusters;
      const store = await open(() => new Date(), cluster);
      const keys = Array.from({ length: 200 }, (_, i) => `["user ${i}"]`);
      const views = ['default/a@1', 'default/b@2'];
      const layout = { schemaVersion: 1, fields: [{ name: 'x', dtype: 'FLOAT64' as const }] };
      const block = encodeBlock({ eventTimeMs: 1, availableTimeMs: null, values: [1] }, layout);
      await store.write(
        keys.flatMap((key, seq) => views.map((view) => ({ view, key, block, seq, ordinal: 0, evictAtMs: null }))),
      );
      expect(await store.size()).toBe(400);
      const slots = new Map<string, Set<number>>();
      for (const { client } of cluster.primaries) {
        const stored = await client.keys('*:block:*');
        expect(stored.length).toBeGreaterThan(60);
        for (const key of stored) {
          const entity = key.slice(key.indexOf('['));
          slots.set(entity, (slots.get(entity) ?? new Set()).add(await client.cluster('KEYSLOT', key)));
        }
      }
      expect([...slots.values()].map(({ size }) => size)).toEqual(keys.map(() => 1));

      const mgets = async (): Promise<number> => {
        const stats = await Promise.all(cluster.primaries.map(({ client }) => client.info('commandstats')));
        return stats.reduce((sum, text) => sum + Number(/cmdstat_mget:calls=(\d+)/.exec(text)?.[1] ?? 0), 0);
      };
      const before = await mgets();
      const found = await store.read(keys.map((key) => ({ view: 'default/a@1', key })));
      expect(found.every((one) => one !== null)).toBe(true);
      const distinct = new Set([...slots.values()].flatMap((own) => [...own])).size;
      expect((await mgets()) - before).toBe(distinct);
      await store.close();
    });
  });
} else {
  describe('the store in a cluster', () => it.skip('needs redis-server', () => undefined));
}
