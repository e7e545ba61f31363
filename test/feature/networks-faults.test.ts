import { beforeAll, expect, it } from 'vitest';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { NetworkStory } from './network-story.ts';

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
