import { Field, Float, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { READ } from './access.ts';

@ObjectType('ConfidenceInterval', { description: 'An interval at the stated confidence.' })
@Access(READ)
export class ConfidenceIntervalType {
  @Field(() => Float, { description: 'Lower bound.' })
  readonly lower!: number;

  @Field(() => Float, { description: 'Upper bound.' })
  readonly upper!: number;
}
