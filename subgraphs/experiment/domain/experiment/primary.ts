import type { CoMoments } from '../../../../core/statistics/comoments.ts';
import { variance } from '../../../../core/statistics/moments.ts';
import { ratioMoments } from '../../../../core/statistics/ratio-metric.ts';
import { absoluteMde, type Design } from './design.ts';
import type { MetricKind, MetricUse } from '../metric/metric.ts';
import { refuse } from '../refuse.ts';

/** What the units of each arm say by a primary metric that is one of values. */
export interface PrimaryUnits {
  readonly all: Readonly<Record<string, CoMoments>>;
  /** The first units of each arm up to the planned size, in the order of their exposure. */
  readonly planned: Readonly<Record<string, CoMoments>>;
  readonly byDay: readonly { readonly day: string; readonly arms: Readonly<Record<string, CoMoments>> }[];
}

/** A quantile has no plan: the units that it takes depend on how thick the values lie where it is. */
const KINDS: readonly MetricKind[] = ['PROPORTION', 'MEAN', 'RATIO', 'COUNT'];

/** Throws INVALID_INPUT unless a primary metric comes with what its plan needs, and the share of units without it. */
export function checkPrimary(primary: MetricUse | null, design: Design, segments: readonly string[]): void {
  const { deviation } = design;
  if (!primary) {
    if (deviation === undefined) return;
    throw refuse('deviation', 'belongs to a primary metric; the share of units that convert has none');
  }
  const { kind, higherIsBetter } = primary.definition;
  if (!KINDS.includes(kind)) throw refuse('primary.metric', `a ${kind} cannot decide: let it guard`, KINDS);
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
  if (segments.length > 0) {
    throw refuse('segments', 'compare the share of units that convert: leave them out where a metric decides');
  }
}

/** Fewer units say little of how far they lie apart. */
const ENOUGH_UNITS = 30;
/** Units that lie so much further apart than assumed take a test of noticeably less power. */
const FURTHER = 1.2;

/** Whether the units of the control lie further apart than the plan assumed. */
export function deviationWarning({ deviation }: Design, control: CoMoments | undefined): readonly string[] {
  const moments = control && ratioMoments(control);
  const spread = moments && variance(moments);
  if (deviation === undefined || !moments || !spread || moments.n < ENOUGH_UNITS) return [];
  const found = Math.sqrt(spread);
  if (found <= FURTHER * deviation) return [];
  return [
    `units lie further apart than planned: a standard deviation of ${Number(found.toPrecision(3))}, where ${deviation} was assumed: an effect of the planned size may well not be found`,
  ];
}
