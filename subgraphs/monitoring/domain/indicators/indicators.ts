import { CONCEPT_INDICATORS } from './concept.ts';
import { DISTRIBUTION_INDICATORS } from './distribution.ts';
import { ESTIMATE_INDICATORS } from './estimate.ts';
import { FAIRNESS_INDICATORS } from './fairness.ts';
import type { Indicator } from './indicator.ts';
import { MONEY_INDICATORS } from './money.ts';
import { NODE_INDICATORS } from './nodes.ts';
import { QUALITY_INDICATORS } from './quality.ts';
import { TRAFFIC_INDICATORS } from './traffic.ts';

/** All that monitoring measures by itself. */
export const INDICATORS: readonly Indicator[] = [
  ...TRAFFIC_INDICATORS,
  ...DISTRIBUTION_INDICATORS,
  ...QUALITY_INDICATORS,
  ...ESTIMATE_INDICATORS,
  ...FAIRNESS_INDICATORS,
  ...MONEY_INDICATORS,
  ...CONCEPT_INDICATORS,
  ...NODE_INDICATORS,
];
