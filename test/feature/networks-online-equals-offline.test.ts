import { beforeAll, expect, it } from 'vitest';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { NetworkStory } from './network-story.ts';

let feature: FeatureHarness;
beforeAll(async () => {
  feature = await startTestFeature();
});

it.each([1, 2, 3, 4])(
  'networks that were served are what a training set says and brute force says: story %d',
  async (seed) => {
    const story = new NetworkStory(feature, seed);
    await story.run();
    // It would prove little if nobody had shared anything.
    expect(await story.compare()).toBeGreaterThan(50);
  },
);

it.each(['ONLINE', 'OFFLINE'] as const)('the test sees a push that reached the %s side alone', async (side) => {
  const story = new NetworkStory(feature, side === 'ONLINE' ? 101 : 102);
  await story.run(side);
  await expect(story.compare()).rejects.toThrow(
    side === 'ONLINE' ? /in the training set/ : /as it was served|in the training set/,
  );
});
