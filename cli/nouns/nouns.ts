import type { Noun } from '../noun.ts';
import { FEATURE_NOUNS } from './features.ts';
import { MODEL_NOUNS } from './models.ts';
import { OUTSIDE_NOUNS } from './outside.ts';
import { POLICY_NOUNS } from './policies.ts';
import { SERVING_NOUNS } from './serving.ts';
import { WATCHING_NOUNS } from './watching.ts';

/** Every noun, in the order of the help. */
export const NOUNS: readonly Noun[] = [
  ...FEATURE_NOUNS,
  ...MODEL_NOUNS,
  ...POLICY_NOUNS,
  ...SERVING_NOUNS,
  ...WATCHING_NOUNS,
  ...OUTSIDE_NOUNS,
];
