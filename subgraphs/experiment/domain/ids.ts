import { namedUrn } from '../../../core/urn-grammar.ts';

export const experimentIds = namedUrn('experiment');
export const shadowIds = namedUrn('shadow');
