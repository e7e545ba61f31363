import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { giveAccount, urlOfEdge } from '../feature/direct-reads.ts';
import { atEnd } from '../support/at-end.ts';
import { writeParquet } from '../support/feature.ts';
import { startFeatureReplicas, type FeatureReplica } from '../support/feature-replicas.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { NODE_KEY, TestControlPlane } from './support/control-plane.ts';
import { edgeHere, edgePlace, post, until } from './support/edge-process.ts';
import { release } from './support/release.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };

const DEFINE = `mutation ($source: DefineSourceInput!, $view: DefineFeatureViewInput!) {
  defineEntity(input: { name: "user", joinKeys: [{ name: "user", dtype: STRING }] }) { eventCursor }
  defineSource(input: $source) { eventCursor } defineFeatureView(input: $view) { eventCursor }
  defineFeatureService(input: { name: "fraud", views: [{ view: "user_txn" }] }) { featureService { id } } }`;

describe.skipIf(!hasRedis())('an edge with a Redis to read', () => {
  it('predicts from it, by the feature server while it is cut off, and goes on when that one is killed', async () => {
    const redis = await startRedis();
    await giveAccount(redis);
    const { replicas, folder } = await startFeatureReplicas(1, { REDIS_URL: redis.url }, [NODE_KEY]);
    const [feature] = replicas as [FeatureReplica];
    await writeParquet(
      join(folder, 'txn.parquet'),
      `select 'u' as "user", timestamptz '2026-01-01 00:00:00Z' as event_time, 1.0::double as amount_24h, 1::bigint as count_1h`,
    );
    const defined = await feature.ask(DEFINE, {
      source: { name: 'txn', path: 'txn.parquet', eventColumn: 'event_time' },
      view: {
        name: 'user_txn',
        entity: 'user',
        source: 'txn',
        ttlSeconds: 0,
        features: [{ name: 'amount_24h' }, { name: 'count_1h' }],
      },
    });
    expect(defined.errors).toBeUndefined();
    const push = async (amount_24h: number): Promise<void> => {
      const row = {
        entity: { user: 'u1' },
        eventTime: new Date().toISOString(),
        values: { amount_24h, count_1h: 2 },
      };
      expect(await feature.post('/v1/features/push', { view: 'user_txn', rows: [row] })).toMatchObject({
        status: 200,
        body: { accepted: 1, rejected: [] },
      });
    };
    await push(7);

    const control = await TestControlPlane.start();
    atEnd(() => control.down());
    const place = edgePlace(control, { FEATURE_URL: feature.url, TIFFIN_EDGE_REDIS_URL: urlOfEdge(redis) });
    await control.publish([await release({})]);
    const edge = await edgeHere(place);
    atEnd(() => edge.stop());
    const path = '/v1/predict/fraud-decision';
    const used = async (): Promise<any> =>
      (await post(edge.url, path, { inputs: { user_id: 'u1', amount: 1 } })).body.features?.user_txn__amount_24h;
    await until('it is ready', async () => (await post(edge.url, path, {})).status === 422);
    await expect.poll(used, PATIENCE).toMatchObject({ value: 7, status: 'PRESENT', source: 'REDIS' });
    await push(8);
    expect(await used()).toMatchObject({ value: 8, source: 'REDIS' });

    await redis.client.acl('SETUSER', 'tiffin-edge', 'off');
    await redis.client.client('KILL', 'USER', 'tiffin-edge');
    await expect.poll(used, PATIENCE).toMatchObject({ value: 8, status: 'PRESENT', source: 'STORE' });
    await giveAccount(redis);
    await expect.poll(used, PATIENCE).toMatchObject({ value: 8, source: 'REDIS' });

    await feature.kill();
    expect(await used()).toMatchObject({ value: 8, source: 'REDIS' });
  }, 120_000);
});
