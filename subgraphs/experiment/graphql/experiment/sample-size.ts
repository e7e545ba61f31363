import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import type { ProportionSampleSize } from '../../../../core/statistics/sample-size.ts';
import { Access } from '../../../shared/auth/access.ts';
import {
  daysFor,
  type DetectableEffect,
  type MdeKind,
  type SampleSizeFormula,
  type Traffic,
} from '../../domain/experiment/design.ts';
import { READ } from '../access.ts';
import { FormulaEnum, MdeKindEnum } from '../enums.ts';

@ObjectType('SampleSize', { description: 'Units that find the effect with the given power.' })
@Access(READ)
export class SampleSizeType {
  @Field(() => FormulaEnum, { description: 'The form that was used.' })
  readonly formula: SampleSizeFormula;

  @Field(() => Float, { description: 'Units of the control, rounded up.' })
  readonly controlUnits: number;

  @Field(() => Float, { description: 'Units of each candidate, rounded up.' })
  readonly candidateUnits: number;

  @Field(() => Float, { description: 'All arms together.' })
  readonly totalUnits: number;

  @Field(() => Float, { description: "The candidate's rate if the effect is there." })
  readonly candidateRate: number;

  @Field(() => Float, { description: 'The effect as a difference of rates.' })
  readonly absoluteMde: number;

  @Field(() => Float, { description: 'Power of the pooled z-test at these sizes.' })
  readonly achievedPower: number;

  @Field(() => Float, {
    nullable: true,
    description: 'How many days this takes at `unitsPerDay`; null where no traffic is given.',
  })
  readonly days: number | null;

  constructor(
    { formula, candidates, unitsPerDay = null }: Pick<SampleSizeInput, 'formula' | 'candidates' | 'unitsPerDay'>,
    size: ProportionSampleSize,
  ) {
    this.formula = formula;
    this.controlUnits = size.controlUnits;
    this.candidateUnits = size.treatmentUnits;
    this.totalUnits = size.controlUnits + candidates * size.treatmentUnits;
    this.days = unitsPerDay === null ? null : daysFor(this.totalUnits, unitsPerDay);
    this.candidateRate = size.treatmentRate;
    this.absoluteMde = size.absoluteMde;
    this.achievedPower = size.achievedPower;
  }
}

@InputType('SampleSizeInput', { description: 'What a test of two proportions must be able to find.' })
export class SampleSizeInput {
  @Field(() => Float, { description: "The control's rate, above 0 and below 1." })
  readonly baseline!: number;

  @Field(() => Float, { description: 'The smallest effect worth finding; its sign says which way is better.' })
  readonly mde!: number;

  @Field(() => MdeKindEnum, { defaultValue: 'RELATIVE', description: 'What the effect is measured in.' })
  readonly mdeKind!: MdeKind;

  @Field(() => Float, { defaultValue: 0.05, description: 'Chance of a false alarm, two-sided.' })
  readonly alpha!: number;

  @Field(() => Float, { defaultValue: 0.8, description: 'Chance of finding the effect.' })
  readonly power!: number;

  @Field(() => Float, { defaultValue: 1, description: 'Units of each candidate for one control unit.' })
  readonly ratio!: number;

  @Field(() => Int, {
    defaultValue: 1,
    description: 'How many arms are compared with the control; alpha is shared over them.',
  })
  readonly candidates!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Units with an outcome per day, of all arms together: the answer then says how long it takes.',
  })
  readonly unitsPerDay?: number | null;

  @Field(() => FormulaEnum, { defaultValue: 'FLEISS', description: 'Which form to use.' })
  readonly formula!: SampleSizeFormula;
}

@ObjectType('DetectableEffect', { description: 'The smallest effect that a given traffic finds.' })
@Access(READ)
export class DetectableEffectType {
  @Field(() => Float, { description: 'Units of the control in that time.' })
  readonly controlUnits: number;

  @Field(() => Float, { description: 'Units of each candidate in that time.' })
  readonly candidateUnits: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The smallest difference of rates that is found; null where not even the largest one is.',
  })
  readonly absoluteMde: number | null;

  @Field(() => Float, { nullable: true, description: 'The same as a share of the baseline.' })
  readonly relativeMde: number | null;

  constructor(baseline: number, { controlUnits, candidateUnits, difference }: DetectableEffect) {
    this.controlUnits = controlUnits;
    this.candidateUnits = candidateUnits;
    this.absoluteMde = difference;
    this.relativeMde = difference === null ? null : difference / baseline;
  }
}

@InputType('DetectableEffectInput', { description: 'Traffic, and how long it is watched.' })
export class DetectableEffectInput implements Traffic {
  @Field(() => Float, { description: "The control's rate, above 0 and below 1." })
  readonly baseline!: number;

  @Field(() => Float, { description: 'Units with an outcome per day, of all arms together.' })
  readonly unitsPerDay!: number;

  @Field(() => Float, { description: 'How many days it runs.' })
  readonly days!: number;

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether a larger rate is looked for; a smaller one otherwise.',
  })
  readonly increase!: boolean;

  @Field(() => Float, { defaultValue: 0.05, description: 'Chance of a false alarm, two-sided.' })
  readonly alpha!: number;

  @Field(() => Float, { defaultValue: 0.8, description: 'Chance of finding the effect.' })
  readonly power!: number;

  @Field(() => Float, { defaultValue: 1, description: 'Units of each candidate for one control unit.' })
  readonly ratio!: number;

  @Field(() => Int, {
    defaultValue: 1,
    description: 'How many arms are compared with the control; alpha is shared over them.',
  })
  readonly candidates!: number;
}
