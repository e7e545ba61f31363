import { GraphQLJSON } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { holdoutAsInput } from '../../domain/holdout/holdout-as-input.ts';
import { HOLDOUT_STATUSES, type Holdout, type HoldoutStatus } from '../../domain/holdout/holdout.ts';
import { holdoutIds } from '../../domain/ids.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { ExperimentMetricUseType } from '../experiment/experiment-revision.ts';

export const HoldoutStatusEnum = graphqlEnum('HoldoutStatus', HOLDOUT_STATUSES, 'Where a holdout stands in its life.', {
  ACTIVE: 'No experiment gets its units.',
  ENDED: 'Its slice is free again.',
});

@ObjectType('Holdout', {
  description: 'A slice of the units of a namespace that no experiment in it gets.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class HoldoutType {
  @Field(() => ID, { description: 'tiffin:<project>:holdout:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is for.' })
  readonly description: string;

  @Field(() => HoldoutStatusEnum, { description: 'Where it stands.' })
  readonly status: HoldoutStatus;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  readonly unit: string;

  @Field(() => String, { description: 'The namespace.' })
  readonly namespace: string;

  @Field(() => Float, { description: 'Where its slice begins.' })
  readonly from: number;

  @Field(() => Float, { description: 'Where its slice ends; the end does not belong to it.' })
  readonly to: number;

  @Field(() => String, { nullable: true, description: 'The pushed event that says that a unit is there.' })
  readonly entry: string | null;

  @Field(() => [ExperimentMetricUseType], { description: 'What held out units are compared by.' })
  readonly metrics: readonly ExperimentMetricUseType[];

  @Field(() => GraphQLJSON, {
    description: 'All of it in the words of the input that defines it: defining it with them again changes nothing.',
  })
  readonly definition: object;

  @Field(() => Date, { description: 'When it began.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who began it.' })
  readonly createdBy: string;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it is active.' })
  readonly endedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it ended.' })
  readonly reason: string | null;

  @Field(() => Int, { description: 'Grows with every change.' })
  readonly revision: number;

  readonly holdout: Holdout;

  constructor(holdout: Holdout) {
    this.holdout = holdout;
    this.id = holdoutIds.format(holdout);
    this.name = holdout.name;
    this.description = holdout.description;
    this.status = holdout.status;
    this.unit = holdout.unit;
    this.namespace = holdout.namespace.name;
    this.from = holdout.namespace.from;
    this.to = holdout.namespace.to;
    this.entry = holdout.entry;
    this.metrics = holdout.metrics.map((metric) => new ExperimentMetricUseType(metric));
    this.definition = holdoutAsInput(holdout);
    this.createdAt = holdout.createdAt;
    this.createdBy = holdout.createdBy;
    this.endedAt = holdout.endedAt;
    this.reason = holdout.reason;
    this.revision = holdout.revision;
  }
}

@ObjectType('HoldoutPayload', { description: 'A changed holdout.' })
@Access(READ)
export class HoldoutPayload extends ChangedPayload {
  @Field(() => HoldoutType, { description: 'The holdout after the change.' })
  readonly holdout!: HoldoutType;
}

export const HoldoutConnection = connectionOf('Holdout', () => HoldoutType);
export type HoldoutPage = InstanceType<typeof HoldoutConnection>;
