import { CONCEPT_INDICATORS } from './concept.ts';
import { DISTRIBUTION_INDICATORS } from './distribution.ts';
import type { Indicator } from './indicator.ts';
import { NODE_INDICATORS } from './nodes.ts';
import { QUALITY_INDICATORS } from './quality.ts';
import { TRAFFIC_INDICATORS } from './traffic.ts';

/** All that monitoring measures by itself. */
export const INDICATORS: readonly Indicator[] = [
  ...TRAFFIC_INDICATORS,
  ...DISTRIBUTION_INDICATORS,
  ...QUALITY_INDICATORS,
  ...CONCEPT_INDICATORS,
  ...NODE_INDICATORS,
];
