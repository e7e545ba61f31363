import { Field, Float, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { OutcomeAccount } from '../../domain/record/pending-outcome.ts';
import { READ } from '../access.ts';

@ObjectType('OutcomeAccount', { description: 'What became of the outcomes that could not be stored at once.' })
@Access(READ)
export class OutcomeAccountType implements OutcomeAccount {
  @Field(() => Float, { description: 'Outcomes that wait for their predictions.' })
  readonly pending!: number;

  @Field(() => Date, { nullable: true, description: 'When the one that waits longest arrived; null where none waits.' })
  readonly oldestPendingAt!: Date | null;

  @Field(() => Float, {
    description:
      'Outcomes that waited until their prediction came, or an exposure that names it, which the experiments were told by.',
  })
  readonly joined!: number;

  @Field(() => Float, { description: 'Outcomes that were given up, since their prediction did not come in time.' })
  readonly givenUp!: number;

  @Field(() => Float, { description: 'Outcomes that were refused: not valid, or no room to wait.' })
  readonly refused!: number;
}
