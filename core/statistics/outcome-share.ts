import { SRM_ALPHA } from './srm.ts';
import { twoProportionTest } from './two-proportion.ts';

/** Units of a group, and how many of them have an outcome. */
export interface Labelled {
  readonly exposed: number;
  readonly labelled: number;
}

export interface OutcomeShares {
  readonly control: number | null;
  readonly treatment: number | null;
  readonly p: number;
  /** Outcomes are missing for one group more than for the other: nothing can be told from the rest. */
  readonly differs: boolean;
}

/** Whether the share of units with an outcome is the same in both groups, as strictly as their number is checked. */
export function outcomeShares(control: Labelled, treatment: Labelled): OutcomeShares {
  const test = twoProportionTest({
    controlSuccesses: control.labelled,
    controlTrials: control.exposed,
    treatmentSuccesses: treatment.labelled,
    treatmentTrials: treatment.exposed,
    confidence: 1 - SRM_ALPHA,
  });
  const { controlRate, treatmentRate, pTwoSided: p } = test;
  return { control: controlRate, treatment: treatmentRate, p, differs: p < SRM_ALPHA };
}
