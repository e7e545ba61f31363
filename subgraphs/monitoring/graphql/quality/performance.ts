import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { AnsweringLayer } from '../../../../schema/telemetry.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { PerformanceFigures, PerformanceWindow } from '../../domain/quality/performance.ts';
import type { Trust } from '../../domain/trust.ts';
import type { PerformanceReport } from '../../operations/quality/performance.ts';
import { READ } from '../access.ts';
import { AnsweringLayerEnum, TrustEnum } from '../enums.ts';
import { DeploymentType } from '../references.ts';

@ObjectType('PerformanceFigures', { description: 'How good scores were, judged by the outcomes in force.' })
@Access(READ)
export class PerformanceFiguresType {
  @Field(() => Float, { description: 'Predictions with a score.' })
  readonly predictions!: number;

  @Field(() => Float, { description: 'Those with an outcome.' })
  readonly labelled!: number;

  @Field(() => Float, { nullable: true, description: 'labelled / predictions; null without predictions.' })
  readonly labelCoverage!: number | null;

  @Field(() => Float, {
    description: 'Pairs that were used: fewer than labelled where a large window was sampled by id.',
  })
  readonly used!: number;

  @Field(() => Float, { nullable: true, description: 'Share of positive outcomes (value 0.5 or more).' })
  readonly baseRate!: number | null;

  @Field(() => Float, { nullable: true, description: 'Mean score of the labelled predictions.' })
  readonly meanScore!: number | null;

  @Field(() => Float, { nullable: true, description: 'Area under the ROC curve; null unless both classes occur.' })
  readonly auc!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Brier score; null without outcomes, or where scores are no probabilities.',
  })
  readonly brier!: number | null;

  @Field(() => Float, { nullable: true, description: 'Log loss; null as the Brier score.' })
  readonly logLoss!: number | null;
}

@ObjectType('PerformanceWindow', { description: 'The figures of one part of the time.' })
@Access(READ)
export class PerformanceWindowType {
  @Field(() => Date, { description: 'Where the window begins.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Where it ends; this instant is no longer in it.' })
  readonly to!: Date;

  @Field(() => PerformanceFiguresType, { description: 'How good the scores of its predictions were.' })
  readonly figures!: PerformanceFigures;
}

@ObjectType('PerformanceReport', {
  description: 'Performance over time: an outcome counts in the window of its prediction.',
})
@Access(READ)
export class PerformanceReportType {
  @Field(() => DeploymentType, { nullable: true, description: 'Whose predictions they are.' })
  readonly deployment: DeploymentType;

  @Field(() => Date, { description: 'Where the report begins.' })
  readonly from: Date;

  @Field(() => Date, { description: 'Where it ends; this instant is no longer in it.' })
  readonly to: Date;

  @Field(() => PerformanceFiguresType, { description: 'The whole time at once.' })
  readonly total: PerformanceFigures;

  @Field(() => [PerformanceWindowType], { description: 'Its parts, in order.' })
  readonly windows: readonly PerformanceWindowType[];

  constructor({ window, total, windows }: PerformanceReport) {
    this.deployment = new DeploymentType(window.deployment);
    this.from = window.from;
    this.to = window.to;
    this.total = total;
    this.windows = windows.map(({ from, to, ...figures }: PerformanceWindow) => ({ from, to, figures }));
  }
}

@InputType('PerformanceReportInput', { description: 'Which predictions to judge.' })
export class PerformanceReportInput {
  @Field(() => ID, { description: 'The deployment that is judged.' })
  readonly deployment!: string;

  @Field(() => Date, { description: 'Only predictions from this instant on.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Only predictions before this instant.' })
  readonly to!: Date;

  @Field(() => Int, {
    nullable: true,
    description: 'Cut the time into windows of so many hours; else only the total is given.',
  })
  readonly windowHours?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only answers of releases that run this model version, judged by its own score.',
  })
  readonly modelVersion?: string | null;

  @Field(() => String, { nullable: true, description: 'Only answers in this arm.' })
  readonly arm?: string | null;

  @Field(() => AnsweringLayerEnum, { nullable: true, description: 'Only answers that this layer of traffic decided.' })
  readonly layer?: AnsweringLayer | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only answers of this segment of a VARIANT layer, as `country=DE`.',
  })
  readonly variant?: string | null;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;
}
