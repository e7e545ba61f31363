import { Field, Float, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { EstimateFigures, EstimateReport } from '../../operations/quality/quality.ts';
import { READ } from '../access.ts';
import { DeploymentType } from '../references.ts';
import { TimeWindowType } from '../time-window.ts';
import { estimateOrNull, EstimateType } from './estimate-value.ts';

@ObjectType('EstimatedFigures', {
  description:
    'How good scores are likely to be, before their outcomes. All null where fewer than 100 outcomes say what a score was worth, or where scores are no probabilities.',
})
@Access(READ)
export class EstimatedFiguresType {
  @Field(() => Float, { description: 'Predictions with a score, with or without an outcome.' })
  readonly predictions: number;

  @Field(() => EstimateType, { nullable: true, description: 'Share of positive outcomes.' })
  readonly baseRate: EstimateType | null;

  @Field(() => EstimateType, { nullable: true, description: 'Area under the ROC curve.' })
  readonly auc: EstimateType | null;

  @Field(() => EstimateType, { nullable: true, description: 'Brier score.' })
  readonly brier: EstimateType | null;

  @Field(() => EstimateType, { nullable: true, description: 'Log loss.' })
  readonly logLoss: EstimateType | null;

  constructor({ predictions, estimate }: EstimateFigures) {
    this.predictions = predictions;
    this.baseRate = estimateOrNull(estimate?.baseRate);
    this.auc = estimateOrNull(estimate?.auc);
    this.brier = estimateOrNull(estimate?.brier);
    this.logLoss = estimateOrNull(estimate?.logLoss);
  }
}

@ObjectType('EstimatedWindow', { description: 'The estimate of one part of the time.' })
@Access(READ)
export class EstimatedWindowType extends TimeWindowType {
  @Field(() => EstimatedFiguresType, { description: 'How good its scores are likely to be.' })
  readonly figures!: EstimatedFiguresType;
}

@ObjectType('PerformanceEstimate', {
  description:
    'Performance without outcomes, by confidence: right where scores mean what they meant in the weeks before. It sees changes of the inputs, and no change of what inputs mean.',
})
@Access(READ)
export class PerformanceEstimateType {
  @Field(() => DeploymentType, { nullable: true, description: 'Whose predictions they are.' })
  readonly deployment: DeploymentType;

  @Field(() => TimeWindowType, { description: 'The 28 days whose outcomes say what a score is worth.' })
  readonly calibration: TimeWindowType;

  @Field(() => Float, { description: 'Predictions with an outcome that were used for that.' })
  readonly calibratedOn: number;

  @Field(() => EstimatedFiguresType, { description: 'The whole time at once.' })
  readonly total: EstimatedFiguresType;

  @Field(() => [EstimatedWindowType], { description: 'Its parts, in order.' })
  readonly windows: readonly EstimatedWindowType[];

  constructor({ window, calibration, total, windows }: EstimateReport) {
    this.deployment = new DeploymentType(window.deployment);
    this.calibration = calibration;
    this.calibratedOn = calibration.labelled;
    this.total = new EstimatedFiguresType(total);
    this.windows = windows.map((part) => ({ ...part, figures: new EstimatedFiguresType(part.figures) }));
  }
}
