import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Interval } from '../../../core/statistics/interval.ts';
import { Access } from '../../shared/auth/access.ts';
import type { Design } from '../domain/design.ts';
import type { ExperimentResult, Recommendation, UnitCounts } from '../domain/result.ts';
import type { ArmName } from '../domain/split.ts';
import { bayesianView, sequentialView } from '../domain/views.ts';
import { READ } from './access.ts';
import { ConfidenceIntervalType } from './confidence-interval.ts';
import { RecommendationEnum } from './enums.ts';
import { BayesianResultType, SequentialResultType } from './result-views.ts';

@ObjectType('ArmResult', { description: 'One arm of an experiment, in units.' })
@Access(READ)
export class ArmResultType {
  @Field(() => String, { description: 'control or candidate.' })
  readonly arm!: ArmName;

  @Field(() => Float, { description: 'Units that met this arm and no other.' })
  readonly exposed!: number;

  @Field(() => Float, { description: 'Those with an outcome.' })
  readonly labelled!: number;

  @Field(() => Float, { description: 'Those with at least one positive outcome.' })
  readonly converted!: number;

  @Field(() => Float, { description: 'Units with an outcome that the design asks for.' })
  readonly needed!: number;

  @Field(() => Float, { description: 'How many of these are still missing.' })
  readonly missing!: number;

  @Field(() => Float, {
    description: 'Units in the test: from the planned size on the first ones of the plan, so that the call stays.',
  })
  readonly tested!: number;

  @Field(() => Float, { nullable: true, description: 'Share of the tested units that converted; null without any.' })
  readonly rate!: number | null;

  @Field(() => ConfidenceIntervalType, { description: "Wilson's interval of the rate." })
  readonly interval!: Interval;
}

@ObjectType('SampleRatio', {
  description: 'Whether the units per arm fit the split: chi-square with one degree of freedom.',
})
@Access(READ)
export class SampleRatioType {
  @Field(() => Boolean, { description: 'True (p below .001) means that nothing below can be trusted.' })
  readonly mismatch!: boolean;

  @Field(() => Float, { description: 'p of the chi-square test.' })
  readonly p!: number;

  @Field(() => Float, { description: 'Its statistic.' })
  readonly chiSquare!: number;
}

@ObjectType('ExperimentResult', { description: 'One revision of an experiment, analysed for its fixed horizon.' })
@Access(READ)
export class ExperimentResultType {
  @Field(() => Int, { description: 'The revision of the split; units of different revisions are never mixed.' })
  readonly revision: number;

  @Field(() => String, { description: 'How it was analysed.' })
  readonly method: string;

  @Field(() => String, { nullable: true, description: 'What stands above everything else, if something does.' })
  readonly banner: string | null;

  @Field(() => RecommendationEnum, { description: 'What it comes to.' })
  readonly recommendation: Recommendation;

  @Field(() => [String], { description: 'Why, in words.' })
  readonly reasons: readonly string[];

  @Field(() => Boolean, {
    description: 'True before the planned size: then the p-value below must not decide anything.',
  })
  readonly peeking: boolean;

  @Field(() => SampleRatioType, { description: 'The check that comes first.' })
  readonly sampleRatio: SampleRatioType;

  @Field(() => [ArmResultType], { description: 'Control, then candidate.' })
  readonly arms: readonly ArmResultType[];

  @Field(() => Float, { description: 'Units that met both arms: left out of everything above.' })
  readonly multipleExposure: number;

  @Field(() => Float, { description: 'Level of the intervals: 1 − alpha.' })
  readonly confidence: number;

  @Field(() => Float, {
    nullable: true,
    description: "Candidate's rate minus control's; null while an arm has no outcome.",
  })
  readonly difference: number | null;

  @Field(() => ConfidenceIntervalType, { description: "Newcombe's interval of the difference." })
  readonly interval: Interval;

  @Field(() => Float, { nullable: true, description: "The difference as a share of the control's rate." })
  readonly relativeLift: number | null;

  @Field(() => ConfidenceIntervalType, { nullable: true, description: 'Its interval, by the delta method.' })
  readonly relativeLiftInterval: Interval | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Statistic of the pooled two-proportion z-test; null where it does not exist.',
  })
  readonly z: number | null;

  @Field(() => Float, { description: 'Its two-sided p.' })
  readonly p: number;

  @Field(() => SequentialResultType, {
    nullable: true,
    description: 'The same difference for those who look again and again; null while an arm has no outcome.',
  })
  readonly sequential: SequentialResultType | null;

  readonly #design: Design;
  readonly #counts: UnitCounts;

  /** Computed for those who ask. */
  @Field(() => BayesianResultType, {
    description: 'How likely it is that the candidate is better, and what a wrong choice costs.',
  })
  bayesian(): BayesianResultType {
    return new BayesianResultType(bayesianView(this.#design, this.#counts));
  }

  constructor(revision: number, design: Design, result: ExperimentResult) {
    const { counts, test, tested, srm, needed, missing } = result;
    const arm = (name: ArmName, rate: number | null, interval: Interval): ArmResultType => ({
      arm: name,
      exposed: counts[name].exposed,
      labelled: counts[name].labelled,
      converted: counts[name].converted,
      tested: tested[name],
      needed: needed[name],
      missing: missing[name],
      rate,
      interval,
    });
    this.revision = revision;
    this.method =
      'two proportions of units, pooled z-test, two-sided, fixed horizon: one test of the planned units, which later ones do not change';
    this.banner = result.recommendation === 'INVALID' ? `INVALID: ${result.reasons.join('; ')}` : null;
    this.recommendation = result.recommendation;
    this.reasons = result.reasons;
    this.peeking = result.peeking;
    this.sampleRatio = { mismatch: srm.mismatch, p: srm.p, chiSquare: srm.statistic };
    this.arms = [
      arm('control', test.controlRate, test.controlInterval),
      arm('candidate', test.treatmentRate, test.treatmentInterval),
    ];
    this.multipleExposure = counts.multipleExposure;
    this.confidence = 1 - design.alpha;
    this.sequential = sequentialView(design, counts, needed);
    this.#design = design;
    this.#counts = counts;
    this.difference = test.difference;
    this.interval = test.newcombeInterval;
    this.relativeLift = test.relativeLift;
    this.relativeLiftInterval = test.relativeLiftInterval;
    this.z = test.z;
    this.p = test.pTwoSided;
  }
}
