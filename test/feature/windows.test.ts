import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTrainingSet,
  downloadRows,
  post,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';

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
});
