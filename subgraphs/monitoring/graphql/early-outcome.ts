import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { READ } from './access.ts';

@ObjectType('EarlyOutcomes', {
  description: 'Outcomes that came before the records of their predictions, as from a node that was off line.',
})
@Access(READ)
export class EarlyOutcomesType {
  @Field(() => Int, { description: 'How many wait. Each is judged as soon as its prediction arrives.' })
  readonly waiting!: number;

  @Field(() => Date, { nullable: true, description: 'When the one that has waited longest arrived.' })
  readonly oldestAt!: Date | null;

  @Field(() => Float, {
    description: 'How many were given up, since their predictions did not come while they could wait.',
  })
  readonly givenUp!: number;
}
