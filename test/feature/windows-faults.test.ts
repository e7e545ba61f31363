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
/** Of each story, how many of its values were not empty: one may have windows that nothing falls into. */
const filled: number[] = [];

it.each(Array.from({ length: STORIES }, (_, i) => FIRST + i))(
  `windows that were served are what a training set says: ${CARDS} more logs, story %d`,
  async (seed) => {
    const story = new WindowStory(feature, seed);
    await story.run();
    filled.push(await story.compare());
  },
  60_000,
);

it('nearly all of them are of windows with something in them', () => {
  expect(filled.filter((count) => count > 0).length).toBeGreaterThan(0.9 * STORIES);
});
