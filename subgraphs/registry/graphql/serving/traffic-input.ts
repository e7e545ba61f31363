import { Field, ID, InputType, Int } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';

@InputType({ description: 'Which deployment, and why.' })
export class TrafficInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Names the decision, such as a verdict’s id: the same cause again changes nothing.',
  })
  cause?: string | null;
}

@InputType({ description: 'Which deployment, and why.' })
export class ReasonedTrafficInput extends TrafficInput {
  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@InputType({ description: 'All layers of a deployment’s traffic.' })
export class SetTrafficInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => Int, { description: 'The revision of the traffic that was read; 0 while nothing serves.' })
  expectedRevision!: number;

  @Field(() => GraphQLJSON, {
    description:
      'The layers in their order: FORCED, HOLDOUT, VARIANT, ALLOCATION, SHADOW, DEFAULT. A release is named by its id or its digest. What is left out ends.',
  })
  layers!: unknown;

  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}

@InputType({ description: 'A release to make the default.' })
export class PromoteReleaseInput extends ReasonedTrafficInput {
  @Field(() => ID, { description: 'The release, by its id or its digest.' })
  release!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the traffic that was read, to refuse if it has moved.',
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'One arm of an allocation.' })
export class AllocationArmInput {
  @Field(() => String, { description: 'Its name.' })
  arm!: string;

  @Field(() => ID, { description: 'The release that it serves, by its id or its digest.' })
  release!: string;

  @Field(() => GraphQLJSON, { description: 'Its shares of the hash space: [[from, to], …], from ≥ 0 and to ≤ 1.' })
  ranges!: unknown;
}

@InputType({ description: 'A split of traffic by hash.' })
export class AcquireAllocationInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => ID, { description: 'The experiment or rollout that holds it.' })
  holder!: string;

  @Field(() => Int, { description: 'The holder’s own revision; another split takes a higher one.' })
  holderRevision!: number;

  @Field(() => String, { description: 'Salt of the hash.' })
  seed!: string;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  hashVersion!: number;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  unit!: string;

  @Field(() => [AllocationArmInput], { description: 'The arms: at least two.' })
  arms!: AllocationArmInput[];

  @Field(() => Date, { nullable: true, description: 'When nodes stop splitting by themselves; left out: never.' })
  endsAt?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the traffic that was read, to refuse if it has moved.',
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'A split of traffic to end.' })
export class EndAllocationInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => ID, { description: 'The experiment or rollout that holds it.' })
  holder!: string;

  @Field(() => ID, { nullable: true, description: 'A release to make the default in the same change.' })
  promote?: string | null;

  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}
