import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineUserTxn, post, startTestFeature, writeParquet, type FeatureHarness } from '../support/feature.ts';
import { testKeys } from '../support/keys.ts';

let feature: FeatureHarness;
let ids: { view: string; service: string };

beforeAll(async () => {
  feature = await startTestFeature();
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'x' as user_id, timestamptz '2026-01-01 00:00:00Z' as event_time, timestamptz '2026-01-01 00:00:00Z' as created_at,
       1.0::double as amount, 1::bigint as visits, true as is_new, 'x' as city, timestamptz '2026-01-01 00:00:00Z' as seen`,
  );
  const features = ['amount', 'visits', 'is_new', 'city', 'seen'].map((name) => ({ name }));
  ids = await defineUserTxn(feature, 'txn.parquet', { features });
});
beforeEach(() => {
  feature.clock.at = new Date('2026-02-01T12:00:00Z');
});

const values = { amount: 1.5, visits: 2, is_new: true, city: 'Pune', seen: '2026-02-01T10:00:00Z' };
const row = (user_id: string, eventTime: string, amount: number | null, createdTime?: string) => ({
  entity: { user_id },
  eventTime,
  ...(createdTime && { createdTime }),
  values: { ...values, amount },
});
const push = (body: object) => post(feature, '/v1/features/push', { view: ids.view, ...body });
const read = async (user_id: string, more: object = {}): Promise<any> =>
  (await post(feature, '/v1/features/read', { service: ids.service, entities: [{ user_id }], ...more })).body;

describe('push', () => {
  it('is online when the sender hears that it is, every type as it was sent', async () => {
    const big = '9007199254740993';
    const answer = await push({
      rows: [{ ...row('types', '2026-02-01T11:00:00.5+00:00', 1), values: { ...values, visits: big } }],
    });
    expect(answer).toEqual({ status: 200, body: { view: ids.view, accepted: 1, rejected: [] } });
    expect(await read('types')).toMatchObject({
      values: [[1.5, big, true, 'Pune', Date.parse('2026-02-01T10:00:00Z')]],
      statuses: [Array.from({ length: 5 }, () => 'PRESENT')],
      agesMs: [Array.from({ length: 5 }, () => 3_599_500)],
    });
  });

  it.each(['user_txn', 'user_txn@1'])(
    'takes the view by the short form of its id, %s, and so does a read',
    async (view) => {
      const pushed = await push({ view, rows: [row(view, '2026-02-01T11:00:00Z', 5)] });
      expect(pushed.body).toEqual({ view: ids.view, accepted: 1, rejected: [] });
      for (const service of ['fraud', 'fraud@1']) {
        expect(await read(view, { service })).toMatchObject({
          service: ids.service,
          values: [[5, 2, true, 'Pune', expect.any(Number)]],
        });
      }
    },
  );

  it('keeps the newest event, then the newest created, then the last that came', async () => {
    await push({ rows: [row('order', '2026-02-01T11:00:00Z', 1)] });
    await push({ rows: [row('order', '2026-02-01T10:59:59Z', 2, '2026-02-01T11:59:00Z')] });
    expect((await read('order')).values[0][0]).toBe(1);
    await push({ rows: [row('order', '2026-02-01T11:00:00Z', 3)] });
    expect((await read('order')).values[0][0]).toBe(3);
    await push({
      rows: [row('order', '2026-02-01T11:00:00Z', 4, '2026-02-01T11:30:00Z'), row('order', '2026-02-01T11:00:00Z', 5)],
    });
    expect((await read('order')).values[0][0]).toBe(4);
    await push({ rows: [row('order', '2026-02-01T11:30:00Z', null)] });
    expect((await read('order')).statuses[0][0]).toBe('NULL_VALUE');
  });

  it('expires at the TTL, inclusive, and is forgotten after two', async () => {
    await push({ rows: [row('age', '2026-02-01T12:00:00Z', 1)] });
    feature.clock.at = new Date('2026-02-01T13:00:00.000Z');
    expect((await read('age')).statuses[0][0]).toBe('PRESENT');
    feature.clock.at = new Date('2026-02-01T13:00:00.001Z');
    expect(await read('age')).toMatchObject({
      values: [[null, null, null, null, null]],
      statuses: [Array.from({ length: 5 }, () => 'OUTSIDE_MAX_AGE')],
    });
    expect((await read('age', { includeExpired: true })).values[0][0]).toBe(1);
    expect((await read('age', { at: '2026-02-01T12:30:00Z' })).statuses[0][0]).toBe('PRESENT');
    expect((await read('age', { at: '2026-02-01T11:30:00Z' })).statuses[0][0]).toBe('NOT_FOUND');
    feature.clock.at = new Date('2026-02-01T14:00:00.001Z');
    expect((await read('age')).statuses[0][0]).toBe('NOT_FOUND');
  });

  it('is read as of one time for each row', async () => {
    await push({ rows: [row('each', '2026-02-01T11:00:00Z', 1)] });
    const times = [
      '2026-02-01T10:59:59.999Z',
      '2026-02-01T11:00:00Z',
      '2026-02-01T13:30:00+01:00',
      '2026-02-01T12:00:01Z',
    ];
    const body = await read('each', { entities: times.map(() => ({ user_id: 'each' })), at: times });
    expect(body.statuses.map(([status]: string[]) => status)).toEqual([
      'NOT_FOUND',
      'PRESENT',
      'OUTSIDE_MAX_AGE',
      'OUTSIDE_MAX_AGE',
    ]);
    expect(body.agesMs.map(([age]: number[]) => age)).toEqual([null, 0, 5_400_000, 3_601_000]);
  });

  it('sends OFFLINE rows past the online store', async () => {
    await push({ to: 'OFFLINE', rows: [row('off', '2026-02-01T11:00:00Z', 1)] });
    expect((await read('off')).statuses[0][0]).toBe('NOT_FOUND');
  });

  it('survives a stop, and the loss of everything that was not in the database', async () => {
    await push({ rows: [row('kept', '2026-02-01T11:00:00Z', 7)] });
    await feature.restart();
    expect((await read('kept')).values[0][0]).toBe(7);
  });

  it('gives back each bad row with its index, field and reason, and stores the others', async () => {
    const good = row('good', '2026-02-01T11:00:00Z', 1);
    const { status, body } = await push({
      rows: [
        good,
        { ...good, values: { ...values, amount: 'much' } },
        { ...good, values: { ...values, visits: 1.5 } },
        { ...good, values: { amount: 1 } },
        { ...good, values: { ...values, height: 1 } },
        { ...good, entity: {} },
        { ...good, entity: { user_id: 5 } },
        { ...good, entity: { user_id: null } },
        { ...good, entity: { user_id: 'a', shop: 'b' } },
        { ...good, eventTime: '2026-02-01T12:00:00.001Z' },
        { ...good, eventTime: 'yesterday' },
        { ...good, eventTime: '2026-02-01T11:00:00' },
        { ...good, extra: true },
        { ...good, values: { ...values, city: 'a\u0000b' } },
        null,
      ],
    });
    expect(status).toBe(200);
    expect(body.accepted).toBe(1);
    expect(body.rejected.map(({ index, field }: any) => [index, field])).toEqual([
      [1, 'values.amount'],
      [2, 'values.visits'],
      [3, 'values.visits'],
      [4, 'values.height'],
      [5, 'entity.user_id'],
      [6, 'entity.user_id'],
      [7, 'entity'],
      [8, 'entity.shop'],
      [9, 'eventTime'],
      [10, 'eventTime'],
      [11, 'eventTime'],
      [12, 'row'],
      [13, 'values.city'],
      [14, 'row'],
    ]);
    expect(body.rejected[0]).toEqual({
      index: 1,
      field: 'values.amount',
      code: 'INVALID_INPUT',
      message: 'values.amount: is FLOAT64: a finite number',
    });
    expect(body.rejected[8].message).toBe(
      'eventTime: 2026-02-01T12:00:00.001Z lies ahead; it is 2026-02-01T12:00:00.000Z here',
    );
    expect((await read('good')).values[0][0]).toBe(1);
  });

  it('takes many senders at once and loses none', async () => {
    const users = Array.from({ length: 200 }, (_, i) => `many${i}`);
    const answers = await Promise.all(users.map((user, i) => push({ rows: [row(user, '2026-02-01T11:00:00Z', i)] })));
    expect(answers.every(({ body }) => body.accepted === 1)).toBe(true);
    const { values: got } = (
      await post(feature, '/v1/features/read', {
        service: ids.service,
        entities: users.map((user_id) => ({ user_id })),
      })
    ).body;
    expect(got.map((one: any) => one[0])).toEqual(users.map((_, i) => i));
  });
});

describe('refused calls of the data plane', () => {
  const path = '/v1/features/read';
  it.each([
    [
      'an unknown service',
      path,
      { service: 'tiffin:default:feature-service:nothing@1', entities: [{}] },
      404,
      'NOT_FOUND',
    ],
    ['an id of another kind', path, { service: 'tiffin:default:entity:user', entities: [{}] }, 422, 'INVALID_INPUT'],
    ['a text that is no id', path, { service: 'x y z', entities: [{}] }, 422, 'INVALID_INPUT'],
    ['no rows', path, { service: 'tiffin:default:feature-service:fraud@1', entities: [] }, 422, 'INVALID_INPUT'],
    [
      'too many rows',
      path,
      {
        service: 'tiffin:default:feature-service:fraud@1',
        entities: Array.from({ length: 1_001 }, () => ({ user_id: 'a' })),
      },
      422,
      'INVALID_INPUT',
    ],
    [
      'a key part that is missing',
      path,
      { service: 'tiffin:default:feature-service:fraud@1', entities: [{}] },
      422,
      'INVALID_INPUT',
    ],
    [
      'a key of another type',
      path,
      { service: 'tiffin:default:feature-service:fraud@1', entities: [{ user_id: 7 }] },
      422,
      'INVALID_INPUT',
    ],
    [
      'a key that no view has',
      path,
      { service: 'tiffin:default:feature-service:fraud@1', entities: [{ user_id: 'a', shop: 1 }] },
      422,
      'INVALID_INPUT',
    ],
    [
      'fewer times than rows',
      path,
      {
        service: 'tiffin:default:feature-service:fraud@1',
        entities: [{ user_id: 'a' }, { user_id: 'b' }],
        at: ['2026-01-01T00:00:00Z'],
      },
      422,
      'INVALID_INPUT',
    ],
    [
      'a list with no time in it',
      path,
      { service: 'tiffin:default:feature-service:fraud@1', entities: [{ user_id: 'a' }], at: ['2026-01-01'] },
      422,
      'INVALID_INPUT',
    ],
    [
      'an instant without a zone',
      path,
      { service: 'tiffin:default:feature-service:fraud@1', entities: [{ user_id: 'a' }], at: '2026-01-01' },
      422,
      'INVALID_INPUT',
    ],
    ['no JSON', path, '{', 400, 'MALFORMED'],
    [
      'an unknown view',
      '/v1/features/push',
      { view: 'tiffin:default:feature-view:nothing', rows: [{}] },
      404,
      'NOT_FOUND',
    ],
    [
      'too many rows to push',
      '/v1/features/push',
      { view: 'tiffin:default:feature-view:user_txn', rows: Array.from({ length: 1_001 }, () => ({})) },
      422,
      'INVALID_INPUT',
    ],
    [
      'an unknown target',
      '/v1/features/push',
      { view: 'tiffin:default:feature-view:user_txn', rows: [{}], to: 'MARS' },
      422,
      'INVALID_INPUT',
    ],
  ])('%s', async (_, to, body, status, code) => {
    const answer = await post(feature, to, body);
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it.each([
    [path, '{"service": "fraud", "entities": [{"user_id": "Möller"}]}'],
    ['/v1/features/push', '{"view": "user_txn", "rows": [{"entity": {"user_id": "Müller"}}]}'],
  ])('%s with bytes that are not UTF-8: they would turn into other people', async (to, body) => {
    const answer = await feature.subgraph.app.request(to, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${testKeys.with(to === path ? 'feature:read' : 'feature:write')}`,
      },
      body: Buffer.from(body, 'latin1'),
    });
    expect([answer.status, ((await answer.json()) as any).code]).toEqual([400, 'MALFORMED']);
  });

  it('names the key part that is missing and those that it takes', async () => {
    const { body } = await post(feature, path, { service: ids.service, entities: [{ user_id: 'a' }, {}] });
    expect(body).toMatchObject({
      title: 'entities.1: the join key "user_id" is missing; it takes user_id (STRING)',
      field: 'entities.1.user_id',
      allowed: ['user_id (STRING)'],
    });
  });

  it('answers 403 to a key without the scope', async () => {
    expect(await post(feature, path, {}, testKeys.without('feature:read'))).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
  });

  it('answers the same over GraphQL, for tools', async () => {
    await push({ rows: [row('tool', '2026-02-01T11:00:00Z', 3)] });
    const query = `query ($input: OnlineFeaturesInput!) { onlineFeatures(input: $input) { service rows { features { name value status ageMs } } } }`;
    const { data } = await feature.ask(query, { input: { service: ids.service, entities: [{ user_id: 'tool' }] } });
    expect(data.onlineFeatures.rows[0].features[0]).toEqual({
      name: 'user_txn__amount',
      value: 3,
      status: 'PRESENT',
      ageMs: 3_600_000,
    });
    const { errors } = await feature.ask(query, { input: { service: ids.service, entities: [{}] } });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'entities.0.user_id' } }]);
  });
});
