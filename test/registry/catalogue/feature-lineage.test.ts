import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import { outboxFeed } from '../../../subgraphs/shared/events/feed.ts';
import { featureSchema } from '../../../subgraphs/feature/storage/schema.ts';
import { startTestFeature, writeParquet } from '../../support/feature.ts';
import { approvedVersion, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { fraudModel } from '../../support/serving.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const viewer = person('viewer');
let registry: TestRegistry;
let after: string;

/** Two views on one source, of which a model reads one feature of one; told by the feature subgraph itself. */
beforeAll(async () => {
  const feature = await startTestFeature();
  await writeParquet(
    `${feature.folder}/txn.parquet`,
    `select 'u' as user_id, timestamptz '2026-01-01 00:00:00Z' as event_time,
       timestamptz '2026-01-01 00:00:00Z' as created_at, 1.0::double as amount, 2.0::double as fee`,
  );
  const view = (name: string, ...features: string[]) => ({
    name,
    entity: 'user',
    source: 'txn',
    ttlSeconds: 0,
    features: features.map((one) => ({ name: one })),
  });
  const { data, errors } = await feature.ask(
    `mutation ($source: DefineSourceInput!, $read: DefineFeatureViewInput!, $unread: DefineFeatureViewInput!) {
      defineEntity(input: { name: "user", joinKeys: [{ name: "user_id", dtype: STRING }] }) { eventCursor }
      defineSource(input: $source) { eventCursor }
      read: defineFeatureView(input: $read) { eventCursor } unread: defineFeatureView(input: $unread) { eventCursor }
      defineFeatureService(input: { name: "fraud", views: [{ view: "read", features: ["amount"] }] }) { eventCursor } }`,
    {
      source: { name: 'txn', path: 'txn.parquet', eventColumn: 'event_time', createdColumn: 'created_at' },
      read: view('read', 'amount', 'fee'),
      unread: view('unread', 'amount'),
    },
  );
  expect(errors).toBeUndefined();
  after = data.defineFeatureService.eventCursor;
  const db = await openDatabase(featureSchema, { url: feature.databaseUrl, poolSize: 2 });
  registry = await startTestRegistry({ database: await createTestDatabase(), feeds: { feature: outboxFeed(db) } });
  const featureService = 'tiffin:default:feature-service:fraud@1';
  await approvedVersion(registry, fraudModel(), { model: 'fraud-model', featureService });
  return () => db.close();
});

const MODEL = 'model-version:fraud-model@1';

async function downstream(id: string): Promise<string[]> {
  const query = `query ($id: ID!, $after: String) { lineage(id: $id, direction: DOWNSTREAM, depth: 20, after: $after) {
    complete nodes { id } } }`;
  const ask = async () => (await registry.ask(viewer, query, { id: `tiffin:default:${id}`, after })).lineage;
  // Transactions of other test files, in other databases of the server, hold back what is told.
  await expect.poll(async () => (await ask().catch(() => ({}))).complete, { timeout: 20_000 }).toBe(true);
  const lineage = await ask();
  return lineage.nodes.map((node: any) => node.id.replace('tiffin:default:', '')).filter((node: string) => node !== id);
}

describe('what depends on', () => {
  it.each([
    'entity:user',
    'column:txn/user_id',
    'column:txn/event_time',
    'column:txn/created_at',
    'column:txn/amount',
    'source:txn',
    'feature-view:read@1',
    'feature:read@1/amount',
  ])('%s is the model that reads it', async (id) => expect(await downstream(id)).toContain(MODEL));

  it.each([
    ['feature:read@1/fee', []],
    ['column:txn/fee', ['feature:read@1/fee']],
    ['feature-view:unread@1', ['feature:unread@1/amount']],
    ['feature:unread@1/amount', []],
  ])('%s is nothing that does not read it', async (id, all) => expect(await downstream(id)).toEqual(all));
});
