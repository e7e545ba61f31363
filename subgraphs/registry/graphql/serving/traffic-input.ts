import { AllocationArmInput, TrafficLayerInput } from './traffic-layer-input.ts';
import { Field, Float, ID, InputType, Int } from 'type-graphql';

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

@InputType({ description: 'How far to go back.' })
export class RollbackInput extends ReasonedTrafficInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'A release that was the default before, by its id or its digest: goes there at once. Left out: one step.',
  })
  to?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Tells what it would do, and changes nothing.' })
  dryRun!: boolean;
}

@InputType({ description: 'All layers of a deployment’s traffic.' })
export class SetTrafficInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => Int, { description: 'The revision of the traffic that was read; 0 while nothing serves.' })
  expectedRevision!: number;

  @Field(() => [TrafficLayerInput], {
    description:
      'The layers in their order: forced, holdout, variant, allocation, shadow, default. What is left out ends.',
  })
  layers!: TrafficLayerInput[];

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

@InputType({ description: 'A release to try on a share of the units.' })
export class SetCanaryInput extends ReasonedTrafficInput {
  @Field(() => ID, { description: 'The release, by its id or its digest.' })
  release!: string;

  @Field(() => Float, {
    description: 'Percent of the units that it answers: 0 ends the canary, 100 makes the release the default.',
  })
  percent!: number;

  @Field(() => String, {
    nullable: true,
    description: 'The input field whose value is hashed; left out: the input of the recipe’s first entity.',
  })
  unit?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the traffic that was read, to refuse if it has moved.',
  })
  expectedRevision?: number | null;
}
