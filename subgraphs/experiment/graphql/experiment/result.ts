import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { Access } from '../../../shared/auth/access.ts';
import { estimatesByDay } from '../../domain/experiment/by-day.ts';
import { seedInWords } from '../../domain/experiment/balance.ts';
import { armNames, type Experiment } from '../../domain/experiment/experiment.ts';
import { intervalOf, noEvidence, unitsIn, valueOf } from '../../domain/experiment/evidence.ts';
import type { Recommendation } from '../../domain/experiment/recommendation.ts';
import type { ComputedResult } from '../../operations/experiment/analysis.ts';
import { countsOf } from '../../domain/units.ts';
import { chanceToBeBest } from '../../domain/experiment/views.ts';
import { READ } from '../access.ts';
import { ArmComparisonType } from './arm-comparison.ts';
import { ArmDayType, ArmNoveltyType, SegmentComparisonType } from './breakdowns.ts';
import { ConfidenceIntervalType } from '../confidence-interval.ts';
import { RecommendationEnum } from '../enums.ts';
import { ArmGuardrailType, ReleasePlanType, SecondaryResultType } from '../metric/metric-results.ts';

@ObjectType('ArmResult', { description: 'One arm of an experiment, in units.' })
@Access(READ)
export class ArmResultType {
  @Field(() => String, { description: 'The arm.' })
  readonly arm!: string;

  @Field(() => Float, { description: 'Units that met this arm and no other.' })
  readonly exposed!: number;

  @Field(() => Float, { description: 'Those with an outcome.' })
  readonly labelled!: number;

  @Field(() => Float, { description: 'Those with at least one positive outcome.' })
  readonly converted!: number;

  @Field(() => Float, { nullable: true, description: 'Of a primary metric: its value over the tested units.' })
  readonly value!: number | null;

  @Field(() => Float, { description: 'Units with a value that the design asks for.' })
  readonly needed!: number;

  @Field(() => Float, { description: 'How many of these are still missing.' })
  readonly missing!: number;

  @Field(() => Float, {
    description: 'Units in the test: from the planned size on the first ones of the plan, so that the call stays.',
  })
  readonly tested!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the tested units that converted; null without any, and where a metric decides.',
  })
  readonly rate!: number | null;

  @Field(() => ConfidenceIntervalType, {
    nullable: true,
    description:
      "Wilson's interval of the rate, Student's of a metric, at 1 − alpha; null of a metric without two units.",
  })
  readonly interval!: Interval | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Chance that its rate is the best of all arms, where every rate was as likely before the units; null where a metric decides.',
  })
  readonly chanceToBeBest!: number | null;
}

@ObjectType('SampleRatio', {
  description: 'Whether the units per arm fit the split: chi-square with a degree of freedom less than there are arms.',
})
@Access(READ)
export class SampleRatioType {
  @Field(() => Boolean, { description: 'True (p below .001) means that nothing below can be trusted.' })
  readonly mismatch!: boolean;

  @Field(() => Float, { description: 'p of the chi-square test.' })
  readonly p!: number;

  @Field(() => Float, { description: 'Its statistic.' })
  readonly chiSquare!: number;

  @Field(() => Float, {
    description:
      'p of the same by a sequential test, day by day: valid however often one looks, and slower to find it.',
  })
  readonly sequentialP!: number;
}

@ObjectType('ExperimentResult', { description: 'One revision of an experiment, analysed for its fixed horizon.' })
@Access(READ)
export class ExperimentResultType {
  @Field(() => Int, { description: 'The revision of the split; units of different revisions are never mixed.' })
  readonly revision: number;

  @Field(() => Date, { description: 'When it was computed: with all facts that had come in by then.' })
  readonly computedAt: Date;

  @Field(() => String, { description: 'How it was analysed.' })
  readonly method: string;

  @Field(() => String, { nullable: true, description: 'What stands above everything else, if something does.' })
  readonly banner: string | null;

  @Field(() => RecommendationEnum, { description: 'What it comes to.' })
  readonly recommendation: Recommendation;

  @Field(() => String, { nullable: true, description: 'The arm that ships, where the recommendation is SHIP.' })
  readonly ships: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The best of the arms that are better than the control, whether its guardrails let it ship or not.',
  })
  readonly winner: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Of CONTINUE: about how many more days, as units come in so far; null where it cannot be estimated.',
  })
  readonly daysLeft: number | null;

  @Field(() => [String], { description: 'Why, in words.' })
  readonly reasons: readonly string[];

  @Field(() => Boolean, {
    description: 'True before the planned size: then the p-values below must not decide anything.',
  })
  readonly peeking: boolean;

  @Field(() => SampleRatioType, { description: 'The check that comes first.' })
  readonly sampleRatio: SampleRatioType;

  @Field(() => [ArmResultType], { description: 'The control, then the others.' })
  readonly arms: readonly ArmResultType[];

  @Field(() => [ArmComparisonType], { description: 'Each other arm against the control, by the primary metric.' })
  readonly comparisons: readonly ArmComparisonType[];

  @Field(() => [ArmGuardrailType], { description: 'Each guardrail of each other arm.' })
  readonly guardrails: readonly ArmGuardrailType[];

  @Field(() => [SecondaryResultType], { description: 'Each secondary metric of each other arm.' })
  readonly secondary: readonly SecondaryResultType[];

  @Field(() => [SegmentComparisonType], { description: 'Each other arm within each value of the segments.' })
  readonly segments: readonly SegmentComparisonType[];

  @Field(() => [ArmDayType], { description: 'How the estimate of each other arm came to be, day by day.' })
  readonly byDay: readonly ArmDayType[];

  @Field(() => [ArmNoveltyType], { description: 'Whether the effect of an arm changes over the days.' })
  readonly novelty: readonly ArmNoveltyType[];

  @Field(() => [String], {
    description: 'What to look at before one decides, in words. None of it changes the recommendation.',
  })
  readonly warnings: readonly string[];

  @Field(() => [ReleasePlanType], { description: 'How the arms that are better are brought to everybody.' })
  readonly plans: readonly ReleasePlanType[];

  @Field(() => Float, { description: 'Units that met several arms: left out of everything above.' })
  readonly multipleExposure: number;

  @Field(() => Float, { description: 'Units that were erased: nothing of them is counted above.' })
  readonly erasedUnits: number;

  @Field(() => Float, {
    description:
      'Level of the intervals of comparisons: with several arms it is so high that all of them hold together at 1 − alpha.',
  })
  readonly confidence: number;

  constructor({ design, ...experiment }: Experiment, revision: number, result: ComputedResult) {
    const { counts, comparisons, tested, srm, needed, missing } = result;
    const names = armNames(experiment);
    const ofMetric = experiment.primary !== null;
    const [control = ''] = names;
    this.arms = names.map((arm) => {
      const { exposed, labelled, converted } = countsOf(counts, arm);
      const others = names.filter((other) => other !== arm).map((other) => countsOf(counts, other));
      const of = tested[arm] ?? noEvidence(ofMetric);
      return {
        arm,
        exposed,
        labelled,
        converted,
        tested: unitsIn(of),
        needed: needed[arm] ?? 0,
        missing: missing[arm] ?? 0,
        rate: ofMetric ? null : valueOf(of),
        value: ofMetric ? valueOf(of) : null,
        interval: intervalOf(of, 1 - design.alpha),
        chanceToBeBest: ofMetric ? null : chanceToBeBest(design, { labelled, converted }, others),
      };
    });
    this.revision = revision;
    this.computedAt = result.computedAt;
    const test = testInWords(experiment);
    this.method = `${test}, two-sided, each arm against the control${comparisons.length > 1 ? ', Holm over arms' : ''}, fixed horizon: one test of the planned units, which later ones do not change${seedInWords(experiment.revisions, revision)}`;
    this.banner = result.recommendation === 'INVALID' ? `INVALID: ${result.reasons.join('; ')}` : null;
    this.recommendation = result.recommendation;
    this.ships = result.ships;
    this.winner = result.winner;
    this.daysLeft = result.daysLeft;
    this.reasons = result.reasons;
    this.peeking = result.peeking;
    this.sampleRatio = { mismatch: srm.mismatch, p: srm.p, chiSquare: srm.statistic, sequentialP: result.srmAtAnyLook };
    this.comparisons = comparisons.map((comparison) => new ArmComparisonType(design, control, comparison, result));
    this.guardrails = result.guards.map((guard) => new ArmGuardrailType(guard));
    this.secondary = result.secondary.map((one) => new SecondaryResultType(one));
    this.segments = result.segments.map((one) => new SegmentComparisonType(one));
    this.byDay = estimatesByDay(result.days, names, result.confidence);
    this.novelty = result.novelty;
    this.warnings = result.warnings;
    this.plans = result.plans.map((plan) => new ReleasePlanType(plan));
    this.erasedUnits = result.erased;
    this.multipleExposure = counts.multipleExposure;
    this.confidence = result.confidence;
  }
}

function testInWords({ primary, stratum, covariate }: Pick<Experiment, 'primary' | 'stratum' | 'covariate'>): string {
  if (primary?.definition.kind === 'QUANTILE') {
    return `quantiles ${primary.definition.quantile} of values, their errors grown by how values of one unit belong together, Welch’s t-test`;
  }
  const what = primary ? 'means of units' : 'proportions of units';
  if (stratum === null && covariate === null) {
    return primary ? `${what}, Welch’s t-test` : `two ${what}, pooled z-test`;
  }
  const within = stratum === null ? [] : [`within ${stratum}, weighed by units (post-stratification)`];
  const taken = covariate
    ? [`with the sum of ${covariate.event} of the ${covariate.days} days before the first exposure taken out (CUPED)`]
    : [];
  return [what, ...within, ...taken, 'Welch’s t-test'].join(', ');
}
