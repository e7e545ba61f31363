import { namedUrn } from '../../../core/urn-grammar.ts';

export { deploymentUrn, releaseUrn } from '../../../core/serving-urns.ts';

export const experimentIds = namedUrn('experiment');
export const shadowIds = namedUrn('shadow');
export const rolloutIds = namedUrn('rollout');
export const metricIds = namedUrn('metric');
export const holdoutIds = namedUrn('holdout');
/** Of an erased unit, by its salted digest: never of one that is there. */
export const unitIds = namedUrn('unit');
