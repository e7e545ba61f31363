import { beforeAll, expect, it } from 'vitest';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { CARDS, WindowStory } from './window-story.ts';

let feature: FeatureHarness;
beforeAll(async () => {
  feature = await startTestFeature();
});

// With those of `windows-online-equals-offline.test.ts` 1,000 and more.
const FIRST = 3;
const STORIES = 58;

it.each(Array.from({ length: STORIES }, (_, i) => FIRST + i))(
  `windows that were served are what a training set says: ${CARDS} more logs, story %d`,
  async (seed) => {
    const story = new WindowStory(feature, seed);
    await story.run();
    expect(await story.compare()).toBeGreaterThan(0);
  },
  60_000,
);
