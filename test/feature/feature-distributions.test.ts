import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTrainingSet,
  defineUserTxn,
  materialize,
  post,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';

let feature: FeatureHarness;
let ids: { view: string; service: string };
let trainingSet: string;

const ASK = `query ($input: FeatureDistributionsInput!) { featureDistributions(input: $input) {
  service from to notCompared { name reason }
  features { name kind edges categories training recent psi jensenShannon p } } }`;
const compare = (input: object = {}): Promise<any> =>
  feature.ask(ASK, { input: { service: 'fraud', trainingSet, ...input } });
const refusalOf = async (input: object): Promise<any> => (await compare(input)).errors?.[0]?.extensions;

beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date('2026-03-01T12:00:00Z');
  // Amounts of 0 to 99 in January, and of 50 to 149 in the last ten days; one user each, so that each row has its own value.
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'j' || i as user_id, timestamptz '2026-01-10 00:00:00Z' + to_minutes(i) as event_time,
       timestamptz '2026-01-10 00:00:00Z' + to_minutes(i) as created_at, (i % 100)::double as amount from range(400) t(i)
     union all
     select 'f' || i, timestamptz '2026-02-25 00:00:00Z' + to_minutes(i), timestamptz '2026-02-25 00:00:00Z' + to_minutes(i),
       case when i % 10 = 0 then null else (50 + i % 100)::double end from range(400) t(i)`,
  );
  ids = await defineUserTxn(feature, 'txn.parquet', { ttlSeconds: 0 });
  await materialize(feature, { view: 'user_txn' });
  const { data } = await createTrainingSet(feature, {
    service: 'fraud',
    spine: { events: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' } },
  });
  trainingSet = data.createTrainingSet.trainingSet.id;
});

describe('the distributions of a service', () => {
  it('are those of its recent events beside those of a training set', async () => {
    const { data, errors } = await compare({ recentDays: 10 });
    expect(errors).toBeUndefined();
    const { features, ...rest } = data.featureDistributions;
    expect(rest).toEqual({
      service: ids.service,
      from: '2026-02-19T12:00:00.000Z',
      to: '2026-03-01T12:00:00.000Z',
      notCompared: [],
    });
    expect(features).toHaveLength(1);
    const [amount] = features;
    expect(amount).toMatchObject({ name: 'user_txn__amount', kind: 'NUMERIC', categories: [] });
    // Ten parts with 40 values each, and no row without one; of late half of the parts are empty, and a tenth has no value.
    expect(amount.training).toEqual([...Array.from({ length: 10 }, () => 40), 0]);
    expect(amount.recent).toEqual([0, 0, 0, 0, 0, 36, 36, 36, 36, 216, 40]);
    expect(amount.edges).toHaveLength(9);
    expect(amount.psi).toBeGreaterThan(1);
    expect(amount.p).toBeLessThan(1e-6);
  });

  it('are the same where nothing has changed', async () => {
    const { data } = await compare({ recentDays: 60 });
    const [amount] = data.featureDistributions.features;
    expect(amount.recent.reduce((sum: number, n: number) => sum + n, 0)).toBe(800);
    const { data: own } = await createTrainingSet(feature, {
      service: 'fraud',
      spine: { events: { from: '2026-02-20T00:00:00Z', to: '2026-03-01T00:00:00Z' } },
    });
    const again = await compare({ trainingSet: own.createTrainingSet.trainingSet.id, recentDays: 10 });
    expect(again.data.featureDistributions.features[0]).toMatchObject({ psi: 0, jensenShannon: 0, p: 1 });
    expect(again.data.featureDistributions.features[0].training.at(-1)).toBe(40);
  });

  it('say why they cannot be compared', async () => {
    expect(await refusalOf({ recentDays: 0 })).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'recentDays',
      allowed: { min: 1, max: 366 },
    });
    expect(await refusalOf({ recentDays: 1 })).toMatchObject({ code: 'FAILED_PRECONDITION', field: 'recentDays' });
    expect(await refusalOf({ service: 'nobody' })).toMatchObject({ code: 'NOT_FOUND', field: 'service' });
    const unknown = trainingSet.replace(/[^:]+$/, '0'.repeat(32));
    expect(await refusalOf({ trainingSet: unknown })).toMatchObject({ code: 'NOT_FOUND', field: 'trainingSet' });
  });

  it('name the features that the training set lacks', async () => {
    const { errors } = await feature.ask(`mutation {
      defineFeatureView(input: { name: "user_txn", entity: "user", source: "txn", ttlSeconds: 0,
        features: [{ name: "amount" }, { name: "seen", column: "event_time" }] }) { eventCursor } }`);
    expect(errors).toBeUndefined();
    expect(
      (
        await feature.ask(
          `mutation { defineFeatureService(input: { name: "wider", views: [{ view: "user_txn" }] }) { eventCursor } }`,
        )
      ).errors,
    ).toBeUndefined();
    await post(feature, '/v1/push', {
      view: 'user_txn',
      rows: [{ user_id: 'a', event_time: '2026-03-01T00:00:00Z', created_at: '2026-03-01T00:00:00Z', amount: 1 }],
    });
    const { data } = await compare({ service: 'wider', recentDays: 10 });
    expect(data.featureDistributions.notCompared).toEqual([{ name: 'user_txn__seen', reason: 'NOT_IN_TRAINING_SET' }]);
  });

  it('need the file of the training set', async () => {
    const { data } = await createTrainingSet(feature, {
      service: 'fraud',
      spine: { rows: [{ user_id: 'j1', timestamp: '2026-02-01T00:00:00Z' }] },
    });
    const { id, sha256 } = data.createTrainingSet.trainingSet;
    for (const file of globSync(join(feature.folder, '**', `${sha256}.parquet`))) rmSync(file);
    expect(await refusalOf({ trainingSet: id })).toMatchObject({ code: 'UNAVAILABLE', field: 'trainingSet' });
  });
});
