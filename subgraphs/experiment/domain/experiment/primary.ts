import { variance } from '../../../../core/statistics/moments.ts';
import type { ArmComparison } from './comparison.ts';
import { absoluteMde, type Design } from './design.ts';
import { momentsOf, plainOf, type Evidence } from './evidence.ts';
import type { Adjustment } from './adjustment.ts';
import type { MetricUse } from '../metric/metric.ts';
import { refuse } from '../refuse.ts';
import type { Revisable } from './revision.ts';

/** What the units of each arm say, where a metric decides or something is taken out of their values. */
export interface PrimaryUnits {
  readonly all: Readonly<Record<string, Evidence>>;
  /** The first units of each arm up to the planned size, in the order of their exposure. */
  readonly planned: Readonly<Record<string, Evidence>>;
  readonly byDay: readonly { readonly day: string; readonly arms: Readonly<Record<string, Evidence>> }[];
}

/** What goes along with a primary metric. */
export type BesidePrimary = Pick<Revisable, 'segments'> & Adjustment;

/** Throws INVALID_INPUT unless a primary metric comes with what its plan needs, and the share of units without it. */
export function checkPrimary(primary: MetricUse | null, design: Design, beside: BesidePrimary): void {
  const { deviation } = design;
  if (!primary) {
    if (deviation === undefined) return;
    throw refuse('deviation', 'belongs to a primary metric; the share of units that convert has none');
  }
  const { kind, higherIsBetter } = primary.definition;
  if (kind === 'QUANTILE') checkBesideQuantile(beside);
  if (deviation === undefined) {
    throw refuse('deviation', `${primary.name} needs it: how far units lie apart, as a standard deviation`);
  }
  if (!(deviation > 0 && deviation < Infinity)) throw refuse('deviation', `is ${deviation}; allowed: above 0`);
  const effect = absoluteMde(design);
  if (!Number.isFinite(effect) || effect === 0) {
    throw refuse('mde', `is ${design.mde} of ${design.baseline}; allowed: an effect other than 0`);
  }
  if (effect > 0 !== higherIsBetter) {
    throw refuse(
      'mde',
      `asks for ${effect > 0 ? 'more' : 'less'}, and of ${primary.name} ${higherIsBetter ? 'more' : 'less'} is better`,
    );
  }
}

/** What is summed per unit and value of a segment, or taken out of a unit's value, has no quantile. */
function checkBesideQuantile({ segments, stratum, covariate }: BesidePrimary): void {
  const given = { segments: segments.length > 0, stratum: stratum !== null, covariate: covariate !== null };
  for (const [field, isGiven] of Object.entries(given)) {
    if (isGiven) throw refuse(field, 'goes with metrics of sums: leave it out where a QUANTILE decides');
  }
}

/** Fewer units say little of how far they lie apart. */
const ENOUGH_UNITS = 30;
/** Units that lie so much further apart than assumed take a test of noticeably less power. */
const FURTHER = 1.2;

/** Whether the units of the control lie further apart than the plan assumed. */
export function deviationWarning({ deviation }: Design, control: Evidence | undefined): readonly string[] {
  const plain = control && plainOf(control);
  const moments = plain && !('labelled' in plain) ? momentsOf(plain) : null;
  const spread = moments && variance(moments);
  if (deviation === undefined || !moments || !spread || moments.n < ENOUGH_UNITS) return [];
  const found = Math.sqrt(spread);
  if (found <= FURTHER * deviation) return [];
  return [
    `units lie further apart than planned: a standard deviation of ${Number(found.toPrecision(3))}, where ${deviation} was assumed: an effect of the planned size may well not be found`,
  ];
}

/** Arms that are better by less than the metric calls worth having, whatever their interval allows. */
export function smallEffectWarnings(
  primary: MetricUse | null,
  comparisons: readonly ArmComparison[],
): readonly string[] {
  const least = primary?.definition.minimumEffect ?? null;
  if (!primary || least === null) return [];
  return comparisons.flatMap(({ arm, better, test: { relativeLift, relativeLiftInterval: interval } }) => {
    if (better !== true || relativeLift === null || !interval) return [];
    const most = Math.max(Math.abs(interval.lower), Math.abs(interval.upper));
    if (most >= least) return [];
    return [
      `${arm} is better by ${percent(Math.abs(relativeLift))}, at most ${percent(most)}: less than the ${percent(least)} that ${primary.name} calls worth having`,
    ];
  });
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
