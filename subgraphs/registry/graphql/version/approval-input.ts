import { Field, ID, InputType, Int } from 'type-graphql';
import { LONGEST_WAIT_MS } from '../../../../core/longest-wait.ts';
import { WAIT } from '../../../shared/graphql/job.ts';

@InputType({ description: 'A version to take one step on.' })
export class ModelVersionStepInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}

@InputType({ description: 'A version to take a step on that others must understand.' })
export class ReasonedStepInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;

  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@InputType({ description: 'A version to validate.' })
export class ValidateModelVersionInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;

  @Field(() => Int, { defaultValue: LONGEST_WAIT_MS, description: WAIT })
  waitMs!: number;
}

@InputType({ description: 'An approval, and how far it goes.' })
export class ApproveModelVersionInput extends ModelVersionStepInput {
  @Field(() => [String], { nullable: true, description: 'The only environments in which it may serve; left out: all.' })
  environments?: string[] | null;

  @Field(() => Date, { nullable: true, description: 'When the approval ends; left out: never.' })
  expiresAt?: Date | null;

  @Field(() => [String], {
    nullable: true,
    description: 'What is asked of those who use it, in words; it stays on record.',
  })
  conditions?: string[] | null;
}

@InputType({ description: 'A gate that failed, to count as passed until a day.' })
export class WaiveGateInput extends ReasonedStepInput {
  @Field(() => String, { description: 'The gate, as the newest validation names it: fairness.fourFifths.gender' })
  gate!: string;

  @Field(() => Date, { description: 'When the waiver ends, within 366 days.' })
  expiresAt!: Date;
}
