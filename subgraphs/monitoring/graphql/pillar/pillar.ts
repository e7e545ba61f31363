import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { HealthStatus } from '../../domain/health.ts';
import { PILLARS, type Pillar } from '../../domain/pillar/measure.ts';
import type { PillarReason, PillarSeries, PillarState } from '../../domain/pillar/overview.ts';
import type { PillarOverview } from '../../operations/pillar/pillars.ts';
import { READ } from '../access.ts';
import { AlertLabelType, alertLabels } from '../alert/alert-label.ts';
import { HealthStatusEnum } from '../health.ts';
import { DeploymentType } from '../references.ts';
import { TimeWindowType } from '../time-window.ts';

export const PillarEnum = graphqlEnum('Pillar', PILLARS, 'What a deployment stands on.', {
  DATA: 'What comes in: missing and old values, drift.',
  MODEL: 'How good scores are: by their outcomes, and before these come; concept drift, fairness.',
  INFRASTRUCTURE: 'How it answers: volume, errors, fallbacks, latency, what a thousand answers cost.',
  BUSINESS: 'What decisions come to, in money by declared prices.',
});

@ObjectType('PillarReason', { description: 'One thing that was looked at, and what it says.' })
@Access(READ)
export class PillarReasonType {
  @Field(() => HealthStatusEnum, { description: 'What it says by itself.' })
  readonly status!: HealthStatus;

  @Field(() => String, { description: 'In words, with the numbers.' })
  readonly text!: string;

  @Field(() => String, {
    nullable: true,
    description: 'In PromQL, so that a rule can watch the same; null of an incident.',
  })
  readonly expression!: string | null;

  @Field(() => Date, { nullable: true, description: 'When the newest number was measured; null of an incident.' })
  readonly at!: Date | null;

  constructor(reason: PillarReason) {
    Object.assign(this, reason);
  }
}

@ObjectType('PillarPoint', { description: 'One number at an instant.' })
@Access(READ)
export class PillarPointType {
  @Field(() => Date, { description: 'When it stood.' })
  readonly at!: Date;

  @Field(() => Float, { description: 'The number.' })
  readonly value!: number;
}

@ObjectType('PillarHistory', { description: 'One series over the time.' })
@Access(READ)
export class PillarHistoryType {
  @Field(() => [AlertLabelType], { description: 'What tells it from the others of its measure, by name.' })
  readonly labels!: readonly AlertLabelType[];

  @Field(() => [PillarPointType], { description: 'Its numbers, the oldest first; what was not measured is left out.' })
  readonly points!: readonly PillarPointType[];
}

@ObjectType('PillarMeasure', { description: 'What a pillar is looked at by, over the time.' })
@Access(READ)
export class PillarMeasureType {
  @Field(() => String, { description: 'In words.' })
  readonly name: string;

  @Field(() => String, { description: 'What its numbers are.' })
  readonly unit: string;

  @Field(() => String, { description: 'In PromQL.' })
  readonly expression: string;

  @Field(() => [PillarHistoryType], { description: 'Its series.' })
  readonly series: readonly PillarHistoryType[];

  constructor({ name, unit, expression, series }: PillarSeries) {
    this.name = name;
    this.unit = unit;
    this.expression = expression;
    this.series = series.map(({ labels, points }) => ({
      labels: alertLabels(labels),
      points: points.map(([at, value]) => ({ at: new Date(at), value })),
    }));
  }
}

@ObjectType('PillarState', { description: 'How one pillar stands, and how it stood.' })
@Access(READ)
export class PillarStateType {
  @Field(() => PillarEnum, { description: 'Which one.' })
  readonly pillar: Pillar;

  @Field(() => HealthStatusEnum, { description: 'The worst of the reasons.' })
  readonly status: HealthStatus;

  @Field(() => [PillarReasonType], { description: 'All that was judged, the worst first.' })
  readonly reasons: readonly PillarReasonType[];

  @Field(() => [PillarMeasureType], { description: 'All that was measured in the time.' })
  readonly measures: readonly PillarMeasureType[];

  constructor({ pillar, status, reasons, series }: PillarState) {
    this.pillar = pillar;
    this.status = status;
    this.reasons = reasons.map((reason) => new PillarReasonType(reason));
    this.measures = series.map((one) => new PillarMeasureType(one));
  }
}

@ObjectType('PillarOverview', {
  description: 'Data, model, infrastructure and business in one answer, with reasons and history.',
})
@Access(READ)
export class PillarOverviewType extends TimeWindowType {
  @Field(() => DeploymentType, { description: 'Of which deployment.' })
  readonly deployment: DeploymentType;

  @Field(() => HealthStatusEnum, { description: 'The worst of the four.' })
  readonly status: HealthStatus;

  @Field(() => PillarStateType, { description: 'What comes in.' })
  readonly data: PillarStateType;

  @Field(() => PillarStateType, { description: 'How good scores are.' })
  readonly model: PillarStateType;

  @Field(() => PillarStateType, { description: 'How it answers.' })
  readonly infrastructure: PillarStateType;

  @Field(() => PillarStateType, { description: 'What decisions come to.' })
  readonly business: PillarStateType;

  constructor({ from, to, deployment, status, pillars }: PillarOverview) {
    super();
    Object.assign(this, { from, to });
    this.deployment = new DeploymentType(deployment);
    this.status = status;
    this.data = new PillarStateType(pillars.DATA);
    this.model = new PillarStateType(pillars.MODEL);
    this.infrastructure = new PillarStateType(pillars.INFRASTRUCTURE);
    this.business = new PillarStateType(pillars.BUSINESS);
  }
}

@InputType('PillarWindowInput', { description: 'Which time to look at.' })
export class PillarWindowInput {
  @Field(() => Date, { nullable: true, description: 'Where it ends; now by default.' })
  readonly to?: Date | null;

  @Field(() => Int, { defaultValue: 168, description: 'How many hours before that: 1 to 8784.' })
  readonly hours!: number;
}
