import { pino } from 'pino';
import { describe, it } from 'vitest';
import { RedisOnlineStore } from '../../subgraphs/feature/storage/online/redis/redis-online-store.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { onlineStoreConformance } from './online-store.ts';

const log = pino({ level: 'silent' });

if (hasRedis()) {
  const redis = await startRedis();
  let databases = 0;
  // Each store gets a database of its own, emptied of what an earlier one left there.
  onlineStoreConformance('the store in Redis', async (now) => {
    const database = databases++ % 16;
    await redis.client.multi().select(database).flushdb().select(0).exec();
    return RedisOnlineStore.open({ urls: [`${redis.url}/${database}`], now, log });
  });
} else {
  describe('the store in Redis', () => it.skip('needs redis-server', () => undefined));
}
