import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
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
import { testKeys } from '../support/keys.ts';
import { readFeed } from '../support/read-feed.ts';

let feature: FeatureHarness;
let ids: { view: string; service: string };
const txn = (): string => join(feature.folder, 'txn.parquet');

beforeEach(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date('2026-02-01T12:00:00Z');
  await writeParquet(
    txn(),
    `select * from (values ('a', timestamptz '2026-01-10 00:00:00Z', timestamptz '2026-01-10 00:05:00Z', 1.5::double, 10::bigint, true, 'x', timestamptz '2026-01-09 00:00:00Z'),
      ('a', timestamptz '2026-01-20 00:00:00Z', timestamptz '2026-01-20 00:05:00Z', null, 9007199254740993, false, 'ü', null),
      ('b', timestamptz '2026-01-15 00:00:00Z', timestamptz '2026-01-15 00:05:00Z', 2.5, null, null, null, null))
      t(user_id, event_time, created_at, amount, visits, is_new, city, seen)`,
  );
  const features = ['amount', 'visits', 'is_new', 'city', 'seen'].map((name) => ({ name }));
  ids = await defineUserTxn(feature, 'txn.parquet', { features, ttlSeconds: 0 });
  await materialize(feature, { view: 'user_txn' });
});

const rows = [
  { user_id: 'a', timestamp: '2026-01-20T00:04:59Z', label: 1 },
  { user_id: 'a', timestamp: '2026-01-20T00:05:00Z', label: 0 },
  { user_id: null, timestamp: '2026-01-20T00:05:00Z', label: null },
  { user_id: 'a', timestamp: null, label: 1 },
  { user_id: 'b', timestamp: '2026-01-31T00:00:00Z', label: 1 },
];
const create = (input: object = {}) => createTrainingSet(feature, { service: 'fraud', spine: { rows }, ...input });
const at = (text: string) => new Date(text);
const hashOf = async (spine: object[]): Promise<string> =>
  (await create({ spine: { rows: spine } })).data.createTrainingSet.trainingSet.contentHash;
const rebuild = (id: string, waitMs = 20_000) =>
  feature.ask(
    `mutation ($id: ID!, $waitMs: Int!) { rebuildTrainingSet(input: { trainingSet: $id, waitMs: $waitMs }) {
      build { id state sameBytes error } trainingSet { id contentHash sha256 } } }`,
    { id, waitMs },
  );
const made = (build: { id: string }) =>
  expect
    .poll(
      async () =>
        (
          await feature.ask('query ($id: ID!) { trainingSetBuild(id: $id) { state trainingSet { id } } }', {
            id: build.id,
          })
        ).data.trainingSetBuild,
      { timeout: 20_000 },
    )
    .toMatchObject({ state: 'SUCCEEDED' });

describe('createTrainingSet', () => {
  it('joins what was known at each row’s time, in the rows’ order, and says how', async () => {
    const { data } = await create();
    const { trainingSet, build, eventCursor } = data.createTrainingSet;
    expect(build).toMatchObject({ state: 'SUCCEEDED', rows: 5, views: 1, viewsJoined: 1 });
    expect(eventCursor).toMatch(/^feature:\d+-\d+$/);
    expect(trainingSet).toMatchObject({ rowCount: 5, knownAt: 'KNOWN', service: { id: ids.service } });
    expect(trainingSet.columns).toEqual([
      { name: 'user_id', dtype: 'STRING', role: 'KEY' },
      { name: 'timestamp', dtype: 'TIMESTAMP', role: 'TIMESTAMP' },
      { name: 'label', dtype: 'FLOAT64', role: 'LABEL' },
      { name: 'user_txn__amount', dtype: 'FLOAT64', role: 'FEATURE' },
      { name: 'user_txn__visits', dtype: 'INT64', role: 'FEATURE' },
      { name: 'user_txn__is_new', dtype: 'BOOL', role: 'FEATURE' },
      { name: 'user_txn__city', dtype: 'STRING', role: 'FEATURE' },
      { name: 'user_txn__seen', dtype: 'TIMESTAMP', role: 'FEATURE' },
    ]);
    expect(trainingSet.manifest).toMatchObject({
      format: 1,
      service: ids.service,
      views: [{ view: ids.view, ttlMs: 0, features: ['amount', 'visits', 'is_new', 'city', 'seen'] }],
      knownAt: 'KNOWN',
      rows: 5,
      contentHash: trainingSet.contentHash,
      log: [{ view: ids.view, segments: [{ kind: 'HISTORY', sha256: expect.any(String) }], pushedThrough: 0 }],
    });
    const none = {
      user_txn__amount: null,
      user_txn__visits: null,
      user_txn__is_new: null,
      user_txn__city: null,
      user_txn__seen: null,
    };
    expect(await downloadRows(feature, trainingSet)).toEqual([
      {
        user_id: 'a',
        timestamp: at('2026-01-20T00:04:59Z'),
        label: 1,
        user_txn__amount: 1.5,
        user_txn__visits: 10n,
        user_txn__is_new: true,
        user_txn__city: 'x',
        user_txn__seen: at('2026-01-09T00:00:00Z'),
      },
      {
        user_id: 'a',
        timestamp: at('2026-01-20T00:05:00Z'),
        label: 0,
        user_txn__amount: null,
        user_txn__visits: 9007199254740993n,
        user_txn__is_new: false,
        user_txn__city: 'ü',
        user_txn__seen: null,
      },
      { user_id: null, timestamp: at('2026-01-20T00:05:00Z'), label: null, ...none },
      { user_id: 'a', timestamp: null, label: 1, ...none },
      { user_id: 'b', timestamp: at('2026-01-31T00:00:00Z'), label: 1, ...none, user_txn__amount: 2.5 },
    ]);
  });

  it('is the same set for the same request, also after late rows came', async () => {
    const first = (await create()).data.createTrainingSet;
    await post(feature, '/v1/features/push', {
      view: ids.view,
      rows: [
        {
          entity: { user_id: 'b' },
          eventTime: '2026-01-30T00:00:00Z',
          createdTime: '2026-01-30T00:00:00Z',
          values: { amount: 9, visits: 1, is_new: true, city: 'z', seen: null },
        },
      ],
    });
    await writeParquet(
      txn(),
      `select * from '${txn()}' union all select 'a', timestamptz '2026-01-19 00:00:00Z', timestamptz '2026-01-19 00:00:00Z', 7, 7, true, 'late', null`,
    );
    expect((await materialize(feature, { view: 'user_txn' })).data.materialize.materialization.rowsWritten).toBe(1);
    const second = (await create()).data.createTrainingSet;
    expect(second.trainingSet).toEqual(first.trainingSet);
    expect(second.eventCursor).toBeNull();

    // Whoever asks for them by other rules gets them, under another id that says so.
    const created = (await create({ knownAt: 'CREATED' })).data.createTrainingSet.trainingSet;
    expect(created.id).not.toBe(first.trainingSet.id);
    expect((await downloadRows(feature, created)).map((row) => row.user_txn__city)).toEqual([
      'late',
      'ü',
      null,
      null,
      'z',
    ]);
    const event = (await create({ knownAt: 'EVENT_TIME' })).data.createTrainingSet.trainingSet;
    expect((await downloadRows(feature, event)).map((row) => row.user_txn__city)).toEqual(['ü', 'ü', null, null, 'z']);

    // A set stays what it was: its rebuild reads the log as it was then.
    for (const id of [first.trainingSet.id, created.id, event.id]) {
      const { data } = await rebuild(id);
      expect(data.rebuildTrainingSet).toMatchObject({
        build: { state: 'SUCCEEDED', sameBytes: true },
        trainingSet: { id },
      });
    }
  });

  it('has a content hash that the order of the rows does not change, and a value does', async () => {
    const hash = await hashOf(rows);
    expect(await hashOf(rows.toReversed())).toBe(hash);
    expect(await hashOf(rows.map((row, i) => (i === 0 ? { ...row, label: 0 } : row)))).not.toBe(hash);
    expect(await hashOf([...rows, rows[0]!])).not.toBe(hash);
  });

  it('takes a spine from Parquet', async () => {
    await writeParquet(
      join(feature.folder, 'spine.parquet'),
      `select * from (values (timestamptz '2026-01-20 00:05:00Z', 'a', 1::integer, 'north'), (timestamptz '2026-01-31 00:00:00Z', 'b', 0, null)) t("at", user_id, is_fraud, region)`,
    );
    const { data } = await create({ spine: { path: 'spine.parquet', timestampColumn: 'at' } });
    const { trainingSet } = data.createTrainingSet;
    expect(trainingSet.columns.slice(0, 4)).toEqual([
      { name: 'at', dtype: 'TIMESTAMP', role: 'TIMESTAMP' },
      { name: 'user_id', dtype: 'STRING', role: 'KEY' },
      { name: 'is_fraud', dtype: 'INT64', role: 'LABEL' },
      { name: 'region', dtype: 'STRING', role: 'LABEL' },
    ]);
    expect((await downloadRows(feature, trainingSet)).map((row) => [row.region, row.user_txn__city])).toEqual([
      ['north', 'ü'],
      [null, null],
    ]);
    rmSync(join(feature.folder, 'spine.parquet'));
    expect((await rebuild(trainingSet.id)).data.rebuildTrainingSet.build).toMatchObject({
      state: 'SUCCEEDED',
      sameBytes: true,
    });
  });

  it('gives its Parquet as bytes with their digest, and a lost file back by a rebuild', async () => {
    const { trainingSet } = (await create()).data.createTrainingSet;
    const get = () =>
      feature.subgraph.app.request(trainingSet.downloadPath, {
        headers: { authorization: `Bearer ${testKeys.with('feature:read')}` },
      });
    const bytes = new Uint8Array(await (await get()).arrayBuffer());
    expect(bytes).toHaveLength(trainingSet.sizeBytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(trainingSet.sha256);
    rmSync(join(feature.folder, 'data/training-sets'), { recursive: true });
    expect((await get()).status).toBe(503);
    await feature.restart();
    expect((await rebuild(trainingSet.id)).data.rebuildTrainingSet.build).toMatchObject({
      state: 'SUCCEEDED',
      sameBytes: true,
    });
    expect((await get()).status).toBe(200);
  });

  it('fails a rebuild whose content differs, and keeps the set as it was', async () => {
    const { trainingSet } = (await create()).data.createTrainingSet;
    const [segment] = globSync(join(feature.folder, 'data/segments/*/*.parquet'));
    await writeParquet(`${segment}.new`, `select * replace (feature_amount + 1 as feature_amount) from '${segment}'`);
    writeFileSync(segment!, readFileSync(`${segment}.new`));
    const { data } = await rebuild(trainingSet.id);
    expect(data.rebuildTrainingSet).toMatchObject({
      trainingSet: null,
      build: {
        state: 'FAILED',
        error: expect.stringContaining(`those of the training set to ${trainingSet.contentHash}`),
      },
    });
    expect((await downloadRows(feature, trainingSet))[4].user_txn__amount).toBe(2.5);
  });

  it('is made by the next start when the first was stopped', async () => {
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    const { build, trainingSet } = (await create()).data.createTrainingSet;
    await db.query(`update training_set_build set state = 'RUNNING', training_set = null where key = $1`, [build.id]);
    await db.query('delete from training_set');
    await db.close();
    await feature.restart();
    const state = () =>
      feature.ask('query ($id: ID!) { trainingSetBuild(id: $id) { state trainingSet { id } } }', { id: build.id });
    await expect
      .poll(async () => (await state()).data.trainingSetBuild, { timeout: 10_000 })
      .toEqual({ state: 'SUCCEEDED', trainingSet: { id: trainingSet.id } });
  });

  it('goes on by itself for who does not wait, and so does a rebuild', async () => {
    const running = { build: { state: 'RUNNING' }, trainingSet: null };
    const { createTrainingSet: begun } = (await create({ waitMs: 0 })).data;
    expect(begun).toMatchObject(running);
    await made(begun.build);
    const { trainingSet } = (await create()).data.createTrainingSet;
    const { rebuildTrainingSet: again } = (await rebuild(trainingSet.id, 0)).data;
    expect(again).toMatchObject(running);
    await made(again.build);
  });

  it('lists sets, finds one, and tells the feed', async () => {
    const { id, contentHash } = (await create()).data.createTrainingSet.trainingSet;
    const { data } = await feature.ask(
      `query ($id: ID!) { trainingSets(service: "fraud@1") { edges { node { id } } pageInfo { hasNextPage } }
        trainingSet(id: $id) { id } other: trainingSets(service: "fraud@2") { edges { node { id } } } none: trainingSet(id: "x") { id }
        entity: _entities(representations: [{ __typename: "TrainingSet", id: $id }]) { ... on TrainingSet { rowCount } } }`.replaceAll(
        '$id }]',
        '"' + id + '" }]',
      ),
      { id },
    );
    expect(data).toEqual({
      trainingSets: { edges: [{ node: { id } }], pageInfo: { hasNextPage: false } },
      trainingSet: { id },
      other: { edges: [] },
      none: null,
      entity: [{ rowCount: 5 }],
    });
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    const { events } = await readFeed(outboxFeed(db), null, (given) => given.at(-1)?.urn === id);
    expect(events.at(-1)).toMatchObject({
      urn: id,
      kind: 'training-set',
      asset: { upstream: [{ urn: ids.service, relation: 'DERIVED_FROM' }] },
      data: { rows: 5, contentHash, service: ids.service },
    });
    await db.close();
  });
});

describe('refused training sets', () => {
  const cases: [string, object, string, string][] = [
    ['an unknown service', { service: 'nothing' }, 'NOT_FOUND', 'service: there is no nothing here'],
    [
      'a missing key',
      { spine: { rows: [{ timestamp: '2026-01-01T00:00:00Z' }] } },
      'INVALID_INPUT',
      'spine.rows.0: "user_id" is missing; there are timestamp',
    ],
    [
      'a label that is also a feature',
      { spine: { rows: [{ ...rows[0], user_txn__amount: 1 }] } },
      'INVALID_INPUT',
      'spine: "user_txn__amount" is also the name of a feature',
    ],
    [
      'a file that is not there',
      { spine: { path: 'nothing.parquet' } },
      'INVALID_INPUT',
      'spine.path: no file matches "nothing.parquet"',
    ],
    ['a file elsewhere', { spine: { path: '/etc/passwd' } }, 'FORBIDDEN', 'spine.path: "/etc/passwd" lies outside'],
    [
      'a file without the time',
      { spine: { path: 'txn.parquet' } },
      'INVALID_INPUT',
      'spine.timestampColumn: there is no column "timestamp"; there are user_id',
    ],
  ];
  it.each(cases)('%s', async (_, input, code, message) => {
    const { errors } = await create(input);
    expect(errors).toMatchObject([{ extensions: { code }, message: expect.stringContaining(message) }]);
  });

  it('answers 404 for the data of an unknown set', async () => {
    const answer = await feature.subgraph.app.request('/v1/training-sets/nothing/data', {
      headers: { authorization: `Bearer ${testKeys.with('feature:read')}` },
    });
    expect(answer.status).toBe(404);
    const garbage = await feature.subgraph.app.request('/v1/training-sets/a%00b/data', {
      headers: { authorization: `Bearer ${testKeys.with('feature:read')}` },
    });
    expect([garbage.status, await garbage.json()]).toMatchObject([422, { code: 'INVALID_INPUT', field: 'key' }]);
    expect((await rebuild('nothing')).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND', field: 'trainingSet' } },
    ]);
  });
});
