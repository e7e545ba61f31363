import { DomainError } from '../../../../core/errors.ts';
import {
  FAIRNESS_MEASURES,
  fairnessOf,
  type FairnessResult,
  type GroupCounts,
} from '../../../../core/statistics/fairness.ts';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { wilsonInterval } from '../../../../core/statistics/wilson.ts';
import { ENOUGH_VALUES } from './drift-severity.ts';

/** What was decided on the answers of one value of a segment, and what became of those with an outcome. */
export interface SegmentCounts {
  readonly group: string;
  readonly answers: number;
  /** Answers that the decision says yes to. */
  readonly selected: number;
  /** Those with an outcome. */
  readonly labelled: Omit<GroupCounts, 'group'>;
}

export interface GroupFigures extends SegmentCounts {
  readonly selectionRate: number | null;
  readonly selectionInterval: Interval;
}

export interface FairnessFigures {
  readonly groups: readonly GroupFigures[];
  readonly measures: readonly FairnessResult[];
}

/** Of what is decided alone; the others need outcomes. */
const OF_DECISIONS: readonly string[] = ['demographicParity', 'fourFifths'];

/** Parity of decisions is judged on all answers, what needs the truth on those with an outcome. */
export function fairnessFigures(counts: readonly SegmentCounts[]): FairnessFigures {
  const all = counts.map(({ group, answers, selected }) => ({
    group,
    rows: answers,
    selected,
    positives: 0,
    truePositives: 0,
  }));
  const labelled = counts.map(({ group, labelled: of }) => ({ group, ...of }));
  return {
    groups: counts.map((one) => ({
      ...one,
      selectionRate: one.answers === 0 ? null : one.selected / one.answers,
      selectionInterval: wilsonInterval(one.selected, one.answers),
    })),
    measures: FAIRNESS_MEASURES.map((measure) =>
      fairnessOf(measure, OF_DECISIONS.includes(measure) ? all : labelled, ENOUGH_VALUES),
    ),
  };
}

/** What counts as a yes: a score from a threshold on, or one of some decisions. */
export interface SelectionRule {
  readonly threshold?: number | null;
  readonly decisions?: readonly string[] | null;
}

const MOST_DECISIONS = 100;

/** Throws INVALID_INPUT unless exactly one of both says it. */
export function checkedSelection({ threshold = null, decisions = null }: SelectionRule): Required<SelectionRule> {
  if (threshold !== null && decisions !== null) {
    throw new DomainError('INVALID_INPUT', 'decisions: cannot stand with a threshold; allowed: one of both', {
      field: 'decisions',
    });
  }
  if (decisions !== null && (decisions.length === 0 || decisions.length > MOST_DECISIONS)) {
    throw new DomainError('INVALID_INPUT', `decisions: ${decisions.length} of them; allowed: 1 to ${MOST_DECISIONS}`, {
      field: 'decisions',
    });
  }
  return { threshold: decisions === null ? (threshold ?? 0.5) : null, decisions };
}
