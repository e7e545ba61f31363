import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { metricIds } from '../../domain/ids.ts';
import {
  MARGIN_KINDS,
  MEASURES,
  METRIC_KINDS,
  type MarginKind,
  type Measure,
  type Metric,
  type MetricDefinition,
  type MetricKind,
} from '../../domain/metric/metric.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';

const MetricKindEnum = graphqlEnum(
  'MetricKind',
  METRIC_KINDS,
  'How the values of answers become one number of an arm.',
  {
    PROPORTION: 'The share of answers whose value is positiveFrom or more.',
    MEAN: 'The mean over answers.',
    RATIO: 'The sum of the measure by the sum of `per`.',
    QUANTILE: 'The share of answers above the ceiling, which holds while the quantile stays under it.',
    COUNT: 'How many answers of a unit have a value of positiveFrom or more, as the mean over units.',
  },
);

const MeasureEnum = graphqlEnum('Measure', MEASURES, 'What is read of one answer, or of the events of a unit.', {
  OUTCOME: 'The value of its outcome; none before there is one.',
  SCORE: 'Its score; none where a fallback answered.',
  SQUARED_ERROR: 'The square of score minus outcome: its mean is the Brier score where outcomes are 0 or 1.',
  LATENCY_MS: 'Milliseconds from the request to the answer.',
  FALLBACK: '1 where a fallback answered, else 0.',
  EVENT:
    'The values of pushed events of a unit since its first exposure: PROPORTION is the share of units with one of positiveFrom or more, COUNT how many of these a unit has, MEAN their sum. Units without events count as well.',
});

export const MarginKindEnum = graphqlEnum('MarginKind', MARGIN_KINDS, 'What a margin is measured in.', {
  ABSOLUTE: "In the metric's own unit.",
  RELATIVE: "As a share of the control's value.",
});

@InputType('MetricDefinitionInput', { description: 'What a metric is made of.' })
export class MetricDefinitionInput implements MetricDefinition {
  @Field(() => MetricKindEnum, { description: 'How values become one number.' })
  readonly kind!: MetricKind;

  @Field(() => MeasureEnum, { description: 'What is read of each answer.' })
  readonly measure!: Measure;

  @Field(() => MeasureEnum, { nullable: true, defaultValue: null, description: 'Of a RATIO: what it is divided by.' })
  readonly per!: Measure | null;

  @Field(() => String, {
    nullable: true,
    defaultValue: null,
    description: 'Of EVENT: the name under which the events are pushed.',
  })
  readonly event!: string | null;

  @Field(() => String, {
    nullable: true,
    defaultValue: null,
    description: 'Of a RATIO per EVENT: the name of the events by whose values it is divided.',
  })
  readonly perEvent!: string | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description: 'Of PROPORTION and COUNT: from where a value counts.',
  })
  readonly positiveFrom!: number | null;

  @Field(() => Float, { nullable: true, defaultValue: null, description: 'Of a QUANTILE: which one, as .99.' })
  readonly quantile!: number | null;

  @Field(() => Float, { nullable: true, defaultValue: null, description: 'Of a QUANTILE: what it must not exceed.' })
  readonly ceiling!: number | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description: 'Values below count as this one (winsorizing).',
  })
  readonly lowest!: number | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description: 'Values above count as this one (winsorizing).',
  })
  readonly highest!: number | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description:
      'Outcomes that happen later than this after the answer do not count, and events later than this after the first exposure; left out: all do.',
  })
  readonly attributionHours!: number | null;

  @Field(() => Boolean, { description: 'Which way is better.' })
  readonly higherIsBetter!: boolean;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description:
      "The smallest effect worth having, as a share of the control's value, above 0: the plan of an experiment that this metric decides, unless it says another.",
  })
  readonly minimumEffect!: number | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description: 'How much worse is still accepted where it guards a rollout that does not say so itself.',
  })
  readonly margin!: number | null;

  @Field(() => MarginKindEnum, { defaultValue: 'ABSOLUTE', description: 'What the margin is measured in.' })
  readonly marginKind!: MarginKind;
}

@InputType('CreateMetricInput', { description: 'A metric, as definition.' })
export class CreateMetricInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '', description: 'What it says of a model.' })
  readonly description!: string;

  @Field(() => MetricDefinitionInput, { description: 'What it is made of.' })
  readonly definition!: MetricDefinitionInput;
}

@InputType('ReviseMetricInput', { description: 'Another definition of a metric: its next revision.' })
export class ReviseMetricInput {
  @Field(() => ID, { description: 'The metric.' })
  readonly metric!: string;

  @Field(() => String, { defaultValue: '', description: 'What it says of a model.' })
  readonly description!: string;

  @Field(() => MetricDefinitionInput, { description: 'What it is made of.' })
  readonly definition!: MetricDefinitionInput;

  @Field(() => Int, { description: 'The revision that was read.' })
  readonly expectedRevision!: number;
}

@ObjectType('MetricDefinition', { description: 'What a metric is made of.' })
@Access(READ)
export class MetricDefinitionType implements MetricDefinition {
  @Field(() => MetricKindEnum, { description: 'How values become one number.' })
  readonly kind!: MetricKind;

  @Field(() => MeasureEnum, { description: 'What is read of each answer.' })
  readonly measure!: Measure;

  @Field(() => MeasureEnum, { nullable: true, description: 'Of a RATIO: what it is divided by.' })
  readonly per!: Measure | null;

  @Field(() => String, { nullable: true, description: 'Of EVENT: the name of the events.' })
  readonly event!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of a RATIO per EVENT: the name of the events it is divided by.',
  })
  readonly perEvent!: string | null;

  @Field(() => Float, { nullable: true, description: 'Of PROPORTION and COUNT: from where a value counts.' })
  readonly positiveFrom!: number | null;

  @Field(() => Float, { nullable: true, description: 'Of a QUANTILE: which one.' })
  readonly quantile!: number | null;

  @Field(() => Float, { nullable: true, description: 'Of a QUANTILE: what it must not exceed.' })
  readonly ceiling!: number | null;

  @Field(() => Float, { nullable: true, description: 'Values below count as this one.' })
  readonly lowest!: number | null;

  @Field(() => Float, { nullable: true, description: 'Values above count as this one.' })
  readonly highest!: number | null;

  @Field(() => Float, { nullable: true, description: 'Outcomes that happen later than this do not count.' })
  readonly attributionHours!: number | null;

  @Field(() => Boolean, { description: 'Which way is better.' })
  readonly higherIsBetter!: boolean;

  @Field(() => Float, {
    nullable: true,
    description: "The smallest effect worth having, as a share of the control's value; null: whoever uses it says so.",
  })
  readonly minimumEffect!: number | null;

  @Field(() => Float, { nullable: true, description: 'How much worse is still accepted where it guards.' })
  readonly margin!: number | null;

  @Field(() => MarginKindEnum, { description: 'What the margin is measured in.' })
  readonly marginKind!: MarginKind;
}

@ObjectType('MetricRevision', { description: 'One definition of a metric; it never changes.' })
@Access(READ)
export class MetricRevisionType {
  @Field(() => Int, { description: 'Its number, from 1.' })
  readonly number: number;

  @Field(() => String, { description: 'What it says of a model.' })
  readonly description: string;

  @Field(() => MetricDefinitionType, { description: 'What it is made of.' })
  readonly definition: MetricDefinition;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  constructor({ revision, description, definition, createdAt, createdBy }: Metric) {
    this.number = revision;
    this.description = description;
    this.definition = definition;
    this.createdAt = createdAt;
    this.createdBy = createdBy;
  }
}

@ObjectType('Metric', { description: 'A number of one arm, as a definition that others refer to by its revision.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class MetricType {
  @Field(() => ID, { description: 'tiffin:<project>:metric:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it says of a model.' })
  readonly description: string;

  @Field(() => Int, { description: 'The newest revision.' })
  readonly revision: number;

  @Field(() => MetricDefinitionType, { description: 'What the newest revision is made of.' })
  readonly definition: MetricDefinition;

  @Field(() => Date, { description: 'When the newest revision was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  readonly source: Metric;

  constructor(metric: Metric) {
    this.source = metric;
    this.id = metricIds.format(metric);
    this.name = metric.name;
    this.description = metric.description;
    this.revision = metric.revision;
    this.definition = metric.definition;
    this.createdAt = metric.createdAt;
    this.createdBy = metric.createdBy;
  }
}

@ObjectType('MetricPayload', { description: 'A changed metric.' })
@Access(READ)
export class MetricPayload extends ChangedPayload {
  @Field(() => MetricType, { description: 'The metric after the change.' })
  readonly metric!: MetricType;
}

export const MetricConnection = connectionOf('Metric', () => MetricType);
export type MetricPage = InstanceType<typeof MetricConnection>;
