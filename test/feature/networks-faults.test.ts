import { beforeAll, expect, it } from 'vitest';
import { createTrainingSet, downloadRows, startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { NetworkStory } from './network-story.ts';
import { DAY, defineRing, iso, readRing, send, START, type CardEvent } from './ring.ts';

let feature: FeatureHarness;
beforeAll(async () => {
  feature = await startTestFeature();
});

const FIRST = 11;
const STORIES = 100;

it.each(Array.from({ length: STORIES }, (_, i) => FIRST + i))(
  'networks that were served are what a training set says: more logs, story %d',
  async (seed) => {
    const story = new NetworkStory(feature, seed);
    await story.run();
    expect(await story.compare()).toBeGreaterThan(0);
  },
  60_000,
);

it('networks of a hub of 10,000 stop at their limit and say so, on-line and in a training set', async () => {
  const now = START + 30 * DAY;
  feature.clock.at = new Date(now);
  await defineRing(feature);
  for (let from = 0; from < 10_000; from += 1_000) {
    const some = Array.from({ length: 1_000 }, (_, i): CardEvent => ({
      card: `hub ${from + i}`,
      id: 'h',
      ms: now - 10_001 + from + i,
      device: 'airport',
    }));
    expect((await send(feature, some)).body).toMatchObject({ accepted: 1_000, rejected: [] });
  }
  await send(
    feature,
    [0, 9_990].map((i): CardEvent => ({ card: `hub ${i}`, id: 'f', ms: now - 1, label: 'fraud' })),
  );
  const body = await readRing(feature, ['hub 5000']);
  expect(body.values).toEqual([[100, 1, true, 3, 1]]);
  expect(body.cut).toEqual([[true, true, true, true, false]]);
  const { data } = await createTrainingSet(feature, {
    service: 'card_ring',
    spine: { rows: [{ card_id: 'hub 5000', timestamp: iso(now) }] },
  });
  const [row] = await downloadRows(feature, data.createTrainingSet.trainingSet);
  const found = ['others_24h', 'bad_24h', 'cut_24h', 'three_24h'].map((name) => row[`card_ring__${name}`]);
  expect(found.map((value) => (typeof value === 'boolean' ? value : Number(value)))).toEqual([100, 1, true, 3]);
}, 60_000);
