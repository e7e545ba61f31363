import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  defineUserTxn,
  materialize,
  post,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';

let feature: FeatureHarness;
const txn = (): string => join(feature.folder, 'txn.parquet');
const row = (user: string | null, event: string | null, created: string | null, amount: number | string): string =>
  `(${user === null ? 'null' : `'${user}'`}, ${event === null ? 'null' : `timestamptz '${event}'`},
    ${created === null ? 'null' : `timestamptz '${created}'`}, ${amount})`;
const rows = (...values: string[]): string =>
  `select * from (values ${values.join(', ')}) t(user_id, event_time, created_at, amount)`;

const read = async (service: string, ...users: (string | null)[]): Promise<any> =>
  (await post(feature, '/v1/features/read', { service, entities: users.map((user_id) => ({ user_id })) })).body;

beforeEach(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date('2026-02-01T12:00:00Z');
});

describe('materialize', () => {
  it('loads the newest row of each entity and says what it did', async () => {
    await writeParquet(
      txn(),
      rows(
        row('a', '2026-02-01 11:30:00Z', '2026-02-01 11:30:00Z', 1),
        row('a', '2026-02-01 11:40:00Z', '2026-02-01 11:40:00Z', 2),
        row('b', '2026-02-01 11:00:00Z', '2026-02-01 11:00:00Z', 3),
        row('c', '2026-02-01 10:00:00Z', '2026-02-01 10:00:00Z', 4),
        row('d', '2026-02-01 11:59:00Z', '2026-02-01 11:59:00Z', "'nan'::double"),
        row('e', null, '2026-02-01 11:59:00Z', 6),
        row(null, '2026-02-01 11:59:00Z', '2026-02-01 11:59:00Z', 7),
        row('f', '2026-02-01 11:59:00Z', '2026-02-02 00:00:00Z', 8),
      ),
    );
    const { service, view } = await defineUserTxn(feature, 'txn.parquet');
    const { data, errors } = await materialize(feature, { view: 'user_txn' });
    expect(errors).toBeUndefined();
    expect(data.materialize.eventCursor).toMatch(/^feature:\d+-\d+$/);
    expect(data.materialize.materialization).toMatchObject({
      state: 'SUCCEEDED',
      knownSince: 'CREATED',
      rowsRead: 8,
      rowsWritten: 5,
      rowsOnline: 4,
      skipped: [
        { reason: 'NO_EVENT_TIME', rows: 1 },
        { reason: 'NULL_KEY', rows: 1 },
        { reason: 'CREATED_AHEAD', rows: 1 },
      ],
      error: null,
      view: { id: view },
      files: [{ path: 'txn.parquet', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(await read(service, 'a', 'b', 'c', 'd', 'nobody', null)).toEqual({
      service,
      names: ['user_txn__amount'],
      values: [[2], [3], [null], [null], [null], [null]],
      statuses: [['PRESENT'], ['PRESENT'], ['OUTSIDE_MAX_AGE'], ['NULL_VALUE'], ['NOT_FOUND'], ['NOT_FOUND']],
      agesMs: [[1_200_000], [3_600_000], [7_200_000], [60_000], [null], [null]],
    });
  });

  it('changes nothing when the same range is loaded again, and adds only what is new', async () => {
    const old = row('a', '2026-02-01 11:30:00Z', '2026-02-01 11:30:00Z', 1);
    await writeParquet(txn(), rows(old));
    const { service } = await defineUserTxn(feature, 'txn.parquet');
    await materialize(feature, { view: 'user_txn' });
    const again = await materialize(feature, { view: 'user_txn' });
    expect(again.data.materialize.materialization).toMatchObject({
      rowsRead: 1,
      rowsWritten: 0,
      rowsOnline: 0,
      knownSince: null,
      skipped: [{ reason: 'ALREADY_LOADED', rows: 1 }],
    });
    await writeParquet(txn(), rows(old, row('a', '2026-02-01 11:30:00Z', '2026-02-01 11:45:00Z', 9)));
    const corrected = await materialize(feature, { view: 'user_txn' });
    expect(corrected.data.materialize.materialization).toMatchObject({ rowsWritten: 1, knownSince: 'LOADED' });
    expect((await read(service, 'a')).values).toEqual([[9]]);
    expect(
      readdirSync(join(feature.folder, 'data/segments'), { recursive: true }).filter((name) =>
        String(name).endsWith('.parquet'),
      ),
    ).toHaveLength(2);
  });

  it('loads [from, to) only', async () => {
    await writeParquet(
      txn(),
      rows(
        row('a', '2026-02-01 10:00:00Z', '2026-02-01 10:00:00Z', 1),
        row('a', '2026-02-01 11:00:00Z', '2026-02-01 11:00:00Z', 2),
        row('a', '2026-02-01 11:30:00Z', '2026-02-01 11:30:00Z', 3),
      ),
    );
    const { service } = await defineUserTxn(feature, 'txn.parquet', { ttlSeconds: 0 });
    const { data } = await materialize(feature, {
      view: 'user_txn',
      from: '2026-02-01T10:00:00Z',
      to: '2026-02-01T11:30:00Z',
    });
    expect(data.materialize.materialization).toMatchObject({ rowsRead: 2, rowsWritten: 2 });
    expect((await read(service, 'a')).values).toEqual([[2]]);
  });

  it('puts on-line what was known at `onlineAt`, the rest in the log alone, also after a start without a snapshot', async () => {
    await writeParquet(
      txn(),
      rows(
        row('a', '2001-02-01 10:00:00Z', '2001-02-01 10:00:00Z', 1),
        row('a', '2001-02-01 10:00:00Z', '2001-02-01 13:00:00Z', 2),
        row('a', '2001-02-01 13:00:00Z', '2001-02-01 13:00:00Z', 3),
        row('b', '2001-02-01 13:00:00Z', '2001-02-01 13:00:00Z', 4),
      ),
    );
    const { service } = await defineUserTxn(feature, 'txn.parquet', { ttlSeconds: 14_400 });
    const onlineAt = '2001-02-01T12:00:00.000Z';
    const { data } = await materialize(feature, { view: 'user_txn', onlineAt });
    expect(data.materialize.materialization).toMatchObject({ rowsWritten: 4, rowsOnline: 1, onlineAt });
    const asOf = async (at: string): Promise<any> =>
      (await post(feature, '/v1/features/read', { service, at, entities: [{ user_id: 'a' }, { user_id: 'b' }] })).body;
    const seen = { values: [[1], [null]], statuses: [['PRESENT'], ['NOT_FOUND']] };
    expect(await asOf('2001-02-01T12:00:00Z')).toMatchObject(seen);
    expect(await asOf('2001-02-01T18:00:00Z')).toMatchObject({ statuses: [['OUTSIDE_MAX_AGE'], ['NOT_FOUND']] });
    expect(await asOf('2001-02-01T18:00:00.001Z')).toMatchObject({ statuses: [['NOT_FOUND'], ['NOT_FOUND']] });
    await feature.restart();
    expect(await asOf('2001-02-01T12:00:00Z')).toMatchObject(seen);
    await feature.restart(() => rmSync(join(feature.folder, 'data/online.snapshot')));
    expect(await asOf('2001-02-01T12:00:00Z')).toMatchObject(seen);
  });

  it('lists loads, newest first, page by page', async () => {
    await writeParquet(txn(), rows(row('a', '2026-02-01 10:00:00Z', '2026-02-01 10:00:00Z', 1)));
    await defineUserTxn(feature, 'txn.parquet');
    const ids: string[] = [];
    for (let minute = 0; minute < 3; minute++) {
      feature.clock.at = new Date(feature.clock.at.getTime() + 60_000);
      ids.unshift((await materialize(feature, { view: 'user_txn' })).data.materialize.materialization.id);
    }
    const list = (after: string | null) =>
      feature.ask(
        `query ($after: String) { materializations(first: 2, after: $after, view: "user_txn@1") {
          edges { node { id state } } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
    const first = await list(null);
    expect(first.data.materializations.edges.map((edge: any) => edge.node.id)).toEqual(ids.slice(0, 2));
    const second = await list(first.data.materializations.pageInfo.endCursor);
    expect(second.data.materializations.edges.map((edge: any) => edge.node.id)).toEqual(ids.slice(2));
    const one = await feature.ask('query ($id: ID!) { materialization(id: $id) { id state } }', { id: ids[0] });
    expect(one.data.materialization).toEqual({ id: ids[0], state: 'SUCCEEDED' });
  });

  it('refuses a second load of the same view while one runs', async () => {
    await writeParquet(
      txn(),
      `select 'u' || (i % 60000) as user_id, timestamptz '2026-02-01 10:00:00Z' + to_seconds(i % 3600) as event_time,
      timestamptz '2026-02-01 10:00:00Z' + to_seconds(i % 3600) as created_at, i::double as amount from range(300000) t(i)`,
    );
    await defineUserTxn(feature, 'txn.parquet', { ttlSeconds: 0 });
    const first = await materialize(feature, { view: 'user_txn', waitMs: 0 });
    expect(first.data.materialize).toMatchObject({ eventCursor: null, materialization: { state: 'RUNNING' } });
    const second = await materialize(feature, { view: 'user_txn@1' });
    expect(second.errors).toMatchObject([
      { extensions: { code: 'CONFLICT', field: 'view' }, message: expect.stringContaining('has been running since') },
    ]);
    const { id } = first.data.materialize.materialization;
    await expect
      .poll(
        async () =>
          (await feature.ask('query ($id: ID!) { materialization(id: $id) { state rowsOnline } }', { id })).data
            .materialization,
        { timeout: 120_000, interval: 200 },
      )
      .toEqual({ state: 'SUCCEEDED', rowsOnline: 60_000 });
    expect((await materialize(feature, { view: 'user_txn' })).data.materialize.materialization).toMatchObject({
      state: 'SUCCEEDED',
      rowsWritten: 0,
      skipped: [{ reason: 'ALREADY_LOADED', rows: 300_000 }],
    });
  }, 180_000);

  it('keeps what it loaded through a stop and a start, and through the loss of its snapshot', async () => {
    await writeParquet(txn(), rows(row('a', '2026-02-01 11:30:00Z', '2026-02-01 11:30:00Z', 1)));
    const { service } = await defineUserTxn(feature, 'txn.parquet');
    await materialize(feature, { view: 'user_txn' });
    await feature.restart();
    expect((await read(service, 'a')).values).toEqual([[1]]);
    writeFileSync(join(feature.folder, 'data/online.snapshot'), 'torn');
    await feature.restart();
    expect((await read(service, 'a')).values).toEqual([[1]]);
  });

  it('refuses what it cannot load, naming it', async () => {
    await writeParquet(txn(), rows(row('a', '2026-02-01 11:30:00Z', '2026-02-01 11:30:00Z', 1)));
    await defineUserTxn(feature, 'txn.parquet');
    const refused = async (input: object): Promise<any> => (await materialize(feature, input)).errors;
    expect(await refused({ view: 'nothing' })).toMatchObject([
      { extensions: { code: 'NOT_FOUND' }, message: 'view: there is no nothing here' },
    ]);
    expect(await refused({ view: 'user_txn', to: '2026-02-02T00:00:00Z' })).toMatchObject([
      { extensions: { code: 'INVALID_INPUT', field: 'to' }, message: expect.stringContaining('lies ahead') },
    ]);
    expect(await refused({ view: 'user_txn', from: '2026-02-01T12:00:00Z' })).toMatchObject([
      { extensions: { code: 'INVALID_INPUT', field: 'from' }, message: expect.stringContaining('is empty') },
    ]);
    expect(await refused({ view: 'user_txn', waitMs: 60_000 })).toMatchObject([
      { extensions: { code: 'INVALID_INPUT', field: 'waitMs' } },
    ]);
    await writeParquet(
      txn(),
      `select 'a' as user_id, timestamptz '2026-02-01 11:30:00Z' as event_time, timestamptz '2026-02-01 11:30:00Z' as created_at`,
    );
    expect(await refused({ view: 'user_txn' })).toMatchObject([
      {
        extensions: { code: 'INVALID_INPUT' },
        message: 'source: there is no column "amount"; there are user_id, event_time, created_at',
      },
    ]);
    await writeParquet(
      txn(),
      `select 'a' as user_id, timestamptz '2026-02-01 11:30:00Z' as event_time, timestamptz '2026-02-01 11:30:00Z' as created_at, 'x' as amount`,
    );
    expect(await refused({ view: 'user_txn' })).toMatchObject([
      { extensions: { code: 'INVALID_INPUT' }, message: 'source: "amount" was INT64 and is VARCHAR now' },
    ]);
    writeFileSync(txn(), 'PAR1');
    expect(await refused({ view: 'user_txn' })).toMatchObject([
      {
        extensions: { code: 'INVALID_INPUT' },
        message: 'source: "txn.parquet" is not readable as Parquet: it is not whole',
      },
    ]);
  });
});
