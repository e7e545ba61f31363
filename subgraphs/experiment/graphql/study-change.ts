import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { ChangeArgs, ChangeType } from '../../shared/graphql/change.ts';
import { READ } from './access.ts';

@ObjectType('ExperimentChange', {
  description: 'An experiment was made, has started or ended, or its split has changed.',
})
@Access(READ)
export class ExperimentChangeType extends ChangeType {}

@ObjectType('RolloutChange', {
  description: 'A rollout was made, has started, was judged otherwise than before, went on, or has ended.',
})
@Access(READ)
export class RolloutChangeType extends ChangeType {}

@ObjectType('ShadowChange', { description: 'A shadow was made, has started or ended.' })
@Access(READ)
export class ShadowChangeType extends ChangeType {}

@ArgsType()
export class StudyChangeArgs extends ChangeArgs {
  @Field(() => ID, { nullable: true, description: 'Only this one.' })
  readonly id?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'With `id`: while it runs, its state is sent after so many seconds without a change, 1 to 3600; its revision is then the same.',
  })
  readonly everySeconds?: number | null;
}
