import { SHADOW_STATUSES } from '../../domain/shadow/shadow.ts';
import { SHADOW_RECOMMENDATIONS } from '../../domain/shadow/shadow-result.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const ShadowStatusEnum = graphqlEnum(
  'ShadowStatus',
  SHADOW_STATUSES,
  'Where a shadow stands in its life. A stopped one never runs again.',
);

export const ShadowRecommendationEnum = graphqlEnum(
  'ShadowRecommendation',
  SHADOW_RECOMMENDATIONS,
  'What the comparison of a shadow comes to.',
  {
    CANDIDATE_BETTER: 'The candidate has the lower Brier score; this holds at any look.',
    PRIMARY_BETTER: 'What answers has the lower Brier score; this holds at any look.',
    NO_DIFFERENCE_SHOWN: 'A difference worth finding is ruled out, or it ended without one.',
    NEEDS_MORE: 'More pairs with an outcome are needed; the reason says how many.',
    CANDIDATE_FAILS: 'The candidate has no score for too many of its pairs.',
    NOT_CALLED: 'These records cannot tell: they are of devices, or the scores are no probabilities.',
  },
);
