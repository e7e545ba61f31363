import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { outboxFeed } from '../../subgraphs/shared/events/feed.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { createTrainingSet, downloadRows, startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { readFeed } from '../support/read-feed.ts';
import { defineRing, HOUR, iso, readRing, send, START } from './ring.ts';

const SECONDS = 3_600;

let feature: FeatureHarness;
beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date(START);
  await defineRing(feature);
});

const define = ({ name = 'ring_2', ...input }: { name?: string } & Record<string, unknown>) =>
  feature.ask(
    `mutation ($view: DefineFeatureViewInput!) { defineFeatureView(input: $view) { featureView { id version
      features { id name dtype column { name } window { function } network { function through windowSeconds hopSeconds limit
        bad { column oneOf windowSeconds hopSeconds } } } } } }`,
    { view: { name, entity: 'card', source: 'ring', ttlSeconds: 0, ...input } },
  );
const one = (network: object, more: object = {}) => ({
  features: [
    { name: 'n', ...more, network: { function: 'OTHERS', through: 'device_id', windowSeconds: SECONDS, ...network } },
  ],
});

const BAD = {
  name: 'bad',
  description: 'Bad cards on the devices of a card.',
  network: {
    function: 'BAD_OTHERS',
    through: 'device_id',
    windowSeconds: 7 * 24 * SECONDS,
    hopSeconds: 2 * SECONDS,
    limit: 50,
    bad: { column: 'label', oneOf: ['fraud', 'chargeback'], windowSeconds: 90 * 24 * SECONDS },
  },
};

describe('a view of networks', () => {
  it('keeps all that it says, and shows it', async () => {
    const { data, errors } = await define({
      eventIdColumn: 'txn_id',
      features: [
        BAD,
        { name: 'others', network: { function: 'OTHERS', through: 'address', windowSeconds: SECONDS } },
        { name: 'cut', network: { function: 'CUT', through: 'address', windowSeconds: SECONDS } },
        {
          name: 'as_long',
          network: { ...BAD.network, bad: { column: 'label', oneOf: ['fraud'] } },
        },
      ],
    });
    expect(errors).toBeUndefined();
    const plain = { through: 'address', windowSeconds: SECONDS, hopSeconds: 300, limit: 100, bad: null };
    expect(data.defineFeatureView.featureView).toMatchObject({
      version: 1,
      features: [
        {
          name: 'bad',
          dtype: 'INT64',
          column: null,
          window: null,
          network: { ...BAD.network, bad: { ...BAD.network.bad, hopSeconds: 24 * SECONDS } },
        },
        { name: 'others', dtype: 'INT64', network: { function: 'OTHERS', ...plain } },
        { name: 'cut', dtype: 'BOOL', network: { function: 'CUT', ...plain } },
        { network: { bad: { windowSeconds: 7 * 24 * SECONDS, hopSeconds: 2 * SECONDS } } },
      ],
    });
  });

  it('is another version when a network changes, and the same for the same', async () => {
    const version = async (network: object): Promise<number> => {
      const { data, errors } = await define({ name: 'versions', ...one(network) });
      expect(errors).toBeUndefined();
      return data.defineFeatureView.featureView.version;
    };
    expect(await version({})).toBe(1);
    expect(await version({ limit: 100, hopSeconds: 300 })).toBe(1);
    expect(await version({ limit: 99 })).toBe(2);
    expect(await version({ function: 'CUT', limit: 99 })).toBe(3);
    expect(await version({ through: 'address', limit: 99 })).toBe(4);
  });

  const marked = (bad: object) => one({ function: 'BAD_OTHERS', bad: { column: 'label', oneOf: ['fraud'], ...bad } });
  it.each([
    ['a function that is none', one({ function: 'FRIENDS' }), /does not exist in "NetworkFunction" enum/, undefined],
    [
      'a column that is not there',
      one({ through: 'phone' }),
      /there is no column "phone"/,
      'features.0.network.through',
    ],
    [
      'doubles',
      one({ through: 'amount' }),
      /is FLOAT64; what is shared is STRING or INT64/,
      'features.0.network.through',
    ],
    ['its own key', one({ through: 'card_id' }), /the key of the entity itself/, 'features.0.network.through'],
    ['no length', one({ windowSeconds: 0 }), /1 to 34560000 \(400 days\), not 0/, 'features.0.network.windowSeconds'],
    ['a hop that does not divide', one({ hopSeconds: 7 }), /7 does not divide/, 'features.0.network.hopSeconds'],
    ['no limit', one({ limit: 0 }), /1 to 500, not 0/, 'features.0.network.limit'],
    ['too high a limit', one({ limit: 501 }), /1 to 500, not 501/, 'features.0.network.limit'],
    ['nobody to call bad', one({ function: 'BAD_OTHERS' }), /is missing; BAD_OTHERS/, 'features.0.network.bad'],
    [
      'marks that nobody asks for',
      one({ bad: { column: 'label', oneOf: ['fraud'] } }),
      /OTHERS does not ask who is bad/,
      'features.0.network.bad',
    ],
    ['marks of no column', marked({ column: 'mark' }), /there is no column "mark"/, 'features.0.network.bad.column'],
    ['marks of doubles', marked({ column: 'amount' }), /categories are STRING/, 'features.0.network.bad.column'],
    ['no marks', marked({ oneOf: [] }), /1 to 100 categories, not 0/, 'features.0.network.bad.oneOf'],
    ['marks of no time', marked({ windowSeconds: 0 }), /400 days/, 'features.0.network.bad.windowSeconds'],
    ['a column', one({}, { column: 'device_id' }), /names its column as "through"/, 'features.0.column'],
    ['another type', one({}, { dtype: 'FLOAT64' }), /this OTHERS is INT64, not FLOAT64/, 'features.0.dtype'],
    [
      'a window as well',
      one({}, { window: { function: 'COUNT', windowSeconds: SECONDS } }),
      /a window or a network, not both/,
      'features.0.window',
    ],
    ['a TTL', { ...one({}), ttlSeconds: 60 }, /0 where no feature is a column, not 60/, 'ttlSeconds'],
  ])('is refused with %s', async (_, input, message, field) => {
    const { errors } = await define({ name: 'refused', ...input });
    expect(errors).toHaveLength(1);
    expect(errors[0].message).toMatch(message);
    if (field !== undefined) expect(errors[0].extensions).toMatchObject({ code: 'INVALID_INPUT', field });
  });

  it('is in search and lineage with what each network says and the columns behind it', async () => {
    await define({ name: 'told', eventIdColumn: 'txn_id', features: [BAD] });
    const view = 'tiffin:default:feature-view:told@1';
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    const { events } = await readFeed(outboxFeed(db), null, (given) => given.some(({ urn }) => urn === view));
    await db.close();
    const column = (name: string) => ({ urn: `tiffin:default:column:ring/${name}`, relation: 'DERIVED_FROM' });
    expect(events.find(({ urn }) => urn === 'tiffin:default:feature:told@1/bad')).toMatchObject({
      asset: { upstream: [column('device_id'), column('label'), { urn: view, relation: 'CONTAINS' }] },
      data: { dtype: 'INT64', column: null, window: null, network: BAD.network },
    });
  });

  it('looks at the same ones on-line and in a training set where several came at one moment', async () => {
    const limited = { ...BAD.network, limit: 1, bad: { column: 'label', oneOf: ['fraud'] } };
    await define({ name: 'card_ring', eventIdColumn: 'txn_id', features: [{ name: 'bad_of_one', network: limited }] });
    const { errors } = await feature.ask(
      `mutation { defineFeatureService(input: { name: "one", views: [{ view: "card_ring@2" }] }) { eventCursor } }`,
    );
    expect(errors).toBeUndefined();
    const ms = START - HOUR;
    // By their bytes the quotation mark comes first, in a JSON tuple it comes last.
    await send(
      feature,
      ['k"', 'kA', 'kZ'].map((card) => ({ card, id: '1', ms, device: 'd', label: card === 'k"' ? 'fraud' : null })),
    );
    await send(feature, [{ card: 'me', id: '1', ms, device: 'd' }]);
    const body = await readRing(feature, ['me', 'k"'], { service: 'one' });
    expect(body.values).toEqual([[1], [0]]);
    const { data } = await createTrainingSet(feature, {
      service: 'one',
      spine: { rows: ['me', 'k"'].map((card_id) => ({ card_id, timestamp: iso(START) })) },
    });
    const rows = await downloadRows(feature, data.createTrainingSet.trainingSet);
    expect(rows.map((row) => Number(row.card_ring__bad_of_one))).toEqual([1, 0]);
  });
});
