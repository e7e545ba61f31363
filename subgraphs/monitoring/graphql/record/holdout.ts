import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { CONFIDENCE, type SideCounts } from '../../domain/record/holdout.ts';
import type { Trust } from '../../domain/trust.ts';
import type { HoldoutReport } from '../../operations/record/holdouts.ts';
import { READ } from '../access.ts';
import { TrustEnum } from '../enums.ts';
import { DeploymentType } from '../references.ts';

@ObjectType('HoldoutSide', { description: 'The units on one side of a holdout, each counted once.' })
@Access(READ)
export class HoldoutSideType {
  @Field(() => Float, { description: 'Units that were answered on this side alone.' })
  readonly units: number;

  @Field(() => Float, { description: 'Those with an outcome.' })
  readonly labelled: number;

  @Field(() => Float, { description: 'Those with at least one positive outcome (value 0.5 or more).' })
  readonly converted: number;

  @Field(() => Float, { nullable: true, description: 'converted / labelled; null without outcomes.' })
  readonly rate: number | null;

  constructor({ units, labelled, converted }: SideCounts, rate: number | null) {
    this.units = units;
    this.labelled = labelled;
    this.converted = converted;
    this.rate = rate;
  }
}

@ObjectType('HoldoutReport', {
  description:
    'The units that a HOLDOUT layer kept on one release, against everyone else: all that was launched since.',
})
@Access(READ)
export class HoldoutReportType {
  @Field(() => DeploymentType, { nullable: true, description: 'Whose predictions they are.' })
  readonly deployment: DeploymentType;

  @Field(() => Date, { description: 'Where the time begins.' })
  readonly from: Date;

  @Field(() => Date, { description: 'Where it ends; this instant is no longer in it.' })
  readonly to: Date;

  @Field(() => [Float], { description: 'The shares that the holdout held in this time: one, unless it was changed.' })
  readonly shares: readonly number[];

  @Field(() => HoldoutSideType, { description: 'The units in the holdout.' })
  readonly holdout: HoldoutSideType;

  @Field(() => HoldoutSideType, { description: 'Everyone else, whatever answered: default, variants, arms.' })
  readonly rest: HoldoutSideType;

  @Field(() => Float, { description: 'Units that were on both sides: left out of both.' })
  readonly crossed: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The rest’s rate minus the holdout’s; null while a side has no outcome.',
  })
  readonly difference: number | null;

  @Field(() => Float, { description: 'Lower bound of the difference, by Newcombe.' })
  readonly lower: number;

  @Field(() => Float, { description: 'Upper bound of the difference, by Newcombe.' })
  readonly upper: number;

  @Field(() => Float, { description: 'Level of the interval. It holds for one look, not for the best of many.' })
  readonly confidence: number;

  @Field(() => Float, { nullable: true, description: 'The difference as a share of the holdout’s rate.' })
  readonly relativeLift: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'p of the chi-square test whether the sides fit the share; null where the share was changed.',
  })
  readonly sampleRatioP: number | null;

  @Field(() => [String], { description: 'Why the difference proves nothing; empty where nothing speaks against it.' })
  readonly problems: readonly string[];

  constructor(report: HoldoutReport) {
    this.deployment = new DeploymentType(report.deployment);
    this.from = report.from;
    this.to = report.to;
    this.shares = report.shares;
    this.holdout = new HoldoutSideType(report.holdout, report.rates.holdout);
    this.rest = new HoldoutSideType(report.rest, report.rates.rest);
    this.crossed = report.crossed;
    this.difference = report.difference;
    this.lower = report.interval.lower;
    this.upper = report.interval.upper;
    this.confidence = CONFIDENCE;
    this.relativeLift = report.relativeLift;
    this.sampleRatioP = report.sampleRatioP;
    this.problems = report.problems;
  }
}

@InputType('HoldoutReportInput', { description: 'Which predictions to compare.' })
export class HoldoutReportInput {
  @Field(() => ID, { description: 'The deployment whose holdout it is.' })
  readonly deployment!: string;

  @Field(() => Date, { description: 'Only predictions from this instant on.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Only predictions before this instant.' })
  readonly to!: Date;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;
}
