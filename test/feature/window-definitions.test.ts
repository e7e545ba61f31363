import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { outboxFeed } from '../../subgraphs/shared/events/feed.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { startTestFeature, writeParquet, type FeatureHarness } from '../support/feature.ts';
import { readFeed } from '../support/read-feed.ts';

const HOUR = 3_600;

let feature: FeatureHarness;

beforeAll(async () => {
  feature = await startTestFeature();
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'c0' as card_id, 'x' as txn_id, timestamptz '2025-01-01 00:00:00Z' as event_time, 1.0::double as amount,
       1::bigint as items, 'fuel' as category, true as present, timestamptz '2025-01-01 00:00:00Z' as settled`,
  );
  const { errors } = await feature.ask(
    `mutation {
      defineEntity(input: { name: "card", joinKeys: [{ name: "card_id", dtype: STRING }] }) { eventCursor }
      defineSource(input: { name: "txn", path: "txn.parquet", eventColumn: "event_time" }) { eventCursor } }`,
  );
  expect(errors).toBeUndefined();
});

const define = ({ name = 'card_txn', ...input }: { name?: string } & Record<string, unknown>) =>
  feature.ask(
    `mutation ($view: DefineFeatureViewInput!) { defineFeatureView(input: $view) { featureView { id version eventIdColumn
      features { id name dtype column { name } window { function windowSeconds hopSeconds
        where { column oneOf hours utcOffsetMinutes } } } } } }`,
    { view: { name, entity: 'card', source: 'txn', ttlSeconds: 0, ...input } },
  );
const one = (more: object, window: object) => ({
  features: [{ name: 'w', ...more, window: { function: 'COUNT', windowSeconds: HOUR, ...window } }],
});

const NIGHT = {
  name: 'fuel_by_night',
  column: 'amount',
  description: 'Fuel, at night in India.',
  window: {
    function: 'SUM',
    windowSeconds: 7 * 24 * HOUR,
    hopSeconds: 2 * HOUR,
    where: { column: 'category', oneOf: ['fuel', 'gas'], hours: [23, 0, 1], utcOffsetMinutes: 330 },
  },
};

describe('a view of windows', () => {
  it('keeps all that it says, and shows it', async () => {
    const { data, errors } = await define({
      eventIdColumn: 'txn_id',
      features: [NIGHT, { name: 'n', window: { function: 'COUNT', windowSeconds: 24 * HOUR } }],
    });
    expect(errors).toBeUndefined();
    expect(data.defineFeatureView.featureView).toMatchObject({
      version: 1,
      eventIdColumn: 'txn_id',
      features: [
        {
          name: 'fuel_by_night',
          dtype: 'FLOAT64',
          column: { name: 'amount' },
          window: { ...NIGHT.window, where: { ...NIGHT.window.where, hours: [0, 1, 23] } },
        },
        {
          name: 'n',
          dtype: 'INT64',
          column: null,
          window: { function: 'COUNT', windowSeconds: 24 * HOUR, hopSeconds: HOUR, where: null },
        },
      ],
    });
  });

  it('is another version when a window or the ids change, and the same for the same', async () => {
    const version = async (input: object): Promise<number> => {
      const { data, errors } = await define({ name: 'versions', ...input });
      expect(errors).toBeUndefined();
      return data.defineFeatureView.featureView.version;
    };
    expect(await version({ features: [NIGHT] })).toBe(1);
    expect(await version({ features: [NIGHT] })).toBe(1);
    expect(await version({ features: [{ ...NIGHT, window: { ...NIGHT.window, hopSeconds: HOUR } }] })).toBe(2);
    expect(await version({ features: [{ ...NIGHT, window: { ...NIGHT.window, where: null } }] })).toBe(3);
    expect(await version({ features: [NIGHT], eventIdColumn: 'txn_id' })).toBe(4);
  });

  it.each([
    ['MEAN of whole numbers', 'MEAN', 'items', 'FLOAT64'],
    ['SUM of whole numbers', 'SUM', 'items', 'INT64'],
    ['STDDEV', 'STDDEV', 'amount', 'FLOAT64'],
    ['MIN of moments', 'MIN', 'settled', 'TIMESTAMP'],
    ['MAX', 'MAX', 'amount', 'FLOAT64'],
    ['FIRST of text', 'FIRST', 'category', 'STRING'],
    ['LAST of booleans', 'LAST', 'present', 'BOOL'],
    ['DISTINCT of text', 'DISTINCT', 'category', 'INT64'],
    ['COUNT of a column', 'COUNT', 'category', 'INT64'],
  ])('gives each function its type: %s', async (_, name, column, dtype) => {
    const { data, errors } = await define({ name: 'types', ...one({ column }, { function: name }) });
    expect(errors).toBeUndefined();
    expect(data.defineFeatureView.featureView.features[0]).toMatchObject({ dtype });
  });

  it.each([
    ['a function that is none', one({}, { function: 'MEDIAN' }), /does not exist in "WindowFunction" enum/, undefined],
    [
      'no length',
      one({}, { windowSeconds: 0 }),
      /1 to 34560000 \(400 days\), not 0/,
      'features.0.window.windowSeconds',
    ],
    [
      'a hop that does not divide',
      one({}, { hopSeconds: 7 * 60 }),
      /420 does not divide a window of 3600 s; it can be 2, 3, 4, 5/,
      'features.0.window.hopSeconds',
    ],
    [
      'a usual hop that does not divide',
      one({}, { windowSeconds: 60 }),
      /the usual hop of 300 does not divide a window of 60 s; it can be 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60/,
      'features.0.window.hopSeconds',
    ],
    [
      'too many hops',
      one({}, { windowSeconds: 24 * HOUR, hopSeconds: 1 }),
      /1 makes more than 2016 hops/,
      'features.0.window.hopSeconds',
    ],
    [
      'a SUM of nothing',
      one({}, { function: 'SUM' }),
      /is missing; SUM is of a column that is FLOAT64 or INT64/,
      'features.0.column',
    ],
    [
      'a SUM of text',
      one({ column: 'category' }, { function: 'SUM' }),
      /"category" is STRING; SUM takes FLOAT64 or INT64/,
      'features.0.column',
    ],
    [
      'a DISTINCT of doubles',
      one({ column: 'amount' }, { function: 'DISTINCT' }),
      /"amount" is FLOAT64; DISTINCT takes INT64 or STRING/,
      'features.0.column',
    ],
    [
      'a column that is not there',
      one({ column: 'price' }, { function: 'SUM' }),
      /there is no column "price"/,
      'features.0.column',
    ],
    ['another type', one({ dtype: 'FLOAT64' }, {}), /this COUNT is INT64, not FLOAT64/, 'features.0.dtype'],
    ['a filter of nothing', one({}, { where: {} }), /narrows nothing/, 'features.0.window.where'],
    [
      'categories of no column',
      one({}, { where: { oneOf: ['a'], hours: [1] } }),
      /is missing/,
      'features.0.window.where.column',
    ],
    [
      'a column without categories',
      one({}, { where: { column: 'category' } }),
      /1 to 100 categories, not 0/,
      'features.0.window.where.oneOf',
    ],
    [
      'categories of doubles',
      one({}, { where: { column: 'amount', oneOf: ['1'] } }),
      /categories are STRING, INT64, BOOL/,
      'features.0.window.where.column',
    ],
    [
      'a category of another type',
      one({}, { where: { column: 'items', oneOf: ['1', 'two'] } }),
      /"two" is not INT64/,
      'features.0.window.where.oneOf.1',
    ],
    [
      'an hour that is none',
      one({}, { where: { hours: [24] } }),
      /hours are 0 to 23, not 24/,
      'features.0.window.where.hours',
    ],
    ['an hour twice', one({}, { where: { hours: [1, 1] } }), /an hour occurs twice/, 'features.0.window.where.hours'],
    [
      'a clock of no place',
      one({}, { where: { hours: [1], utcOffsetMinutes: 900 } }),
      /-840 to 840, not 900/,
      'features.0.window.where.utcOffsetMinutes',
    ],
    ['a TTL', { ...one({}, {}), ttlSeconds: 60 }, /0 where no feature is a column, not 60/, 'ttlSeconds'],
    [
      'ids beside a column',
      { features: [{ name: 'amount' }, ...one({}, {}).features], eventIdColumn: 'txn_id' },
      /"amount" is a column; ids of events are for views of windows and networks alone/,
      'eventIdColumn',
    ],
    [
      'ids that are doubles',
      { ...one({}, {}), eventIdColumn: 'amount' },
      /"amount" is FLOAT64; an id is/,
      'eventIdColumn',
    ],
    [
      'a name that stands for another column',
      {
        features: [
          { name: 'amount', column: 'items' },
          { name: 'w', column: 'amount', window: { function: 'SUM', windowSeconds: HOUR } },
        ],
      },
      /"amount" is of column "items", but another feature reads the column "amount"/,
      'features.0.name',
    ],
  ])('is refused with %s', async (_, input, message, field) => {
    const { errors } = await define({ name: 'refused', ...input });
    expect(errors).toHaveLength(1);
    expect(errors[0].message).toMatch(message);
    if (field !== undefined) expect(errors[0].extensions).toMatchObject({ code: 'INVALID_INPUT', field });
  });

  it('is told to search and lineage with what each window says and the columns behind it', async () => {
    await define({ name: 'told', eventIdColumn: 'txn_id', features: [NIGHT, ...one({}, {}).features] });
    const view = 'tiffin:default:feature-view:told@1';
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    const { events } = await readFeed(outboxFeed(db), null, (given) => given.some(({ urn }) => urn === view));
    await db.close();
    const of = (urn: string) => events.find((event) => event.urn === urn);
    const column = (name: string) => ({ urn: `tiffin:default:column:txn/${name}`, relation: 'DERIVED_FROM' });
    expect(of('tiffin:default:feature:told@1/fuel_by_night')).toMatchObject({
      asset: { upstream: [column('amount'), column('category'), { urn: view, relation: 'CONTAINS' }] },
      data: {
        dtype: 'FLOAT64',
        column: 'amount',
        window: { function: 'SUM', windowSeconds: 604_800, hopSeconds: 7_200 },
      },
    });
    expect(of('tiffin:default:feature:told@1/w')).toMatchObject({
      asset: { upstream: [{ urn: view, relation: 'CONTAINS' }] },
      data: { dtype: 'INT64', column: null, window: { function: 'COUNT' } },
    });
    expect(of(view)?.asset?.upstream).toEqual(
      expect.arrayContaining([column('card_id'), column('event_time'), column('txn_id')]),
    );
  });
});
