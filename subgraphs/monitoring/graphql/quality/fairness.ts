import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { FAIRNESS_MEASURES, type FairnessMeasure, type FairnessResult } from '../../../../core/statistics/fairness.ts';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import type { FairnessFigures, GroupFigures } from '../../domain/quality/fairness.ts';
import type { Trust } from '../../domain/trust.ts';
import type { Timed } from '../../operations/quality/quality.ts';
import { READ } from '../access.ts';
import { TrustEnum } from '../enums.ts';
import { DeploymentType } from '../references.ts';
import { TimeWindowType } from '../time-window.ts';
import { EstimateType } from './estimate-value.ts';

const MEASURE_NAMES = ['DEMOGRAPHIC_PARITY', 'EQUAL_OPPORTUNITY', 'PREDICTIVE_PARITY', 'FOUR_FIFTHS'] as const;
const NAME_OF = Object.fromEntries(FAIRNESS_MEASURES.map((measure, i) => [measure, MEASURE_NAMES[i]])) as Readonly<
  Record<FairnessMeasure, (typeof MEASURE_NAMES)[number]>
>;

export const FairnessMeasureEnum = graphqlEnum(
  'FairnessMeasure',
  MEASURE_NAMES,
  'How the decisions on two groups are compared.',
  {
    DEMOGRAPHIC_PARITY: 'How far the shares of yes differ.',
    EQUAL_OPPORTUNITY: 'How far the shares of yes differ among those with a positive outcome.',
    PREDICTIVE_PARITY: 'How far the shares of positive outcomes differ among those with a yes.',
    FOUR_FIFTHS: 'The lowest share of yes by the highest: 1 is alike, below 0.8 is taken for harm.',
  },
);

@ObjectType('FairnessGroup', { description: 'The answers of one value of a segment.' })
@Access(READ)
export class FairnessGroupType {
  @Field(() => String, { description: 'The value.' })
  readonly name: string;

  @Field(() => Float, { description: 'Answers of the group.' })
  readonly answers: number;

  @Field(() => Float, { description: 'Those that the decision said yes to.' })
  readonly selected: number;

  @Field(() => EstimateType, {
    nullable: true,
    description: 'Share of yes, with its interval by Wilson; null without answers.',
  })
  readonly selectionRate: EstimateType | null;

  @Field(() => Float, { description: 'Those with an outcome.' })
  readonly labelled: number;

  @Field(() => Float, { description: 'Those with a positive outcome.' })
  readonly positives: number;

  constructor({ group, answers, selected, labelled, selectionRate, selectionInterval }: GroupFigures) {
    [this.name, this.answers, this.selected] = [group, answers, selected];
    this.selectionRate =
      selectionRate === null ? null : new EstimateType({ value: selectionRate, interval: selectionInterval });
    this.labelled = labelled.rows;
    this.positives = labelled.positives;
  }
}

@ObjectType('FairnessComparison', { description: 'The two groups that lie farthest apart by one measure.' })
@Access(READ)
export class FairnessComparisonType {
  @Field(() => FairnessMeasureEnum, { description: 'How they are compared.' })
  readonly measure: (typeof MEASURE_NAMES)[number];

  @Field(() => Float, {
    nullable: true,
    description: 'What the measure says; null below two groups of 100 rows, those that it counts on.',
  })
  readonly value: number | null;

  @Field(() => EstimateType, {
    nullable: true,
    description:
      'The value with its 95 % interval, by Newcombe or Katz. It is that of two groups that were chosen for being farthest apart.',
  })
  readonly interval: EstimateType | null;

  @Field(() => Float, { description: 'Rows that the two rates were counted on.' })
  readonly n: number;

  @Field(() => String, { nullable: true, description: 'The group with the lowest rate.' })
  readonly lowest: string | null;

  @Field(() => String, { nullable: true, description: 'The group with the highest rate.' })
  readonly highest: string | null;

  @Field(() => [String], { description: 'Groups with too few rows for a rate.' })
  readonly tooSmall: readonly string[];

  constructor({ measure, value, interval, n, lowest, highest, tooSmall }: FairnessResult) {
    this.measure = NAME_OF[measure];
    this.value = value;
    this.interval = value === null || interval === null ? null : new EstimateType({ value, interval });
    [this.n, this.lowest, this.highest, this.tooSmall] = [n, lowest, highest, tooSmall];
  }
}

@ObjectType('FairnessFigures', { description: 'Whether groups were treated alike.' })
@Access(READ)
export class FairnessFiguresType {
  @Field(() => [FairnessGroupType], { description: 'The groups, the largest first; at most a hundred.' })
  readonly groups: readonly FairnessGroupType[];

  @Field(() => [FairnessComparisonType], { description: 'Every measure.' })
  readonly measures: readonly FairnessComparisonType[];

  constructor({ groups, measures }: FairnessFigures) {
    this.groups = groups.map((one) => new FairnessGroupType(one));
    this.measures = measures.map((one) => new FairnessComparisonType(one));
  }
}

@ObjectType('FairnessWindow', { description: 'The groups of one part of the time.' })
@Access(READ)
export class FairnessWindowType extends TimeWindowType {
  @Field(() => FairnessFiguresType, { description: 'Whether they were treated alike in it.' })
  readonly figures!: FairnessFiguresType;
}

@ObjectType('FairnessReport', { description: 'Whether groups are treated alike, over time.' })
@Access(READ)
export class FairnessReportType {
  @Field(() => DeploymentType, { nullable: true, description: 'Whose answers they are.' })
  readonly deployment: DeploymentType;

  @Field(() => FairnessFiguresType, { description: 'The whole time at once.' })
  readonly total: FairnessFiguresType;

  @Field(() => [FairnessWindowType], { description: 'Its parts, in order.' })
  readonly windows: readonly FairnessWindowType[];

  constructor({ window, total, windows }: Timed<FairnessFigures>) {
    this.deployment = new DeploymentType(window.deployment);
    this.total = new FairnessFiguresType(total);
    this.windows = windows.map((part) => ({ ...part, figures: new FairnessFiguresType(part.figures) }));
  }
}

@InputType('FairnessReportInput', { description: 'Which answers to compare, and by what.' })
export class FairnessReportInput {
  @Field(() => ID, { description: 'The deployment whose answers are compared.' })
  readonly deployment!: string;

  @Field(() => String, { description: 'The segment whose values are the groups, as the recipe declares it.' })
  readonly segment!: string;

  @Field(() => Date, { description: 'Only answers from this instant on.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Only answers before this instant.' })
  readonly to!: Date;

  @Field(() => Int, {
    nullable: true,
    description: 'Cut the time into windows of so many hours; else only the total is given.',
  })
  readonly windowHours?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'A score from this on is a yes; 0.5 unless told, or unless decisions say it.',
  })
  readonly threshold?: number | null;

  @Field(() => [String], { nullable: true, description: 'These decisions are a yes, in place of a threshold.' })
  readonly decisions?: readonly string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only answers of releases that run this model version, by its own score.',
  })
  readonly modelVersion?: string | null;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;
}
