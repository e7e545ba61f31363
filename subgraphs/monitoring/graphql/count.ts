import { Field, Float, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { READ } from './access.ts';

@ObjectType('NamedCount', { description: 'How many of one kind.' })
@Access(READ)
export class NamedCountType {
  @Field(() => String, { description: 'What was counted.' })
  readonly name!: string;

  @Field(() => Float, { description: 'How many; a whole number, beyond 32 bits.' })
  readonly count!: number;
}

export const namedCounts = (counts: Readonly<Record<string, number>>): NamedCountType[] =>
  Object.entries(counts).map(([name, count]) => ({ name, count }));
