import {
  linearised,
  mergeCovariateMoments,
  NO_COVARIATE_MOMENTS,
  type CovariateMoments,
} from '../../../../core/statistics/covariate-moments.ts';
import {
  postStratifiedTest,
  type AdjustedTest,
  type Stratum,
} from '../../../../core/statistics/post-stratification.ts';
import { Name } from '../../../../schema/common.ts';
import { refuse } from '../refuse.ts';

/** What was known of a unit before: the sum of the values of its events of one name in the days before its first exposure. */
export interface Covariate {
  readonly event: string;
  readonly days: number;
}

/** What is taken out of the values of units before arms are compared, as it was said before the experiment began. */
export interface Adjustment {
  /** The segment within whose values arms are compared; null: over all units at once. */
  readonly stratum: string | null;
  readonly covariate: Covariate | null;
}

/** What an arm's units say, apart by the values of the stratum. */
export interface Adjusted {
  /** Whether a unit's value says that it converted. */
  readonly isShare: boolean;
  readonly strata: Readonly<Record<string, CovariateMoments>>;
}

export const MOST_DAYS = 90;

/** Throws INVALID_INPUT that names the field and what is allowed. */
export function checkAdjustment({ stratum, covariate }: Adjustment): void {
  if (stratum !== null && (stratum.trim() === '' || stratum.length > 256)) {
    throw refuse('stratum', 'must have 1 to 256 characters');
  }
  if (covariate === null) return;
  const named = Name.safeParse(covariate.event);
  if (!named.success) throw refuse('covariate.event', named.error.issues[0]?.message ?? 'not a name');
  if (!(covariate.days > 0 && covariate.days <= MOST_DAYS)) {
    throw refuse('covariate.days', `is ${covariate.days}; allowed: above 0, up to ${MOST_DAYS}`);
  }
}

export const isAdjusted = ({ stratum, covariate }: Adjustment): boolean => stratum !== null || covariate !== null;

/** All units of an arm, whatever their stratum. */
export const wholeOf = ({ strata }: Adjusted): CovariateMoments =>
  Object.values(strata).reduce(mergeCovariateMoments, NO_COVARIATE_MOMENTS);

export function mergeAdjusted(a: Adjusted, b: Adjusted): Adjusted {
  const strata = { ...a.strata };
  for (const [value, moments] of Object.entries(b.strata)) {
    strata[value] = mergeCovariateMoments(strata[value] ?? NO_COVARIATE_MOMENTS, moments);
  }
  return { isShare: a.isShare, strata };
}

/** An arm against the control within strata, what was known before taken out; null where an arm has no value. */
export function adjustedTest(control: Adjusted, arm: Adjusted, confidence: number): AdjustedTest | null {
  const [kept, tried] = [wholeOf(control), wholeOf(arm)];
  const strata: Stratum[] = [];
  for (const value of new Set([...Object.keys(control.strata), ...Object.keys(arm.strata)])) {
    const one = linearised(control.strata[value] ?? NO_COVARIATE_MOMENTS, kept);
    const other = linearised(arm.strata[value] ?? NO_COVARIATE_MOMENTS, tried);
    if (!one || !other) return null;
    strata.push({ control: one, treatment: other });
  }
  return strata.length === 0 ? null : postStratifiedTest(strata, confidence);
}
