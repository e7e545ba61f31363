import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { startTestFeature } from '../support/feature.ts';
import { hasRedis, startRedis, startSentinels } from '../support/redis.ts';
import { defineCards, loadCards, MINUTE, pay, START, valuesOf } from './cards.ts';

const PATIENCE = { timeout: 60_000, interval: 50 };

describe.skipIf(!hasRedis())('features in a Redis that sentinels watch', () => {
  it.each(['killed', 'frozen'])(
    'go on when the primary is %s and another takes over, each event once',
    async (how) => {
      const primary = await startRedis();
      const replica = await startRedis('--replicaof', '127.0.0.1', new URL(primary.url).port);
      await expect.poll(() => replica.client.info('replication'), PATIENCE).toContain('master_link_status:up');
      const feature = await startTestFeature({ redisUrls: await startSentinels(primary, 1) });
      feature.clock.at = new Date(START);
      await defineCards(feature);
      await loadCards(feature);

      const acknowledged = new Set<string>();
      const answers = new Set<string>();
      const over: { at?: boolean } = {};
      const sending = (async () => {
        for (let n = 0; !over.at; n++) {
          const id = `p${n}`;
          const { status } = await pay(feature, [{ card: 'a', id, ms: START - (1 + (n % 50)) * MINUTE }]);
          if (status === 200) acknowledged.add(id);
          const found = await valuesOf(feature, ['loaded9']);
          answers.add(typeof found === 'string' ? found : 'values');
        }
      })();
      await expect.poll(() => acknowledged.size, PATIENCE).toBeGreaterThan(10);
      if (how === 'killed') await primary.kill();
      else primary.freeze();
      await expect.poll(() => answers.has('UNAVAILABLE'), PATIENCE).toBe(true);
      await expect.poll(async () => (await replica.client.role())[0], PATIENCE).toBe('master');
      const before = acknowledged.size;
      await expect.poll(() => acknowledged.size, PATIENCE).toBeGreaterThan(before + 10);
      over.at = true;
      await sending;
      expect([...answers].sort()).toEqual(['UNAVAILABLE', 'values']);

      const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
      const rows = await db.query<{ id: string }>('select event_id as id from pushed_row');
      await db.close();
      const logged = new Set(rows.map(({ id }) => id));
      expect(rows).toHaveLength(logged.size);
      expect([...acknowledged].filter((id) => !logged.has(id))).toEqual([]);
      const counts = async (): Promise<unknown> => {
        const values = await valuesOf(feature, ['a', 'loaded9']);
        return Array.isArray(values) ? values.map(([count]) => count) : values;
      };
      await expect.poll(counts, PATIENCE).toEqual([logged.size, 10]);
    },
    180_000,
  );

  it('says that it cannot be reached where no sentinel answers, or none knows the primary', async () => {
    const primary = await startRedis();
    const [url = ''] = await startSentinels(primary, 0, 1);
    for (const redisUrls of [['redis+sentinel://127.0.0.1:1/cards'], [url.replace('/cards', '/another')]]) {
      await expect(startTestFeature({ redisUrls })).rejects.toThrow(/online store: Redis cannot be reached/);
    }
  });
});
