import { DomainError } from '../../../../core/errors.ts';
import {
  detectableDifference,
  sampleSizeForProportions,
  type ProportionSampleSize,
} from '../../../../core/statistics/sample-size.ts';
import { sampleSizeForMeans } from '../../../../core/statistics/sample-size-means.ts';
import type { MetricUse } from '../metric/metric.ts';
import { MOST_ARMS } from './arms.ts';
import { shareOf, type Split } from '../split.ts';

export const MDE_KINDS = ['ABSOLUTE', 'RELATIVE'] as const;
export type MdeKind = (typeof MDE_KINDS)[number];

/** Forms of the two-proportion sample size; FLEISS matches the test that is used. */
export const SAMPLE_SIZE_FORMULAS = ['FLEISS', 'FLEISS_CONTINUITY', 'POOLED_SIMPLE', 'UNPOOLED', 'ARCSINE'] as const;
export type SampleSizeFormula = (typeof SAMPLE_SIZE_FORMULAS)[number];

/** What the experiment must be able to find. */
export interface Design {
  /** The control's rate, strictly between 0 and 1; where a metric decides, its value. */
  readonly baseline: number;
  /** The smallest effect worth finding; its sign says which way is better. */
  readonly mde: number;
  readonly mdeKind: MdeKind;
  readonly alpha: number;
  readonly power: number;
  /** Where a metric decides: the standard deviation of its units' values, as it is assumed. */
  readonly deviation?: number;
}

/** The design with the effect that the metric calls worth having, where it says none itself. Throws INVALID_INPUT where neither does. */
export function designOf(
  { mde, ...design }: Omit<Design, 'mde'> & { readonly mde: number | null },
  primary: MetricUse | null,
): Design {
  if (mde !== null) return { ...design, mde };
  const least = primary?.definition.minimumEffect ?? null;
  if (!primary || least === null) {
    const who = primary ? `${primary.name} has no minimumEffect` : 'there is no primary metric with a minimumEffect';
    throw new DomainError('INVALID_INPUT', `mde: say which effect is worth finding: ${who}`, { field: 'mde' });
  }
  // Better may be less, and a value may be below 0.
  const sign = primary.definition.higherIsBetter === design.baseline > 0 ? 1 : -1;
  return { ...design, mde: sign * least, mdeKind: 'RELATIVE' };
}

/** The smallest effect as a difference of rates, or of values of the metric. */
export const absoluteMde = ({ baseline, mde, mdeKind }: Design): number =>
  mdeKind === 'RELATIVE' ? baseline * mde : mde;

/** Units of both arms by the plan of the primary metric. */
function sizeOf(design: Design, ratio: number): Pick<ProportionSampleSize, 'controlUnits' | 'treatmentUnits'> {
  const { deviation, baseline, mde, mdeKind, alpha, power } = design;
  if (deviation === undefined) return unitsNeeded(design, ratio);
  const key = JSON.stringify([deviation, baseline, mde, mdeKind, alpha, power, ratio]);
  const known = sizesOfMeans.get(key);
  if (known) return known;
  const size = sampleSizeForMeans({
    mean: baseline,
    mde,
    mdeKind: mdeKind === 'RELATIVE' ? 'relative' : 'absolute',
    alpha,
    power,
    treatmentToControlRatio: ratio,
    sdControl: deviation,
  });
  if (sizesOfMeans.size >= MOST_SIZES) sizesOfMeans.clear();
  sizesOfMeans.set(key, size);
  return size;
}

/** The plan of means takes milliseconds, and is asked for whenever an experiment is shown. */
const sizesOfMeans = new Map<string, Pick<ProportionSampleSize, 'controlUnits' | 'treatmentUnits'>>();
const MOST_SIZES = 1_000;

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
  /** Units of each candidate for one control unit. */
  readonly ratio: number;
  /** Arms that are compared with the control; alpha is shared over them. */
  readonly candidates: number;
  /** Units with an outcome per day, of all arms together. */
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

/** Alpha of one of several comparisons with the same control (Bonferroni). Throws INVALID_INPUT for a number that is none. */
export function alphaOfOne(alpha: number, candidates: number): number {
  if (Number.isSafeInteger(candidates) && candidates >= 1 && candidates < MOST_ARMS) return alpha / candidates;
  throw new DomainError(
    'INVALID_INPUT',
    `candidates is ${candidates}; allowed: a whole number from 1 to ${MOST_ARMS - 1}`,
    { field: 'candidates' },
  );
}

/** The smallest effect that so much traffic finds in so many days. Throws INVALID_INPUT and names the field. */
export function effectOf({ ratio, unitsPerDay, days, candidates, alpha, ...rest }: Traffic): DetectableEffect {
  for (const [field, value] of Object.entries({ unitsPerDay, days, ratio })) requirePositive(field, value);
  const controlUnits = Math.floor((unitsPerDay * days) / (1 + candidates * ratio));
  const difference = detectableDifference({
    ...rest,
    alpha: alphaOfOne(alpha, candidates),
    controlUnits,
    treatmentToControlRatio: ratio,
  });
  return { controlUnits, candidateUnits: Math.floor(controlUnits * ratio), difference };
}

function requirePositive(field: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw new DomainError('INVALID_INPUT', `${field} is ${value}; allowed: above 0`, { field });
}

/** How long so many units take to come in. Throws INVALID_INPUT for a traffic that brings none. */
export function daysFor(units: number, unitsPerDay: number): number {
  requirePositive('unitsPerDay', unitsPerDay);
  return units / unitsPerDay;
}

/** Units with an outcome that the design asks of each arm at this split; the first of the arms is the control. */
export function plannedUnits(design: Design, arms: readonly string[], split: Split): Readonly<Record<string, number>> {
  const [control = '', ...candidates] = arms;
  const one = { ...design, alpha: alphaOfOne(design.alpha, candidates.length) };
  const sizes = candidates.map((arm) => sizeOf(one, shareOf(split, arm) / shareOf(split, control)));
  return {
    // Every comparison goes by the same control: it has what the most demanding one asks.
    [control]: Math.max(...sizes.map(({ controlUnits }) => controlUnits)),
    ...Object.fromEntries(candidates.map((arm, i) => [arm, sizes[i]?.treatmentUnits ?? 0])),
  };
}
