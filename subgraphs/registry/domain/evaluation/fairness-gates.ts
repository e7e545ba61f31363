import {
  FAIRNESS_MEASURES,
  fairnessOf,
  groupCounts,
  type FairnessMeasure,
  type FairnessResult,
  type GroupCounts,
} from '../../../../core/statistics/fairness.ts';
import type { TierPolicy } from '../governance/tier-policy.ts';
import type { GateResult } from '../version/model-version.ts';
import type { Judged } from './judged.ts';
import { digits } from './quality-gates.ts';
import { groupOf, type Evaluation } from './read-evaluation.ts';

/** The rows of each group, by protected attribute. */
export interface AttributeGroups {
  readonly attribute: string;
  readonly groups: readonly GroupCounts[];
}

/** None for a task without decisions. */
export const attributeGroups = (
  { head, rows }: Evaluation,
  { task, labels, decisions }: Judged,
): readonly AttributeGroups[] =>
  task === 'BINARY'
    ? head.protected.map((attribute) => ({
        attribute,
        groups: groupCounts(
          rows.map((row) => groupOf(row, attribute)),
          labels,
          decisions,
        ),
      }))
    : [];

const WORDS: Readonly<Record<FairnessMeasure, string>> = {
  demographicParity: 'the shares of yes differ by',
  equalOpportunity: 'the shares of yes among those with label 1 differ by',
  predictiveParity: 'the shares of label 1 among those with yes differ by',
  fourFifths: 'the lowest share of yes is to the highest as',
};

/** Each measure that the tier limits, for each protected attribute. */
export function fairnessGates(all: readonly AttributeGroups[], policy: TierPolicy['fairness']): readonly GateResult[] {
  if (!policy) return [];
  if (all.length === 0) {
    if (!policy.attributesRequired) return [];
    const detail =
      'the evaluation names no protected attribute, or has no decisions: its head lists them as "protected"';
    return [{ gate: 'fairness.attributes', passed: false, detail, rule: 'at least one protected attribute' }];
  }
  return all.flatMap(({ attribute, groups }) =>
    FAIRNESS_MEASURES.flatMap((measure): GateResult[] => {
      const limit = policy.limits[measure];
      return limit === null
        ? []
        : [gateOf(attribute, fairnessOf(measure, groups, policy.leastRows), limit, policy.leastRows)];
    }),
  );
}

function gateOf(attribute: string, result: FairnessResult, limit: number, leastRows: number): GateResult {
  const { measure, value, interval, n, lowest, highest, tooSmall } = result;
  const isRatio = measure === 'fourFifths';
  const rule = `${measure} of ${attribute}: ${isRatio ? 'at least' : 'at most'} ${limit}`;
  const left = tooSmall.length > 0 ? `; below ${leastRows} rows and not judged: ${tooSmall.join(', ')}` : '';
  const head = { gate: `fairness.${measure}.${attribute}`, rule, limit, n };
  if (value === null) {
    return { ...head, passed: false, detail: `there are no two groups of ${leastRows} rows to compare${left}` };
  }
  return {
    ...head,
    passed: isRatio ? value >= limit : value <= limit,
    detail: `${WORDS[measure]} ${digits(value)} between ${highest} and ${lowest} (${n} rows)${left}`,
    value,
    lower: interval?.lower ?? null,
    upper: interval?.upper ?? null,
  };
}
