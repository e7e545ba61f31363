import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangeArgs, ChangeType } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';

@ObjectType('ModelVersionChange', {
  description: 'A model version was registered, or a step of its approval was taken.',
})
@Access(READ)
export class ModelVersionChangeType extends ChangeType {}

@ArgsType()
export class ModelVersionChangeArgs extends ChangeArgs {
  @Field(() => ID, { nullable: true, description: 'Only versions of this model.' })
  readonly model?: string | null;
}
