import { Field, Float, ID, InputType, Int, type ClassType } from 'type-graphql';
import { AllocationLayerInput, TrafficLayerInput } from './traffic-layer-input.ts';

/** Adds the revision that was read. */
function againstRevision<Base extends ClassType>(base: Base) {
  @InputType()
  class AgainstRevision extends base {
    @Field(() => Int, {
      nullable: true,
      description: 'The revision of the traffic that was read, to refuse if it has moved.',
    })
    expectedRevision?: number | null;
  }
  return AgainstRevision;
}

/** Adds the deployment, and a cause that the change cannot do without. */
function inDeployment<Base extends ClassType>(base: Base) {
  @InputType()
  class InDeployment extends base {
    @Field(() => ID, { description: 'The deployment.' })
    deployment!: string;

    @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
    cause!: string;
  }
  return InDeployment;
}

/** A layer that somebody takes the lease for. */
export const acquired = <Base extends ClassType>(base: Base) => againstRevision(inDeployment(base));

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

@InputType()
class MaybeReasonedInput {
  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}

@InputType({ description: 'All layers of a deployment’s traffic.' })
export class SetTrafficInput extends inDeployment(MaybeReasonedInput) {
  @Field(() => Int, { description: 'The revision of the traffic that was read; 0 while nothing serves.' })
  expectedRevision!: number;

  @Field(() => [TrafficLayerInput], {
    description:
      'The layers in their order: forced, holdout, variant, allocation, shadow, default. What is left out ends.',
  })
  layers!: TrafficLayerInput[];
}

@InputType({ description: 'A release to make the default.' })
export class PromoteReleaseInput extends againstRevision(ReasonedTrafficInput) {
  @Field(() => ID, { description: 'The release, by its id or its digest.' })
  release!: string;
}

@InputType({ description: 'A split of traffic by hash.' })
export class AcquireAllocationInput extends acquired(AllocationLayerInput) {}

/** A lease to give back. */
@InputType()
export class EndHoldingInput extends inDeployment(MaybeReasonedInput) {
  @Field(() => ID, { description: 'The experiment, rollout or shadow that holds it.' })
  holder!: string;
}

@InputType({ description: 'A split of traffic to end.' })
export class EndAllocationInput extends EndHoldingInput {
  @Field(() => ID, { nullable: true, description: 'A release to make the default in the same change.' })
  promote?: string | null;
}

@InputType({ description: 'A release to try on a share of the units.' })
export class SetCanaryInput extends againstRevision(ReasonedTrafficInput) {
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
}
