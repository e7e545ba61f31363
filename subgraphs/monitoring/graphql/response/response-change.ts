import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangeArgs, ChangeType } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';

@ObjectType('ResponsePolicyChange', {
  description: 'A policy was made, revised, paused, resumed or deleted, or its breaker opened.',
})
@Access(READ)
export class ResponsePolicyChangeType extends ChangeType {}

@ObjectType('ResponseRunChange', { description: 'A run went through a step.' })
@Access(READ)
export class ResponseRunChangeType extends ChangeType {}

@ArgsType()
export class ResponsePolicyChangeArgs extends ChangeArgs {
  @Field(() => ID, { nullable: true, description: 'Only what is about this deployment.' })
  readonly deployment?: string | null;
}

@ArgsType()
export class ResponseRunChangeArgs extends ResponsePolicyChangeArgs {
  @Field(() => ID, { nullable: true, description: 'Only runs of this policy.' })
  readonly policy?: string | null;
}
