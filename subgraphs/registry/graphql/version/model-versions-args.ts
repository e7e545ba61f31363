import { ArgsType, Field, Float, ID, InputType } from 'type-graphql';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { ApprovalState } from '../../domain/version/approval.ts';
import { METRIC_ORDERS, type MetricDirection } from '../../domain/version/metric-condition.ts';
import { ApprovalStateEnum } from './model-version.ts';

const MetricDirectionEnum = graphqlEnum(
  'MetricDirection',
  METRIC_ORDERS,
  'Which end of a list in the order of a metric comes first.',
);

@InputType({ description: 'A metric that the registry computed, within bounds: one at least.' })
export class MetricConditionInput {
  @Field(() => String, { description: 'Its name, as in modelVersion { metrics }: rocAuc, brier, mae, …' })
  metric!: string;

  @Field(() => Float, { nullable: true, description: 'It is that or more.' })
  atLeast?: number | null;

  @Field(() => Float, { nullable: true, description: 'It is that or less.' })
  atMost?: number | null;
}

@InputType({ description: 'An order by a metric that the registry computed. Versions without it are left out.' })
export class MetricOrderInput {
  @Field(() => String, { description: 'Its name, as in modelVersion { metrics }: rocAuc, brier, mae, …' })
  metric!: string;

  @Field(() => MetricDirectionEnum, {
    defaultValue: 'HIGHEST_FIRST',
    description: 'The highest first, or the lowest, as for an error.',
  })
  direction!: MetricDirection;
}

@ArgsType()
export class ModelVersionsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this model.' })
  model?: string | null;

  @Field(() => [ApprovalStateEnum], {
    nullable: true,
    description: 'Only those in one of these states; SUBMITTED and VALIDATED wait. Left out: all.',
  })
  states?: ApprovalState[] | null;

  @Field(() => String, { nullable: true, description: 'Only those that this one answers for.' })
  owner?: string | null;

  @Field(() => String, { nullable: true, description: 'Only those with this label.' })
  tag?: string | null;

  @Field(() => [MetricConditionInput], {
    nullable: true,
    description: 'Only those whose computed metrics meet all of these.',
  })
  metrics?: MetricConditionInput[] | null;

  @Field(() => MetricOrderInput, {
    nullable: true,
    description: 'In the order of a computed metric, of equals the newest first. Left out: the newest first.',
  })
  orderBy?: MetricOrderInput | null;
}
