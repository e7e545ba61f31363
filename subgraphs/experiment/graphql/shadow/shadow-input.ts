import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { DecisionCost } from '../../../../core/decision-cost.ts';
import { READ } from '../access.ts';
import { ShadowType } from './shadow.ts';

@InputType('DecisionCostInput', { description: 'What a decision costs, by what it comes to.' })
export class DecisionCostInput implements DecisionCost {
  @Field(() => String, { description: 'The decision.' })
  readonly decision!: string;

  @Field(() => Boolean, { description: 'Where its outcome is a positive, or where it is none.' })
  readonly positive!: boolean;

  @Field(() => Float, { description: 'The cost, in whatever unit; below 0 a gain.' })
  readonly cost!: number;
}

@InputType('CreateShadowInput', { description: 'A release to compare with what a deployment answers.' })
export class CreateShadowInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '', description: 'What it is about.' })
  readonly description!: string;

  @Field(() => String, { defaultValue: '', description: 'What is expected, and why.' })
  readonly hypothesis!: string;

  @Field(() => ID, { description: 'The deployment whose answers it is compared with.' })
  readonly deployment!: string;

  @Field(() => ID, { description: 'A release of that deployment that does not serve by default.' })
  readonly candidate!: string;

  @Field(() => Float, {
    defaultValue: 1,
    description: 'Share of the units whose answers are scored as well, above 0 and at most 1.',
  })
  readonly share!: number;

  @Field(() => String, { description: 'The input field whose value is hashed: a user, a flight.' })
  readonly unit!: string;

  @Field(() => Date, { nullable: true, description: 'When nodes stop scoring by themselves; left out: never.' })
  readonly endsAt?: Date | null;

  @Field(() => Float, { defaultValue: 0.5, description: 'An outcome of this value or more is a positive.' })
  readonly positiveFrom!: number;

  @Field(() => Float, {
    defaultValue: 0.001,
    description: 'The smallest difference of Brier scores that is worth finding, above 0 and below 1.',
  })
  readonly minEffect!: number;

  @Field(() => [DecisionCostInput], {
    defaultValue: [],
    description:
      'What decisions cost, declared before anything is seen: the result then says what the candidate saves.',
  })
  readonly costs!: readonly DecisionCostInput[];

  @Field(() => String, { nullable: true, description: "Salt of the hash; the shadow's id where it is left out." })
  readonly seed?: string | null;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  readonly hashVersion!: number;
}

@InputType('ShadowInput', { description: 'Which shadow.' })
export class ShadowInput {
  @Field(() => ID, { description: 'The shadow.' })
  readonly shadow!: string;
}

@InputType('StopShadowInput', { description: 'Which shadow to stop, and why.' })
export class StopShadowInput extends ShadowInput {
  @Field(() => String, { description: 'Why; it stays on record.' })
  readonly reason!: string;
}

@ObjectType('ShadowPayload', { description: 'A changed shadow.' })
@Access(READ)
export class ShadowPayload extends ChangedPayload {
  @Field(() => ShadowType, { description: 'The shadow after the change.' })
  readonly shadow!: ShadowType;
}
