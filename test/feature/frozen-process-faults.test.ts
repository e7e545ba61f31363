import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { writeParquet } from '../support/feature.ts';
import { startFeatureReplicas, type FeatureReplica } from '../support/feature-replicas.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

const PATIENCE = { timeout: 90_000, interval: 100 };
const USER = { user_id: 'u1' };
const DEFINE = `mutation {
  defineEntity(input: { name: "user", joinKeys: [{ name: "user_id", dtype: STRING }] }) { eventCursor }
  defineSource(input: { name: "clicks", path: "clicks.parquet", eventColumn: "event_time" }) { eventCursor }
  defineFeatureView(input: { name: "clicks", source: "clicks", entity: "user", ttlSeconds: 0, eventIdColumn: "click",
    features: [{ name: "n", window: { function: COUNT, windowSeconds: 86400 } }] }) { eventCursor }
  defineFeatureService(input: { name: "counts", views: [{ view: "clicks" }] }) { eventCursor } }`;

const CLICKS = `select 'u1' as user_id, 'c' as click, timestamptz '2026-01-01' as event_time`;

/** What a process can hold that all others need; what answers a row was held while nothing ran. */
const HELD = {
  'the turn': `select 1 from pg_locks where locktype = 'advisory' and classid = 0 and objid = 7301118 and granted`,
  'a transaction that has written': `select 1 from pg_stat_activity where datname = current_database()
     and state = 'idle in transaction' and backend_xid is not null`,
};

/** Freezes it over and over until it holds what is asked for. */
async function freezeWhileItHolds(replica: FeatureReplica, client: Client, held: string): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    replica.freeze();
    // What Postgres was asked before is done by then.
    await sleep(40);
    if (((await client.query(held)).rowCount ?? 0) > 0) return;
    replica.thaw();
    await sleep(Math.random() * 15);
  }
  throw new Error('it never held it');
}

describe.skipIf(!hasRedis())('a feature process that is frozen, and keeps its connections', () => {
  it.each(Object.entries(HELD))(
    'keeps %s for a while only; the others go on, and nothing is counted twice',
    async (_, held) => {
      const redis = await startRedis();
      const { replicas, folder, databaseUrl } = await startFeatureReplicas(2, { REDIS_URL: redis.url });
      const [frozen, other] = replicas as [FeatureReplica, FeatureReplica];
      await writeParquet(join(folder, 'clicks.parquet'), CLICKS);
      expect((await frozen.ask(DEFINE)).errors).toBeUndefined();
      const acknowledged = new Set<string>();
      const push = async (replica: FeatureReplica, click: string): Promise<void> => {
        const row = { entity: USER, eventTime: new Date().toISOString(), eventId: click, values: {} };
        while (!acknowledged.has(click)) {
          const answer = await replica.post('/v1/features/push', { view: 'clicks', rows: [row] }).catch(() => null);
          if (answer?.status === 200) acknowledged.add(click);
          else await sleep(50);
        }
      };
      const over: { at?: boolean } = {};
      const pushing = [0, 1].map(async (sender) => {
        for (let n = 0; !over.at; n++) await push(frozen, `${sender}-${n}`);
      });
      const client = new Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        await freezeWhileItHolds(frozen, client, held);
        await push(other, 'meanwhile');
        // Another process wrote to the log, so what the frozen one held is free.
        over.at = true;
        frozen.thaw();
        await Promise.all(pushing);
      } finally {
        frozen.thaw();
        await client.end();
      }
      await push(frozen, 'afterwards');
      for (const replica of replicas) {
        const count = async (): Promise<any> =>
          (await replica.post('/v1/features/read', { service: 'counts', entities: [USER] })).body.values;
        await expect.poll(count, PATIENCE).toEqual([[acknowledged.size]]);
      }
    },
    180_000,
  );
});
