import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTrainingSet,
  downloadRows,
  materialize,
  post,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';
import * as cards from './cards.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const iso = (ms: number): string => new Date(ms).toISOString();

let feature: FeatureHarness;

const define = (input: object, name = 'card_txn') =>
  feature.ask(
    `mutation ($view: DefineFeatureViewInput!, $service: DefineFeatureServiceInput!) {
      defineFeatureView(input: $view) { featureView { id version eventIdColumn features { id name dtype column { id }
        window { function windowSeconds hopSeconds where { column oneOf hours utcOffsetMinutes } } } } }
      defineFeatureService(input: $service) { featureService { id } } }`,
    {
      view: { name, entity: 'card', source: 'txn', ttlSeconds: 0, ...input },
      service: { name, views: [{ view: name }] },
    },
  );

const WINDOWS = [
  { name: 'n_1h', window: { function: 'COUNT', windowSeconds: HOUR } },
  { name: 'n_24h', window: { function: 'COUNT', windowSeconds: DAY } },
  { name: 'n_7d', window: { function: 'COUNT', windowSeconds: 7 * DAY } },
  { name: 'sum_1h', column: 'amount', window: { function: 'SUM', windowSeconds: HOUR } },
  { name: 'sum_24h', column: 'amount', window: { function: 'SUM', windowSeconds: DAY } },
  { name: 'sum_7d', column: 'amount', window: { function: 'SUM', windowSeconds: 7 * DAY } },
];

beforeAll(async () => {
  feature = await startTestFeature();
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'c0' as card_id, 'x' as txn_id, timestamptz '2025-01-01 00:00:00Z' as event_time,
       timestamptz '2025-01-01 00:00:00Z' as created_at, 1.0::double as amount, 1::bigint as items, 'fuel' as category, true as present`,
  );
  const { errors } = await feature.ask(
    `mutation ($source: DefineSourceInput!) {
      defineEntity(input: { name: "card", joinKeys: [{ name: "card_id", dtype: STRING }] }) { eventCursor }
      defineSource(input: $source) { eventCursor } }`,
    { source: { name: 'txn', path: 'txn.parquet', eventColumn: 'event_time', createdColumn: 'created_at' } },
  );
  expect(errors).toBeUndefined();
});

const push = (rows: object[], view = 'card_txn') => post(feature, '/v1/features/push', { view, rows });
const read = async (card_id: string, service = 'card_txn', more: object = {}): Promise<any> =>
  (await post(feature, '/v1/features/read', { service, entities: [{ card_id }], ...more })).body;
const trained = async (service: string, rows: object[]): Promise<any[]> => {
  const { data, errors } = await createTrainingSet(feature, { service, spine: { rows, timestampColumn: 'asked_at' } });
  expect(errors).toBeUndefined();
  expect(data.createTrainingSet.build.error).toBeNull();
  return downloadRows(feature, data.createTrainingSet.trainingSet);
};

describe('windows of a card', () => {
  it('are right to the hop at every second for five payments in ten minutes, on-line and in a training set', async () => {
    const { data, errors } = await define({ features: WINDOWS });
    expect(errors).toBeUndefined();
    expect(data.defineFeatureView.featureView.features[0]).toMatchObject({
      dtype: 'INT64',
      column: null,
      window: { function: 'COUNT', windowSeconds: HOUR, hopSeconds: 300, where: null },
    });
    const firstMs = Date.parse('2026-02-03T10:02:30Z');
    const times = [0, 1, 2, 3, 4].map((i) => firstMs + i * 150_000);
    const amounts = [10, 20.5, 30, 40.25, 50];
    for (const [i, ms] of times.entries()) {
      feature.clock.at = new Date(ms);
      const row = { entity: { card_id: 'five' }, eventTime: iso(ms), values: { amount: amounts[i] } };
      expect((await push([row])).body).toMatchObject({ accepted: 1, rejected: [] });
    }
    // The definition: events of [tail, t), the tail on a multiple of the hop.
    const expected = (ms: number): number[] => {
      const inside = (seconds: number, hop: number): number[] => {
        const tail = Math.floor((ms - seconds * 1_000) / (hop * 1_000)) * hop * 1_000;
        return amounts.filter((_, i) => times[i]! >= tail && times[i]! < ms);
      };
      const lists = [inside(HOUR, 300), inside(DAY, HOUR), inside(7 * DAY, HOUR)];
      return [...lists.map((list) => list.length), ...lists.map((list) => list.reduce((sum, one) => sum + one, 0))];
    };
    const last = times[4]!;
    const around = (ms: number): number[] => Array.from({ length: 121 }, (_, i) => ms + (i - 60) * 1_000);
    const moments = [
      ...Array.from({ length: 301 }, (_, i) => last + i * 1_000),
      // Where payments leave the hour, the day and the week.
      ...['2026-02-03T11:05:00Z', '2026-02-03T11:10:00Z', '2026-02-03T11:15:00Z'].flatMap((text) =>
        around(Date.parse(text)),
      ),
      ...['2026-02-04T11:00:00Z', '2026-02-10T11:00:00Z', '2026-02-12T00:00:00Z'].flatMap((text) =>
        around(Date.parse(text)),
      ),
    ].toSorted((a, b) => a - b);
    feature.clock.at = new Date(moments.at(-1)!);
    // One read asks for all moments; the clock has nothing to do with them.
    const answers: unknown[][] = [];
    for (let from = 0; from < moments.length; from += 1_000) {
      const some = moments.slice(from, from + 1_000);
      const { body } = await post(feature, '/v1/features/read', {
        service: 'card_txn',
        entities: some.map(() => ({ card_id: 'five' })),
        at: some.map(iso),
      });
      answers.push(...body.values);
    }
    const rows = await trained(
      'card_txn',
      moments.map((ms) => ({ card_id: 'five', asked_at: iso(ms) })),
    );
    const seen = new Set<string>();
    moments.forEach((ms, i) => {
      expect(answers[i], `on-line at ${iso(ms)}`).toEqual(expected(ms));
      expect(
        WINDOWS.map(({ name }) => Number(rows[i][`card_txn__${name}`])),
        `in a training set at ${iso(ms)}`,
      ).toEqual(expected(ms));
      seen.add(String(expected(ms).slice(0, 3)));
    });
    // Full, and emptied hour by day by week.
    expect([...seen]).toEqual(expect.arrayContaining(['5,5,5', '0,5,5', '0,0,5', '0,0,0']));
    const whole = await read('five', 'card_txn', { at: iso(last + 1) });
    expect(whole.statuses[0]).toEqual(WINDOWS.map(() => 'PRESENT'));
    expect(whole.agesMs[0]).toEqual(WINDOWS.map(() => 0));
  });

  const sent = (card_id: string, txn: string | undefined, time: string, values: object, more: object = {}) => ({
    entity: { card_id },
    eventTime: time,
    ...(txn !== undefined && { eventId: txn }),
    ...(Object.keys(values).length > 0 && { values }),
    ...more,
  });
  const BY_ID = [
    { name: 'n', window: { function: 'COUNT', windowSeconds: DAY } },
    { name: 'sum', column: 'amount', window: { function: 'SUM', windowSeconds: DAY } },
    { name: 'max', column: 'amount', window: { function: 'MAX', windowSeconds: DAY } },
    { name: 'newest', column: 'category', window: { function: 'LAST', windowSeconds: DAY } },
    { name: 'kinds', column: 'category', window: { function: 'DISTINCT', windowSeconds: DAY } },
  ];

  it('count an event once however often it is sent, and follow its corrections and its end, as training sets do', async () => {
    expect((await define({ features: BY_ID, eventIdColumn: 'txn_id' }, 'by_id')).errors).toBeUndefined();
    const asked: [string, unknown[]][] = [];
    const step = async (time: string, rows: object[], values: unknown[]): Promise<void> => {
      feature.clock.at = new Date(time);
      if (rows.length > 0)
        expect((await push(rows, 'by_id')).body).toMatchObject({ accepted: rows.length, rejected: [] });
      feature.clock.at = new Date(Date.parse(time) + 1);
      expect((await read('a', 'by_id')).values[0], time).toEqual(values);
      asked.push([iso(Date.parse(time) + 1), values]);
    };
    const fuel = sent('a', 't1', '2026-02-05T10:00:00Z', { amount: 40, category: 'fuel' });
    await step('2026-02-05T10:00:00Z', [], [0, 0, null, null, 0]);
    await step('2026-02-05T10:00:01Z', [fuel], [1, 40, 40, 'fuel', 1]);
    await step('2026-02-05T10:00:02Z', [fuel, fuel], [1, 40, 40, 'fuel', 1]);
    const food = sent('a', 't2', '2026-02-05T09:00:00Z', { amount: 15, category: 'food' });
    await step('2026-02-05T10:00:03Z', [food], [2, 55, 40, 'fuel', 2]);
    // A correction changes everything of it, its time too.
    const corrected = sent('a', 't1', '2026-02-05T08:00:00Z', { amount: 4, category: 'food' });
    await step('2026-02-05T10:00:04Z', [corrected], [2, 19, 15, 'food', 1]);
    await step(
      '2026-02-05T10:00:05Z',
      [sent('a', 't2', '2026-02-05T09:00:00Z', {}, { retract: true })],
      [1, 4, 4, 'food', 1],
    );
    // What was never sent can be taken back; it stays so until it is sent again.
    await step(
      '2026-02-05T10:00:06Z',
      [sent('a', 't9', '2026-02-05T09:00:00Z', {}, { retract: true })],
      [1, 4, 4, 'food', 1],
    );
    await step(
      '2026-02-05T10:00:07Z',
      [sent('a', 't2', '2026-02-05T09:30:00Z', { amount: -1, category: null })],
      [2, 3, 4, 'food', 1],
    );
    // The same id of another card is another event.
    feature.clock.at = new Date('2026-02-05T10:00:08Z');
    await push([sent('b', 't1', '2026-02-05T10:00:00Z', { amount: 7, category: 'fuel' })], 'by_id');
    expect((await read('b', 'by_id')).values[0]).toEqual([1, 7, 7, 'fuel', 1]);
    await step('2026-02-05T10:00:09Z', [], [2, 3, 4, 'food', 1]);
    // A written time says which version is the later one, not the arrival.
    const stale = sent(
      'a',
      't1',
      '2026-02-05T10:00:00Z',
      { amount: 99, category: 'x' },
      { createdTime: '2026-02-05T10:00:01Z' },
    );
    await step('2026-02-05T10:00:10Z', [stale], [2, 3, 4, 'food', 1]);

    await feature.restart();
    expect((await read('a', 'by_id')).values[0]).toEqual([2, 3, 4, 'food', 1]);
    const rows = await trained(
      'by_id',
      asked.map(([asked_at]) => ({ card_id: 'a', asked_at })),
    );
    asked.forEach(([time, values], i) => {
      const found = BY_ID.map(({ name }) => rows[i][`by_id__${name}`]).map((one) =>
        typeof one === 'bigint' ? Number(one) : one,
      );
      expect(found, time).toEqual(values);
    });
  });

  it('count events of which nothing but the time is known, load after load', async () => {
    const file = (rows: number) =>
      writeParquet(
        join(feature.folder, 'bare.parquet'),
        `select 'c' as card_id, timestamptz '2026-02-05 00:00:00Z' + interval (i) minute as event_time from range(${rows}) t(i)`,
      );
    await file(10);
    const { errors } = await feature.ask(
      `mutation { defineSource(input: { name: "bare", path: "bare.parquet", eventColumn: "event_time" }) { eventCursor } }`,
    );
    expect(errors).toBeUndefined();
    const windows = [{ name: 'n', window: { function: 'COUNT', windowSeconds: DAY } }];
    expect((await define({ source: 'bare', features: windows }, 'bare')).errors).toBeUndefined();
    feature.clock.at = new Date('2026-02-05T12:00:00Z');
    const written = async () =>
      (await materialize(feature, { view: 'bare' })).data.materialize.materialization.rowsWritten;
    expect([await written(), await written()]).toEqual([10, 0]);
    await file(12);
    expect(await written()).toBe(2);
    await push([{ entity: { card_id: 'c' }, eventTime: '2026-02-05T11:00:00Z' }], 'bare');
    feature.clock.at = new Date('2026-02-05T12:00:01Z');
    expect((await read('c', 'bare')).values).toEqual([[13]]);
    const [row] = await trained('bare', [{ card_id: 'c', asked_at: '2026-02-05T12:00:01Z' }]);
    expect(row.bare__n).toBe(13n);
  });

  it('say which rows cannot be told apart, corrected or taken back', async () => {
    feature.clock.at = new Date('2026-02-06T00:00:00Z');
    const time = '2026-02-05T09:00:00Z';
    const refused = async (view: string, row: object) => (await push([row], view)).body.rejected[0];
    const values = { amount: 1, category: 'x' };
    expect(await refused('by_id', sent('a', undefined, time, values))).toMatchObject({
      field: 'eventId',
      message: 'eventId: is missing; it is what "txn_id" holds',
    });
    expect(await refused('by_id', sent('a', '', time, values))).toMatchObject({ field: 'eventId' });
    expect(await refused('by_id', sent('a', 't', time, values, { retract: true }))).toMatchObject({
      field: 'values.amount',
      message: 'values.amount: a row that retracts has no values',
    });
    expect(await refused('by_id', sent('a', 't', '2026-02-06T00:00:00.001Z', values))).toMatchObject({
      field: 'eventTime',
    });
    expect(await refused('card_txn', sent('a', 't', time, { amount: 1 }))).toMatchObject({
      field: 'eventId',
      message: 'eventId: the events of card_txn@1 have no ids: it names no eventIdColumn',
    });
    expect(await refused('card_txn', sent('a', undefined, time, {}, { retract: true }))).toMatchObject({
      field: 'retract',
      message: 'retract: the events of card_txn@1 have no ids, so that none can be taken back',
    });
    expect(await refused('card_txn', sent('a', undefined, time, { amount: 1, items: 1 }))).toMatchObject({
      field: 'values.items',
    });
  });

  it('are filled from the source, take pushes beside it, and survive a stop and the loss of the snapshot', async () => {
    await writeParquet(
      join(feature.folder, 'txn.parquet'),
      `select 'c' || (i % 3) as card_id, case when i = 7 then null else 't' || i end as txn_id,
         timestamptz '2026-02-07 00:00:00Z' + interval (i * 10) minute as event_time,
         timestamptz '2026-02-07 00:00:00Z' + interval (i * 10) minute as created_at,
         i::double as amount, i::bigint as items, case when i % 2 = 0 then 'fuel' else 'food' end as category, true as present
       from range(90) t(i)`,
    );
    feature.clock.at = new Date('2026-02-07T15:00:00Z');
    expect((await define({ features: BY_ID, eventIdColumn: 'txn_id' }, 'loaded')).errors).toBeUndefined();
    const { data } = await materialize(feature, { view: 'loaded' });
    expect(data.materialize.materialization).toMatchObject({
      state: 'SUCCEEDED',
      rowsWritten: 89,
      rowsOnline: 89,
      skipped: [{ reason: 'NO_EVENT_ID', rows: 1 }],
    });
    // 0, 3, …, 87: thirty payments of c0.
    expect((await read('c0', 'loaded')).values[0]).toEqual([30, 1_305, 87, 'food', 2]);
    await push([sent('c0', 't87', '2026-02-07T14:30:00Z', {}, { retract: true })], 'loaded');
    await push([sent('c0', 'new', '2026-02-07T14:40:00Z', { amount: 500, category: 'gift' })], 'loaded');
    const now = [30, 1_718, 500, 'gift', 3];
    feature.clock.at = new Date('2026-02-07T15:00:01Z');
    expect((await read('c0', 'loaded')).values[0]).toEqual(now);
    expect((await materialize(feature, { view: 'loaded' })).data.materialize.materialization.rowsWritten).toBe(0);
    await feature.restart();
    expect((await read('c0', 'loaded')).values[0]).toEqual(now);
    await feature.restart(() => rmSync(join(feature.folder, 'data/online.snapshot')));
    expect((await read('c0', 'loaded')).values[0]).toEqual(now);
    const [row] = await trained('loaded', [{ card_id: 'c0', asked_at: '2026-02-07T15:00:01Z' }]);
    expect(Number(row.loaded__sum)).toBe(1_718);
    // A week later nothing is in any window, whether or not the store still knows the card.
    feature.clock.at = new Date('2026-02-14T15:00:00Z');
    await push([sent('other', 'x', '2026-02-14T15:00:00Z', { amount: 1, category: 'x' })], 'loaded');
    const nothing = {
      values: [[0, 0, null, null, 0]],
      statuses: [['PRESENT', 'PRESENT', 'NULL_VALUE', 'NULL_VALUE', 'PRESENT']],
    };
    expect(await read('c0', 'loaded')).toMatchObject(nothing);
    expect(await read('nobody', 'loaded')).toMatchObject(nothing);
    // What lies before the newest payment is not kept on-line.
    const before = await read('other', 'loaded', { at: '2026-02-14T14:59:59Z' });
    expect(before).toMatchObject({
      values: [[null, null, null, null, null]],
      agesMs: [[null, null, null, null, null]],
    });
    expect(before.statuses[0]).toEqual(BY_ID.map(() => 'NOT_FOUND'));
    expect((await read('nobody', 'loaded', { at: '2026-02-01T00:00:00Z' })).statuses[0]).toEqual(
      BY_ID.map(() => 'NOT_FOUND'),
    );
  });

  it('count by category and by hour of the day, beside a feature that is a column', async () => {
    const count = (where: object) => ({ function: 'COUNT', windowSeconds: DAY, where });
    const { errors } = await define(
      {
        ttlSeconds: HOUR,
        features: [
          { name: 'amount', dtype: 'FLOAT64' },
          { name: 'total', column: 'amount', window: { function: 'SUM', windowSeconds: DAY } },
          { name: 'fuel', window: count({ column: 'category', oneOf: ['fuel'] }) },
          { name: 'some_items', window: count({ column: 'items', oneOf: ['1', '2'] }) },
          { name: 'night', window: count({ hours: [0, 1, 2, 3, 4], utcOffsetMinutes: 330 }) },
        ],
      },
      'mixed',
    );
    expect(errors).toBeUndefined();
    feature.clock.at = new Date('2026-02-20T12:00:00Z');
    const pay = (time: string, amount: number, items: number, category: string) =>
      sent('m', undefined, time, { amount, items, category });
    await push(
      [
        pay('2026-02-19T20:15:00Z', 1, 1, 'fuel'),
        pay('2026-02-19T23:29:59Z', 2, 2, "o'clock"),
        pay('2026-02-19T23:30:00Z', 4, 3, 'fuel'),
        pay('2026-02-20T10:30:00Z', 8, 1, 'food'),
      ],
      'mixed',
    );
    const answer = await read('m', 'mixed');
    expect(answer.values[0]).toEqual([null, 15, 2, 3, 2]);
    expect(answer.statuses[0]).toEqual(['OUTSIDE_MAX_AGE', 'PRESENT', 'PRESENT', 'PRESENT', 'PRESENT']);
    const rows = await trained('mixed', [
      { card_id: 'm', asked_at: '2026-02-20T12:00:00Z' },
      { card_id: null, asked_at: '2026-02-20T12:00:00Z' },
      { card_id: 'm', asked_at: null },
    ]);
    const values = (row: any) =>
      ['amount', 'total', 'fuel', 'some_items', 'night'].map((name) => row[`mixed__${name}`]);
    expect(values(rows[0])).toEqual([null, 15, 2n, 3n, 2n]);
    for (const row of rows.slice(1)) expect(values(row)).toEqual([null, null, null, null, null]);
    expect((await read(null as unknown as string, 'mixed')).statuses[0]).toEqual(
      Array.from({ length: 5 }, () => 'NOT_FOUND'),
    );
  });
});

it('are folded again in the order of the log, also where places have more digits than those before them', async () => {
  const fresh = await startTestFeature();
  fresh.clock.at = new Date(cards.START);
  await cards.defineCards(fresh);
  for (let i = 0; i < 12; i++) {
    const { body } = await cards.pay(fresh, [{ card: 'a', id: `t${i}`, ms: cards.START - (i + 1) * cards.MINUTE }]);
    expect(body).toMatchObject({ accepted: 1 });
  }
  expect(await cards.valuesOf(fresh, ['a'])).toEqual([[12, 12, null]]);
  await fresh.restart(() => rmSync(join(fresh.folder, 'data/online.snapshot')));
  expect(await cards.valuesOf(fresh, ['a'])).toEqual([[12, 12, null]]);
});
