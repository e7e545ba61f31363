import { beforeAll, expect, it } from 'vitest';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { CARDS, WindowStory } from './window-story.ts';

let feature: FeatureHarness;
beforeAll(async () => {
  feature = await startTestFeature();
});

const STORIES = 2;

it.each(Array.from({ length: STORIES }, (_, i) => i + 1))(
  `windows that were served are what a training set says and brute force says: ${CARDS} logs, story %d of ${STORIES}`,
  async (seed) => {
    const story = new WindowStory(feature, seed);
    await story.run();
    // It would prove little if the windows had been empty.
    expect(await story.compare()).toBeGreaterThan(50);
  },
);

it.each(['ONLINE', 'OFFLINE'] as const)('the test sees a push that reached the %s side alone', async (side) => {
  const story = new WindowStory(feature, side === 'ONLINE' ? 101 : 102);
  await story.run(side);
  await expect(story.compare()).rejects.toThrow(
    side === 'ONLINE' ? /in the training set/ : /as it was served|in the training set/,
  );
});
