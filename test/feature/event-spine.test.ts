import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { outboxFeed } from '../../subgraphs/shared/events/feed.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import {
  createTrainingSet,
  defineUserTxn,
  downloadRows,
  materialize,
  post,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';
import { readFeed } from '../support/read-feed.ts';

let feature: FeatureHarness;
let ids: { view: string; service: string };

const JANUARY = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
const at = (text: string) => new Date(text);
const create = (spine: object, input: object = {}) => createTrainingSet(feature, { service: 'fraud', spine, ...input });
const setOf = async (spine: object, input: object = {}): Promise<any> => {
  const { data, errors } = await create(spine, input);
  expect(errors).toBeUndefined();
  expect(data.createTrainingSet.build).toMatchObject({ state: 'SUCCEEDED' });
  return data.createTrainingSet.trainingSet;
};
const rebuild = async (id: string): Promise<any> => {
  const { data } = await feature.ask(
    `mutation ($id: ID!) { rebuildTrainingSet(input: { trainingSet: $id, waitMs: 20000 }) {
      build { state sameBytes error } trainingSet { id contentHash } } }`,
    { id },
  );
  return data.rebuildTrainingSet;
};

beforeEach(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date('2026-03-01T12:00:00Z');
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select * from (values
      ('a', timestamptz '2026-01-10 00:00:00Z', timestamptz '2026-01-10 00:00:00Z', 1.0),
      ('a', timestamptz '2026-01-10 00:00:00Z', timestamptz '2026-01-12 00:00:00Z', 1.5),
      ('a', timestamptz '2026-01-20 00:00:00Z', timestamptz '2026-01-20 00:05:00Z', 2.0),
      ('b', timestamptz '2026-01-15 00:00:00Z', timestamptz '2026-01-15 00:00:00Z', 3.0),
      ('a', timestamptz '2025-12-31 23:59:59.999Z', timestamptz '2025-12-31 23:59:59.999Z', 0.5),
      ('b', timestamptz '2026-02-01 00:00:00Z', timestamptz '2026-02-01 00:00:00Z', 4.0))
      t(user_id, event_time, created_at, amount)`,
  );
  ids = await defineUserTxn(feature, 'txn.parquet', { ttlSeconds: 0 });
  await materialize(feature, { view: 'user_txn' });
});

/** Labels of payments: known days later, and corrected once. */
async function defineLabels(): Promise<void> {
  await writeParquet(
    join(feature.folder, 'label.parquet'),
    `select * from (values
      ('a', 7::bigint, timestamptz '2026-01-20 00:10:00Z', timestamptz '2026-01-25 00:00:00Z', false),
      ('a', 7, timestamptz '2026-01-20 00:10:00Z', timestamptz '2026-02-20 00:00:00Z', true),
      ('b', 8, timestamptz '2026-01-14 00:00:00Z', timestamptz '2026-01-25 00:00:00Z', false))
      t(user_id, payment, event_time, created_at, is_fraud)`,
  );
  const { errors } = await feature.ask(`mutation {
    defineEntity(input: { name: "payment", joinKeys: [{ name: "user_id", dtype: STRING }, { name: "payment", dtype: INT64 }] }) { eventCursor }
    defineSource(input: { name: "label", path: "label.parquet", eventColumn: "event_time", createdColumn: "created_at" }) { eventCursor }
    defineFeatureView(input: { name: "payment_label", entity: "payment", source: "label", ttlSeconds: 0,
      features: [{ name: "is_fraud" }] }) { eventCursor } }`);
  expect(errors).toBeUndefined();
  await materialize(feature, { view: 'payment_label' });
}

describe('a training set from events', () => {
  it('has each key and time of the range once, by time, with what was known then', async () => {
    const set = await setOf({ events: JANUARY });
    expect(set.columns).toEqual([
      { name: 'user_id', dtype: 'STRING', role: 'KEY' },
      { name: 'timestamp', dtype: 'TIMESTAMP', role: 'TIMESTAMP' },
      { name: 'user_txn__amount', dtype: 'FLOAT64', role: 'FEATURE' },
    ]);
    // What was corrected later, or written down later than it happened, was not known at the time of the event.
    expect(await downloadRows(feature, set)).toEqual([
      { user_id: 'a', timestamp: at('2026-01-10T00:00:00Z'), user_txn__amount: 1 },
      { user_id: 'b', timestamp: at('2026-01-15T00:00:00Z'), user_txn__amount: 3 },
      { user_id: 'a', timestamp: at('2026-01-20T00:00:00Z'), user_txn__amount: 1.5 },
    ]);
    const byEvent = await setOf({ events: JANUARY }, { knownAt: 'EVENT_TIME' });
    expect((await downloadRows(feature, byEvent)).map((row) => row.user_txn__amount)).toEqual([1.5, 3, 2]);
    expect(set.manifest.spine.events).toMatchObject({
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-02-01T00:00:00.000Z',
      labels: [],
      log: [{ view: ids.view, segments: [{ kind: 'HISTORY' }] }],
    });
  });

  it('is the set that the same rows by hand make', async () => {
    const set = await setOf({ events: { view: 'user_txn', ...JANUARY }, timestampColumn: 'asked_at' });
    const rows = [
      { user_id: 'a', asked_at: '2026-01-10T00:00:00Z' },
      { user_id: 'b', asked_at: '2026-01-15T00:00:00Z' },
      { user_id: 'a', asked_at: '2026-01-20T00:00:00Z' },
    ];
    const byHand = await setOf({ rows, timestampColumn: 'asked_at' });
    expect([byHand.id, byHand.contentHash]).toEqual([set.id, set.contentHash]);
  });

  it('takes labels from a view of labels, as they stand now', async () => {
    await defineLabels();
    const set = await setOf({ events: { view: 'payment_label', ...JANUARY, labels: ['is_fraud'] } });
    expect(set.columns.slice(0, 4)).toEqual([
      { name: 'user_id', dtype: 'STRING', role: 'KEY' },
      { name: 'payment', dtype: 'INT64', role: 'LABEL' },
      { name: 'timestamp', dtype: 'TIMESTAMP', role: 'TIMESTAMP' },
      { name: 'is_fraud', dtype: 'BOOL', role: 'LABEL' },
    ]);
    expect(await downloadRows(feature, set)).toEqual([
      { user_id: 'b', payment: 8n, timestamp: at('2026-01-14T00:00:00Z'), is_fraud: false, user_txn__amount: null },
      { user_id: 'a', payment: 7n, timestamp: at('2026-01-20T00:10:00Z'), is_fraud: true, user_txn__amount: 2 },
    ]);
    // Lineage hears whose events and labels it holds.
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    const { events } = await readFeed(outboxFeed(db), null, (given) => given.at(-1)?.urn === set.id);
    await db.close();
    expect(events.at(-1)?.asset.upstream).toEqual([
      { urn: ids.service, relation: 'DERIVED_FROM' },
      { urn: 'tiffin:default:feature-view:payment_label@1', relation: 'DERIVED_FROM' },
      { urn: 'tiffin:default:feature:payment_label@1/is_fraud', relation: 'DERIVED_FROM' },
    ]);
  });

  it('stays what it was when late events come, and is rebuilt from the log alone', async () => {
    const set = await setOf({ events: JANUARY });
    await post(feature, '/v1/features/push', {
      view: ids.view,
      rows: [{ entity: { user_id: 'c' }, eventTime: '2026-01-31T00:00:00Z', values: { amount: 9 } }],
    });
    const later = await setOf({ events: JANUARY });
    expect([later.rowCount, later.id === set.id]).toEqual([4, false]);
    // The pushed event came only now: nobody knew of it then.
    expect((await downloadRows(feature, later)).at(-1)).toEqual({
      user_id: 'c',
      timestamp: at('2026-01-31T00:00:00Z'),
      user_txn__amount: null,
    });
    rmSync(join(feature.folder, 'data/spines'), { recursive: true });
    rmSync(join(feature.folder, 'data/training-sets'), { recursive: true });
    await feature.restart();
    for (const { id } of [set, later]) {
      expect(await rebuild(id)).toMatchObject({
        build: { state: 'SUCCEEDED', sameBytes: true, error: null },
        trainingSet: { id },
      });
    }
    expect(await downloadRows(feature, set)).toHaveLength(3);
  });

  it('fails a rebuild whose events are other ones', async () => {
    const set = await setOf({ events: JANUARY });
    const [segment] = globSync(join(feature.folder, 'data/segments/*/*.parquet'));
    await writeParquet(`${segment}.new`, `select * replace (event_ms + 1 as event_ms) from '${segment}'`);
    writeFileSync(segment!, readFileSync(`${segment}.new`));
    expect(await rebuild(set.id)).toMatchObject({
      build: { state: 'FAILED', error: expect.stringContaining('the rows of the spine that were read again hash to') },
      trainingSet: null,
    });
  });

  it('joins the events of all views that a service reads', async () => {
    await writeParquet(
      join(feature.folder, 'login.parquet'),
      `select * from (values ('a', timestamptz '2026-01-10 00:00:00Z', 5::bigint), ('c', timestamptz '2026-01-11 00:00:00Z', 6))
        t(user_id, event_time, logins)`,
    );
    const { errors } = await feature.ask(`mutation {
      defineSource(input: { name: "login", path: "login.parquet", eventColumn: "event_time" }) { eventCursor }
      defineFeatureView(input: { name: "user_login", entity: "user", source: "login", ttlSeconds: 0,
        features: [{ name: "logins" }] }) { eventCursor }
      defineFeatureService(input: { name: "both", views: [{ view: "user_txn" }, { view: "user_login" }] }) { eventCursor } }`);
    expect(errors).toBeUndefined();
    await materialize(feature, { view: 'user_login' });
    const set = await setOf({ events: JANUARY }, { service: 'both' });
    expect(
      (await downloadRows(feature, set)).map((row) => [row.user_id, row.user_txn__amount, row.user_login__logins]),
    ).toEqual([
      ['a', 1, 5n],
      ['c', null, 6n],
      ['b', 3, null],
      ['a', 1.5, 5n],
    ]);
  });
});

describe('refused events', () => {
  const cases: [string, object, string, string][] = [
    ['events beside rows', { rows: [], events: JANUARY }, 'spine', 'give one of rows, path, upload and events'],
    [
      'a range that is empty',
      { events: { ...JANUARY, to: JANUARY.from } },
      'spine.events.to',
      'it must be later than "from"',
    ],
    [
      'a range without events',
      { events: { from: '2024-01-01T00:00:00Z', to: '2024-02-01T00:00:00Z' } },
      'spine.events',
      'the log of user_txn@1 has no event in [2024-01-01T00:00:00.000Z, 2024-02-01T00:00:00.000Z)',
    ],
    ['labels of no view', { events: { ...JANUARY, labels: ['amount'] } }, 'spine.events.labels', 'name the view'],
    [
      'a label that is no feature',
      { events: { ...JANUARY, view: 'user_txn', labels: ['amount', 'price'] } },
      'spine.events.labels.1',
      'user_txn@1 has no feature "price"',
    ],
    [
      'a label that is called as the time',
      { events: { ...JANUARY, view: 'user_txn', labels: ['amount'] }, timestampColumn: 'Amount' },
      'spine',
      'differ',
    ],
    ['assumeUtc', { events: JANUARY, assumeUtc: true }, 'spine.assumeUtc', 'is for files'],
  ];
  it.each(cases)('%s', async (_, spine, field, message) => {
    const { errors } = await create(spine);
    expect(errors).toMatchObject([
      { extensions: { code: 'INVALID_INPUT', field }, message: expect.stringContaining(`${field}: `) },
    ]);
    expect(errors[0].message).toContain(message);
  });

  it('of a view that is not there, or lacks a key of the service', async () => {
    const absent = await create({ events: { ...JANUARY, view: 'nothing' } });
    expect(absent.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', field: 'spine.events.view' } }]);
    await defineLabels();
    const { errors } = await feature.ask(`mutation {
      defineFeatureService(input: { name: "two", views: [{ view: "user_txn" }, { view: "payment_label" }] }) { eventCursor } }`);
    expect(errors).toBeUndefined();
    const lacking = 'user_txn@1 has no join key "payment" (INT64), which two@1 needs';
    for (const [view, more] of [
      ['user_txn', ''],
      [null, '; name a view that has all keys'],
    ]) {
      const answer = await create({ events: { ...JANUARY, view } }, { service: 'two' });
      expect(answer.errors).toMatchObject([
        { extensions: { field: 'spine.events.view' }, message: `spine.events.view: ${lacking}${more}` },
      ]);
    }
    expect((await setOf({ events: { ...JANUARY, view: 'payment_label' } }, { service: 'two' })).rowCount).toBe(2);
  });
});
