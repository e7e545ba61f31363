import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { ChangeArgs, ChangeType } from '../../shared/graphql/change.ts';
import { READ } from './access.ts';

@ObjectType('ExperimentChange', {
  description: 'An experiment was made, has started or ended, or its split has changed.',
})
@Access(READ)
export class ExperimentChangeType extends ChangeType {}

@ArgsType()
export class ExperimentChangeArgs extends ChangeArgs {
  @Field(() => ID, { nullable: true, description: 'Only this experiment.' })
  readonly id?: string | null;
}
