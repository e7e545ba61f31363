import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangeArgs, ChangeType } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';

@ObjectType('DeploymentChange', { description: 'A deployment was made, or its traffic has changed.' })
@Access(READ)
export class DeploymentChangeType extends ChangeType {}

@ArgsType()
export class DeploymentChangeArgs extends ChangeArgs {
  @Field(() => ID, { nullable: true, description: 'Only this deployment.' })
  readonly id?: string | null;
}
