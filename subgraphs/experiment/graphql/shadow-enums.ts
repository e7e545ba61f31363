import { registerEnumType } from 'type-graphql';
import { SHADOW_STATUSES } from '../domain/shadow.ts';
import { SHADOW_RECOMMENDATIONS } from '../domain/shadow-result.ts';
import { enumOf } from './enums.ts';

export const ShadowStatusEnum = enumOf(SHADOW_STATUSES);
registerEnumType(ShadowStatusEnum, {
  name: 'ShadowStatus',
  description: 'Where a shadow stands in its life. A stopped one never runs again.',
});

export const ShadowRecommendationEnum = enumOf(SHADOW_RECOMMENDATIONS);
registerEnumType(ShadowRecommendationEnum, {
  name: 'ShadowRecommendation',
  description: 'What the comparison of a shadow comes to.',
  valuesConfig: {
    CANDIDATE_BETTER: { description: 'The candidate has the lower Brier score; this holds at any look.' },
    PRIMARY_BETTER: { description: 'What answers has the lower Brier score; this holds at any look.' },
    NO_DIFFERENCE_SHOWN: { description: 'A difference worth finding is ruled out, or it ended without one.' },
    NEEDS_MORE: { description: 'More pairs with an outcome are needed; the reason says how many.' },
    CANDIDATE_FAILS: { description: 'The candidate has no score for too many of its pairs.' },
    NOT_CALLED: { description: 'These records cannot tell: they are of devices, or the scores are no probabilities.' },
  },
});
