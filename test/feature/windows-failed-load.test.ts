import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { onlineViewOf } from '../../core/codec/address.ts';
import { windowPlanOf } from '../../subgraphs/feature/domain/log-column.ts';
import { failMaterialization } from '../../subgraphs/feature/operations/run-materialization.ts';
import { Duck } from '../../subgraphs/shared/duckdb/duckdb.ts';
import { findViews } from '../../subgraphs/feature/storage/feature-view.ts';
import { addSegment, segmentsOf } from '../../subgraphs/feature/storage/log/segment.ts';
import { findMaterializations, saveMaterialization } from '../../subgraphs/feature/storage/materialization.ts';
import { OnlineFold } from '../../subgraphs/feature/storage/online/fold.ts';
import { MemoryOnlineStore } from '../../subgraphs/feature/storage/online/memory-online-store.ts';
import { ParquetFiles } from '../../subgraphs/feature/storage/parquet-files.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { materialize, post, startTestFeature, writeParquet } from '../support/feature.ts';

it('leaves nothing of a load that failed in windows', async () => {
  const feature = await startTestFeature();
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'a' as card_id, timestamptz '2026-02-28 12:00:00Z' + interval (i) minute as event_time, 1.0::double as amount from range(100) t(i)`,
  );
  const { errors } = await feature.ask(
    `mutation {
      defineEntity(input: { name: "card", joinKeys: [{ name: "card_id", dtype: STRING }] }) { eventCursor }
      defineSource(input: { name: "txn", path: "txn.parquet", eventColumn: "event_time" }) { eventCursor }
      defineFeatureView(input: { name: "card_txn", entity: "card", source: "txn", ttlSeconds: 0, features: [
        { name: "sum", column: "amount", window: { function: SUM, windowSeconds: 86400 } }] }) { eventCursor } }`,
  );
  expect(errors).toBeUndefined();
  const { data } = await materialize(feature, { view: 'card_txn' });
  expect(data.materialize.materialization.rowsOnline).toBe(100);
  const row = { entity: { card_id: 'a' }, eventTime: '2026-02-28T23:00:00Z', values: { amount: 0.5 } };
  expect((await post(feature, '/v1/features/push', { view: 'card_txn', rows: [row] })).body.accepted).toBe(1);
  await feature.subgraph.stop();

  const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
  const duck = await Duck.open({ scratchFolder: join(feature.folder, 'scratch'), threads: 1, memoryMb: 256 });
  const segments = await ParquetFiles.open(join(feature.folder, 'data/segments'));
  const log = pino({ level: 'silent' });
  const now = () => feature.clock.at;
  const store = await MemoryOnlineStore.open({ log, now });
  const fold = new OnlineFold({ db, duck, segments, store, log });
  await fold.start();
  const [view] = await findViews(db.em(), 'default', [{ name: 'card_txn', version: 1 }]);
  const question = { view: onlineViewOf(view!), key: '["a"]', plan: windowPlanOf(view!)!, atMs: now().getTime() };
  expect(await store.readWindows([question])).toEqual([[100.5]]);

  // A load whose rows were on-line when it failed: before anybody could know of them.
  const [held] = await segmentsOf(db.em(), { project: 'default', view: 'card_txn', version: 1 });
  const [load] = await findMaterializations(db.em(), 'default', [held!.materialization!]);
  const running = { ...load!, key: 'failing', state: 'RUNNING' as const };
  await db.transaction((em) => saveMaterialization(em, running));
  const segment = await db.transaction((em) =>
    addSegment(em, { ...held!, kind: 'LOADED', materialization: 'failing', availableAt: null }),
  );
  expect(await fold.applySegment(view!, segment)).toBe(100);
  expect(await store.readWindows([question])).toEqual([[200.5]]);
  await failMaterialization({ db, fold }, running, 'the disk is full', now());
  expect(await store.readWindows([question])).toEqual([[100.5]]);
  await store.close();
  duck.close();
  await db.close();
  await feature.start();
});
