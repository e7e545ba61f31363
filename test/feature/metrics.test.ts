import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defineUserTxn, materialize, startTestFeature, writeParquet } from '../support/feature.ts';
import { misnamedIn, samplesIn, scrape } from '../support/metrics.ts';

it('metrics tell how materializations and builds stand', async () => {
  const feature = await startTestFeature();
  const write = (amount: string): Promise<void> =>
    writeParquet(
      join(feature.folder, 'txn.parquet'),
      `select 'u' as user_id, timestamptz '2026-01-01 00:00:00Z' as event_time,
         timestamptz '2026-01-01 00:00:00Z' as created_at, ${amount}::bigint as amount`,
    );
  await write('1');
  const features = [{ name: 'amount', dtype: 'FLOAT64' }];
  const { view } = await defineUserTxn(feature, 'txn.parquet', { ttlSeconds: 0, features });
  const none = { 'state="RUNNING"': 0, 'state="SUCCEEDED"': 0, 'state="FAILED"': 0 };
  expect(samplesIn(await scrape(feature.subgraph), 'feature_materializations')).toEqual(none);
  const { data } = await materialize(feature, { view });
  expect(data.materialize.materialization.state).toBe('SUCCEEDED');
  await write('9007199254740993'); // more digits than the feature's type keeps
  await materialize(feature, { view });
  const text = await scrape(feature.subgraph);
  expect(samplesIn(text, 'feature_materializations')).toEqual({
    ...none,
    'state="SUCCEEDED"': 1,
    'state="FAILED"': 1,
  });
  expect(samplesIn(text, 'feature_training_set_builds')).toEqual(none);
  expect(misnamedIn(text)).toEqual([]);
});
