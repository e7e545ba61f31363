import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { startChild } from '../support/child.ts';
import { materialize, post, startTestFeature, writeParquet } from '../support/feature.ts';
import { seededRandom } from '../support/seeded-random.ts';

const KILLS = 6;
const WEEK = 7 * 24 * 3_600;
const USERS = ['busy0', 'busy1', 'busy2'];

it.each([
  ['with ids', { eventIdColumn: 'txn_id' }, 1],
  ['without ids', {}, 2],
])(
  'counts each event that it acknowledged once, killed at any time while it pushes, loads and writes snapshots, %s',
  async (_, more, seed) => {
    const random = seededRandom(seed);
    const withIds = 'eventIdColumn' in more;
    const feature = await startTestFeature();
    feature.clock.at = new Date();
    const loadedAt = new Date(Date.now() - 3_600_000).toISOString();
    await writeParquet(
      join(feature.folder, 'txn.parquet'),
      `select 'busy' || (i % 3) as user_id, 'loaded' || i as txn_id, timestamptz '${loadedAt}' + interval (i) millisecond as event_time,
         i::double as amount from range(3000) t(i)`,
    );
    const { errors } = await feature.ask(
      `mutation ($view: DefineFeatureViewInput!) {
        defineEntity(input: { name: "user", joinKeys: [{ name: "user_id", dtype: STRING }] }) { eventCursor }
        defineSource(input: { name: "txn", path: "txn.parquet", eventColumn: "event_time" }) { eventCursor }
        defineFeatureView(input: $view) { eventCursor }
        defineFeatureService(input: { name: "fraud", views: [{ view: "user_txn" }] }) { eventCursor } }`,
      {
        view: {
          name: 'user_txn',
          entity: 'user',
          source: 'txn',
          ttlSeconds: 0,
          features: [
            { name: 'n', window: { function: 'COUNT', windowSeconds: WEEK } },
            { name: 'sum', column: 'amount', window: { function: 'SUM', windowSeconds: WEEK } },
          ],
          ...more,
        },
      },
    );
    expect(errors).toBeUndefined();
    await feature.subgraph.stop();

    const acknowledged: string[] = [];
    for (let round = 0; round < KILLS || acknowledged.length <= 10; round++) {
      const args = [
        feature.databaseUrl,
        feature.folder,
        `s${seed}r${round}`,
        withIds ? 'windows' : 'windows-without-ids',
      ];
      const child = startChild('feed-features.ts', args);
      expect(await child.next()).toEqual({ ready: true });
      const listening = (async () => {
        for (;;) {
          const line = await child.next().catch(() => null);
          if (line === null) return;
          for (const [id] of line.pushed ?? []) acknowledged.push(id);
        }
      })();
      await sleep(random() * 700);
      await child.kill();
      await listening;
    }

    feature.clock.at = new Date();
    await feature.start();
    await expect
      .poll(async () => (await materialize(feature, { view: 'user_txn' })).data?.materialize.materialization.state, {
        timeout: 60_000,
      })
      .toBe('SUCCEEDED');
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    const log = await db.query<{ entity_key: string; event_id: string | null; amount: number }>(
      'select entity_key, event_id, (feature_values->>0)::float8 as amount from pushed_row',
    );
    await db.close();
    if (withIds) {
      const ids = new Set(log.map(({ event_id }) => event_id));
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
      expect(ids.size).toBe(log.length);
    } else expect(log.length).toBeGreaterThanOrEqual(acknowledged.length);
    feature.clock.at = new Date(Date.now() + 1);
    const { body } = await post(feature, '/v1/features/read', {
      service: 'fraud',
      entities: USERS.map((user_id) => ({ user_id })),
    });
    USERS.forEach((user, i) => {
      const own = log.filter(({ entity_key }) => entity_key === JSON.stringify([user]));
      const loaded = Array.from({ length: 1_000 }, (_unused, n) => 3 * n + i);
      const sum = [...own.map(({ amount }) => amount), ...loaded].reduce((all, one) => all + one, 0);
      expect(body.values[i], user).toEqual([own.length + loaded.length, sum]);
    });
  },
  240_000,
);
