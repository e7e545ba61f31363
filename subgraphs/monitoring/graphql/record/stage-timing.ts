import { Field, Float, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';

@ObjectType('StageTiming', { description: 'How long one stage of an answer took.' })
@Access(READ)
export class StageTimingType {
  @Field(() => String, { description: 'The stage: features, derive, model, log or total; of a shadow also wait.' })
  readonly stage!: string;

  @Field(() => Float, { description: 'Milliseconds.' })
  readonly ms!: number;
}

/** By name, since the store keeps no order. */
export const timingsOf = (timings: Readonly<Record<string, number>>): StageTimingType[] =>
  Object.entries(timings)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([stage, ms]) => ({ stage, ms }));
