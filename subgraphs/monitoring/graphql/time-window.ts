import { Field, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { READ } from './access.ts';

@InputType('TimeWindowInput', { description: 'From (included) to (not included).' })
export class TimeWindowInput {
  @Field(() => Date, { description: 'Where the window begins.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Where it ends; this instant is no longer in it.' })
  readonly to!: Date;
}

@ObjectType('TimeWindow', { description: 'From (included) to (not included).' })
@Access(READ)
export class TimeWindowType {
  @Field(() => Date, { description: 'Where the window begins.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Where it ends; this instant is no longer in it.' })
  readonly to!: Date;
}
