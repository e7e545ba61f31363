import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangeArgs, ChangeType } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';

@ObjectType('AlertChange', { description: 'An alert has begun, fired or ended, or its silence has.' })
@Access(READ)
export class AlertChangeType extends ChangeType {}

@ArgsType()
export class AlertChangeArgs extends ChangeArgs {
  @Field(() => ID, { nullable: true, description: 'Only alerts about this deployment.' })
  readonly deployment?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only alerts of this rule.' })
  readonly rule?: string | null;
}
