import { Field, Float, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { RegressionFigures } from '../../domain/quality/regression.ts';
import type { Timed } from '../../operations/quality/quality.ts';
import { READ } from '../access.ts';
import { DeploymentType } from '../references.ts';
import { TimeWindowType } from '../time-window.ts';
import { EstimateType } from './estimate-value.ts';

@ObjectType('RegressionFigures', {
  description: 'How far predicted numbers were from the outcomes in force, in the unit of the outcomes.',
})
@Access(READ)
export class RegressionFiguresType {
  @Field(() => Float, { description: 'Predictions with a score.' })
  readonly predictions: number;

  @Field(() => Float, { description: 'Those with an outcome.' })
  readonly labelled: number;

  @Field(() => Float, {
    description: 'Pairs that were used: fewer than labelled where a large window was sampled by id.',
  })
  readonly used: number;

  @Field(() => Float, { nullable: true, description: 'Mean absolute error; null without outcomes.' })
  readonly mae: number | null;

  @Field(() => Float, { nullable: true, description: 'Root of the mean squared error; null without outcomes.' })
  readonly rmse: number | null;

  @Field(() => Float, { nullable: true, description: 'Median of the absolute errors; null without outcomes.' })
  readonly medianAbsoluteError: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the variance that is explained; null without outcomes, or where all are equal.',
  })
  readonly r2: number | null;

  @Field(() => EstimateType, {
    nullable: true,
    description: 'Average of score minus outcome: above 0 too much is predicted. Null below two outcomes.',
  })
  readonly meanError: EstimateType | null;

  constructor({ predictions, labelled, used, quality, meanError, meanErrorInterval }: RegressionFigures) {
    [this.predictions, this.labelled, this.used] = [predictions, labelled, used];
    this.mae = quality?.mae ?? null;
    this.rmse = quality?.rmse ?? null;
    this.medianAbsoluteError = quality?.medianAbsoluteError ?? null;
    this.r2 = quality?.r2 ?? null;
    this.meanError =
      meanError === null || meanErrorInterval === null
        ? null
        : new EstimateType({ value: meanError, interval: meanErrorInterval });
  }
}

@ObjectType('RegressionWindow', { description: 'The errors of one part of the time.' })
@Access(READ)
export class RegressionWindowType extends TimeWindowType {
  @Field(() => RegressionFiguresType, { description: 'How far its numbers were off.' })
  readonly figures!: RegressionFiguresType;
}

@ObjectType('RegressionReport', {
  description: 'Errors of predicted numbers over time: an outcome counts in the window of its prediction.',
})
@Access(READ)
export class RegressionReportType {
  @Field(() => DeploymentType, { nullable: true, description: 'Whose predictions they are.' })
  readonly deployment: DeploymentType;

  @Field(() => RegressionFiguresType, { description: 'The whole time at once.' })
  readonly total: RegressionFiguresType;

  @Field(() => [RegressionWindowType], { description: 'Its parts, in order.' })
  readonly windows: readonly RegressionWindowType[];

  constructor({ window, total, windows }: Timed<RegressionFigures>) {
    this.deployment = new DeploymentType(window.deployment);
    this.total = new RegressionFiguresType(total);
    this.windows = windows.map((part) => ({ ...part, figures: new RegressionFiguresType(part.figures) }));
  }
}
