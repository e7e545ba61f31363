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

const DAY = 24 * 3_600;
let feature: FeatureHarness;

beforeAll(async () => {
  feature = await startTestFeature();
  await writeParquet(
    join(feature.folder, 'ratings.parquet'),
    `select 1::bigint as listing, 'x' as id, timestamptz '2020-01-01 00:00:00Z' as event_time, timestamptz '2020-01-01 00:00:00Z' as created_at,
       1.0::double as rating`,
  );
  const { errors } = await feature.ask(
    `mutation {
      defineEntity(input: { name: "listing", joinKeys: [{ name: "listing", dtype: INT64 }] }) { eventCursor }
      defineSource(input: { name: "ratings", path: "ratings.parquet", eventColumn: "event_time", createdColumn: "created_at" }) { eventCursor } }`,
  );
  expect(errors).toBeUndefined();
});

/** [event, rating, id, when it was written]. */
type Row = readonly [string, number, string, string?];

/** Pushes each row when it was written, reads at each moment, then asks a training set for the same moments. */
async function follow(name: string, window: object, rows: readonly Row[], asked: readonly string[]) {
  const { errors } = await feature.ask(
    `mutation ($view: DefineFeatureViewInput!) { defineFeatureView(input: $view) { eventCursor }
      defineFeatureService(input: { name: "${name}", views: [{ view: "${name}" }] }) { eventCursor } }`,
    {
      view: {
        name,
        entity: 'listing',
        source: 'ratings',
        ttlSeconds: 0,
        eventIdColumn: 'id',
        features: [{ name: 'w', column: 'rating', window }],
      },
    },
  );
  expect(errors).toBeUndefined();
  const steps = [
    ...rows.map(([event, rating, id, written = event]) => ({ at: Date.parse(written), row: { event, rating, id } })),
    ...asked.map((at) => ({ at: Date.parse(at), row: null })),
  ].toSorted((a, b) => a.at - b.at || (a.row ? 0 : 1) - (b.row ? 0 : 1));
  const served: unknown[] = [];
  for (const { at, row } of steps) {
    feature.clock.at = new Date(at);
    if (row) {
      const { event, rating, id } = row;
      const pushed = { entity: { listing: 1 }, eventTime: event, eventId: id, values: { rating } };
      expect((await post(feature, '/v1/features/push', { view: name, rows: [pushed] })).body.accepted).toBe(1);
    } else {
      const { body } = await post(feature, '/v1/features/read', { service: name, entities: [{ listing: 1 }] });
      served.push(body.values[0][0]);
    }
  }
  feature.clock.at = new Date(Date.parse('2026-01-01T00:00:00Z'));
  const { data } = await createTrainingSet(feature, {
    service: name,
    spine: { rows: asked.map((timestamp) => ({ listing: 1, timestamp })) },
  });
  const set = await downloadRows(feature, data.createTrainingSet.trainingSet);
  const trained = set.map((row) =>
    typeof row[`${name}__w`] === 'bigint' ? Number(row[`${name}__w`]) : row[`${name}__w`],
  );
  return { served, trained };
}

const RATINGS: readonly Row[] = [
  ['2021-04-04T00:30:00Z', 4, 'a'],
  ['2021-04-04T12:30:00Z', 5, 'b'],
  ['2021-04-05T00:30:00Z', 4, 'c'],
  ['2021-04-08T02:30:00Z', 5, 'd'],
];
const MEAN_30D = { function: 'MEAN', windowSeconds: 30 * DAY };

describe('the published vectors of windows, on-line and in a training set', () => {
  it.each([
    [
      'AGG-02',
      { function: 'COUNT', windowSeconds: 3_600 },
      ['13:24:59.999', '13:25:00.000', '14:26:59.999', '14:27:00.000'].map((time): Row => [
        `2021-01-02T${time}Z`,
        1,
        time,
      ]),
      [['2021-01-02T14:27:00.000Z', 2]],
    ],
    [
      'AGG-05',
      MEAN_30D,
      [...RATINGS, ['2021-04-10T02:00:00Z', 2, 'new']],
      [
        ['2021-04-10T01:00:00Z', 4.5],
        ['2021-04-10T02:30:00Z', 4],
      ],
    ],
    [
      'AGG-06',
      MEAN_30D,
      [...RATINGS, ['2021-04-05T00:30:00Z', 2, 'c', '2021-04-10T02:00:00Z']],
      [
        ['2021-04-10T01:00:00Z', 4.5],
        ['2021-04-10T02:30:00Z', 4],
      ],
    ],
    [
      'AGG-07',
      { function: 'MEAN', windowSeconds: 4 * DAY },
      [
        ['2021-04-05T03:40:00Z', 3, 'a'],
        ['2021-04-06T03:45:00Z', 4, 'b'],
        ['2021-04-09T05:45:00Z', 2, 'c'],
        ['2021-04-09T05:45:00Z', 5, 'c', '2021-04-09T07:00:00Z'],
        ['2021-04-10T10:00:00Z', 4, 'd'],
      ],
      [
        ['2021-04-09T01:30:00Z', 3.5],
        ['2021-04-09T04:30:00Z', 4],
        ['2021-04-09T06:30:00Z', 3],
        ['2021-04-09T08:30:00Z', 4.5],
        ['2021-04-10T09:00:00Z', 5],
        ['2021-04-10T23:00:00Z', 4.5],
      ],
    ],
  ] as const)('%s', async (id, window, rows, expected) => {
    const name = id.toLowerCase().replace('-', '_');
    const { served, trained } = await follow(
      name,
      window,
      rows,
      expected.map(([at]) => at),
    );
    expect(served).toEqual(expected.map(([, value]) => value));
    expect(trained).toEqual(expected.map(([, value]) => value));
  });
});
