import { it } from 'vitest';
import { tellAndCompare } from './log-story.ts';

// One for each age that a value may have; `online-equals-offline-faults.test.ts` has more.
it.each([1, 2, 3])('what was served at a time is what a training set says of it, log %d', tellAndCompare);
