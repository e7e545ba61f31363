import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { startChild, type Child } from '../support/child.ts';
import {
  createTrainingSet,
  defineUserTxn,
  downloadRows,
  materialize,
  post,
  startTestFeature,
  writeParquet,
} from '../support/feature.ts';
import { seededRandom } from '../support/seeded-random.ts';

const KILLS = 5;

/** Listens until the child is killed; answers every row that it acknowledged. */
async function hear(child: Child, pushed: Map<string, number>, heard: { loads: number }): Promise<void> {
  for (;;) {
    const line = await child.next().catch(() => null);
    if (line === null) return;
    for (const [user, amount] of line.pushed ?? []) pushed.set(user, amount);
    if (line.loaded) heard.loads++;
  }
}

it.each([1, 2])(
  'loses nothing that it acknowledged, killed at any time while it pushes, loads and writes snapshots (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const feature = await startTestFeature();
    feature.clock.at = new Date();
    await writeParquet(
      join(feature.folder, 'txn.parquet'),
      `select 'loaded' || i as user_id, timestamptz '2026-01-01 00:00:00Z' as event_time, timestamptz '2026-01-01 00:00:00Z' as created_at, i::double as amount from range(2000) t(i)`,
    );
    const { service, view } = await defineUserTxn(feature, 'txn.parquet', { ttlSeconds: 0 });
    await feature.subgraph.stop();

    const pushed = new Map<string, number>();
    const heard = { loads: 0 };
    for (let round = 0; round < KILLS; round++) {
      const child = startChild('feed-features.ts', [feature.databaseUrl, feature.folder, `s${seed}r${round}`]);
      expect(await child.next()).toEqual({ ready: true });
      const listening = hear(child, pushed, heard);
      await sleep(random() * 700);
      await child.kill();
      await listening;
    }
    expect(pushed.size).toBeGreaterThan(10);

    feature.clock.at = new Date();
    await feature.start();
    const users = [...pushed.keys()];
    for (let i = 0; i < users.length; i += 1_000) {
      const some = users.slice(i, i + 1_000);
      const { body } = await post(feature, '/v1/features/read', {
        service,
        entities: some.map((user_id) => ({ user_id })),
      });
      expect(body.values.map(([value]: number[]) => value)).toEqual(some.map((user) => pushed.get(user)));
    }
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    const [twice] = await db.query(
      'select count(*)::int as n from (select 1 from pushed_row group by entity_key having count(*) > 1) t',
    );
    expect(twice).toEqual({ n: 0 });
    await db.close();

    // Whatever the killed loads left, one more makes it whole, and nothing is in the log twice.
    await expect
      .poll(async () => (await materialize(feature, { view })).data?.materialize.materialization.state, {
        timeout: 20_000,
      })
      .toBe('SUCCEEDED');
    const loaded = Array.from({ length: 1_000 }, (_, i) => `loaded${i * 2}`);
    const { body } = await post(feature, '/v1/features/read', {
      service,
      entities: loaded.map((user_id) => ({ user_id })),
    });
    expect(body.values.map(([value]: number[]) => value)).toEqual(loaded.map((_, i) => i * 2));
    const { data } = await feature.ask(
      '{ materializations(first: 100) { edges { node { state rowsWritten error } } } }',
    );
    const loads = data.materializations.edges.map((edge: any) => edge.node);
    expect(
      loads
        .filter((load: any) => load.state === 'SUCCEEDED')
        .reduce((sum: number, load: any) => sum + load.rowsWritten, 0),
    ).toBe(2_000);
    expect(new Set(loads.map((load: any) => load.state))).not.toContain('RUNNING');

    const timestamp = feature.clock.at.toISOString();
    const set = await createTrainingSet(feature, {
      service,
      spine: { rows: users.slice(0, 5_000).map((user_id) => ({ user_id, timestamp })) },
    });
    const out = await downloadRows(feature, set.data.createTrainingSet.trainingSet);
    expect(out.map((row) => row.user_txn__amount)).toEqual(users.slice(0, 5_000).map((user) => pushed.get(user)));
  },
  120_000,
);
