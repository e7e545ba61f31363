import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { ProfileSummary } from '../../domain/quality/profile-summary.ts';
import type { Trust } from '../../domain/trust.ts';
import type { ProfileReport } from '../../operations/quality/profiles.ts';
import { READ } from '../access.ts';
import { NamedCountType, namedCounts } from '../count.ts';
import { TrustEnum } from '../enums.ts';
import { DeploymentType } from '../references.ts';

@ObjectType('ProfileQuantile', { description: 'A quantile of numbers.' })
@Access(READ)
export class ProfileQuantileType {
  @Field(() => Float, { description: 'Which: 0.5 is the median.' })
  readonly q!: number;

  @Field(() => Float, { description: 'The number below which this share of the numbers lies.' })
  readonly value!: number;
}

@ObjectType('NumberProfile', { description: 'What the numbers among the values were like.' })
@Access(READ)
export class NumberProfileType {
  @Field(() => Float, { description: 'How many there are.' })
  readonly n!: number;

  @Field(() => Float, { description: 'Their mean.' })
  readonly mean!: number;

  @Field(() => Float, { nullable: true, description: 'Their standard deviation; null below two of them.' })
  readonly stddev!: number | null;

  @Field(() => Float, { description: 'The smallest.' })
  readonly min!: number;

  @Field(() => Float, { description: 'The largest.' })
  readonly max!: number;

  @Field(() => Float, {
    description:
      'How far a quantile may be from the number of its rank, as a share of it: less, the closer numbers lie.',
  })
  readonly accuracy!: number;

  @Field(() => [ProfileQuantileType], { description: 'Seven quantiles, from 0.01 to 0.99.' })
  readonly quantiles!: readonly ProfileQuantileType[];

  @Field(() => [Float], { description: 'Where bins begin: one less than bins; both ends are open.' })
  readonly edges!: readonly number[];

  @Field(() => [Float], { description: 'How many numbers lie in each bin: exact.' })
  readonly counts!: readonly number[];
}

@ObjectType('ValueProfile', { description: 'What the values of one feature, or the score, were like in a time.' })
@Access(READ)
export class ValueProfileType {
  @Field(() => String, { description: 'Name of the feature or input, or `score`.' })
  readonly name!: string;

  @Field(() => String, { description: 'NUMERIC or CATEGORICAL: what most values are.' })
  readonly kind!: string;

  @Field(() => Float, { description: 'Answers with a value.' })
  readonly n!: number;

  @Field(() => Float, { description: 'Answers without one, for whatever reason.' })
  readonly missing!: number;

  @Field(() => Float, { description: 'Values that are no finite number where numbers are expected.' })
  readonly invalid!: number;

  @Field(() => [NamedCountType], {
    description: 'Answers by the status of the value; ABSENT where it was not asked for.',
  })
  readonly statuses: readonly NamedCountType[];

  @Field(() => NumberProfileType, { nullable: true, description: 'The numbers among the values; null without any.' })
  readonly numbers!: NumberProfileType | null;

  @Field(() => [NamedCountType], {
    description: 'Texts, true and false, the most common first: at most 100 of them, and `(other)` for the rest.',
  })
  readonly categories: readonly NamedCountType[];

  @Field(() => Float, {
    nullable: true,
    description: 'How many different texts there were: exact up to 100, else within about 20 %; null without any.',
  })
  readonly distinct!: number | null;

  constructor({ statuses, categories, ...summary }: ProfileSummary) {
    Object.assign(this, summary);
    this.statuses = namedCounts(statuses);
    this.categories = namedCounts(categories);
  }
}

@ObjectType('ProfileReport', {
  description:
    'What nodes counted of all their answers, also of those that sampling kept out of the log. What testers forced is left out.',
})
@Access(READ)
export class ProfileReportType {
  @Field(() => DeploymentType, { nullable: true, description: 'Whose answers they are.' })
  readonly deployment: DeploymentType;

  @Field(() => Date, { description: 'Hours that begin from this instant on.' })
  readonly from: Date;

  @Field(() => Date, { description: 'Hours that begin before this instant.' })
  readonly to: Date;

  @Field(() => Float, { description: 'How many answers were counted.' })
  readonly answers: number;

  @Field(() => [ValueProfileType], { description: 'The score first, then features and numeric inputs by name.' })
  readonly values: readonly ValueProfileType[];

  constructor({ deployment, from, to, answers, values }: ProfileReport) {
    this.deployment = new DeploymentType(deployment);
    this.from = from;
    this.to = to;
    this.answers = answers;
    this.values = values.map((one) => new ValueProfileType(one));
  }
}

@InputType('ProfileReportInput', { description: 'Which answers to describe.' })
export class ProfileReportInput {
  @Field(() => ID, { description: 'The deployment.' })
  readonly deployment!: string;

  @Field(() => Date, { description: 'Only hours that begin from this instant on.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Only hours that begin before this instant; at most 31 days later.' })
  readonly to!: Date;

  @Field(() => [String], {
    nullable: true,
    description: 'Names of features or inputs, and `score`, in the order wanted; all unless given.',
  })
  readonly names?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only answers with this value of a segment, as `state=CA`; all unless given.',
  })
  readonly segment?: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of a release: only its answers; all unless given.' })
  readonly release?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only answers of releases that run this model version; all unless given.',
  })
  readonly modelVersion?: string | null;

  @Field(() => String, { nullable: true, description: 'Only answers of this arm; all unless given.' })
  readonly arm?: string | null;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Answers to servers, or to devices.' })
  readonly trust!: Trust;
}
