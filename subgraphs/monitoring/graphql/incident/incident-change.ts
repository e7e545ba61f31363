import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangeArgs, ChangeType } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';

@ObjectType('IncidentChange', { description: 'An incident has begun, grown, been worked on or ended.' })
@Access(READ)
export class IncidentChangeType extends ChangeType {}

@ArgsType()
export class IncidentChangeArgs extends ChangeArgs {
  @Field(() => ID, { nullable: true, description: 'Only incidents with alerts about this deployment.' })
  readonly deployment?: string | null;
}
