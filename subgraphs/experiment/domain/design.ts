import { DomainError } from '../../../core/errors.ts';
import {
  detectableDifference,
  sampleSizeForProportions,
  type ProportionSampleSize,
} from '../../../core/statistics/sample-size.ts';

export const MDE_KINDS = ['ABSOLUTE', 'RELATIVE'] as const;
export type MdeKind = (typeof MDE_KINDS)[number];

/** Forms of the two-proportion sample size; FLEISS matches the test that is used. */
export const SAMPLE_SIZE_FORMULAS = ['FLEISS', 'FLEISS_CONTINUITY', 'POOLED_SIMPLE', 'UNPOOLED', 'ARCSINE'] as const;
export type SampleSizeFormula = (typeof SAMPLE_SIZE_FORMULAS)[number];

/** What the experiment must be able to find. */
export interface Design {
  /** The control's rate, strictly between 0 and 1. */
  readonly baseline: number;
  /** The smallest effect worth finding; its sign says which way is better. */
  readonly mde: number;
  readonly mdeKind: MdeKind;
  readonly alpha: number;
  readonly power: number;
}

const FORM = {
  FLEISS: 'fleiss',
  FLEISS_CONTINUITY: 'fleissContinuity',
  POOLED_SIMPLE: 'pooledSimple',
  UNPOOLED: 'unpooled',
  ARCSINE: 'arcsine',
} as const;

/** Units per arm for a two-sided test. `ratio`: candidate units for one control unit. */
export function unitsNeeded(
  { baseline, mde, mdeKind, alpha, power }: Design,
  ratio = 1,
  formula: SampleSizeFormula = 'FLEISS',
): ProportionSampleSize {
  if (!(ratio > 0 && ratio < Infinity)) {
    throw new DomainError('INVALID_INPUT', `ratio is ${ratio}; allowed: above 0`, { field: 'ratio' });
  }
  return sampleSizeForProportions(
    {
      baseline,
      mde,
      mdeKind: mdeKind === 'RELATIVE' ? 'relative' : 'absolute',
      alpha,
      power,
      treatmentToControlRatio: ratio,
    },
    FORM[formula],
  );
}

/** What a given traffic can show. */
export interface Traffic {
  readonly baseline: number;
  readonly alpha: number;
  readonly power: number;
  /** Candidate units for one control unit. */
  readonly ratio: number;
  /** Units with an outcome per day, of both arms together. */
  readonly unitsPerDay: number;
  readonly days: number;
  /** Whether a larger rate is looked for. */
  readonly increase: boolean;
}

export interface DetectableEffect {
  readonly controlUnits: number;
  readonly candidateUnits: number;
  /** The smallest difference of rates that they find; null where they find none. */
  readonly difference: number | null;
}

/** The smallest effect that so much traffic finds in so many days. Throws INVALID_INPUT and names the field. */
export function effectOf({ ratio, unitsPerDay, days, ...rest }: Traffic): DetectableEffect {
  for (const [field, value] of Object.entries({ unitsPerDay, days, ratio })) {
    if (!(value > 0 && value < Infinity)) {
      throw new DomainError('INVALID_INPUT', `${field} is ${value}; allowed: above 0`, { field });
    }
  }
  const controlUnits = Math.floor((unitsPerDay * days) / (1 + ratio));
  const difference = detectableDifference({ ...rest, controlUnits, treatmentToControlRatio: ratio });
  return { controlUnits, candidateUnits: Math.floor(controlUnits * ratio), difference };
}
