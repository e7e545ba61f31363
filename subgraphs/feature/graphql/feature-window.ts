import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DISTINCT_SKETCH } from '../../../core/windows/folds/distinct.ts';
import { WINDOW_FUNCTIONS, type WindowFunction } from '../../../core/windows/window.ts';
import { Access } from '../../shared/auth/access.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';
import type { FeatureWindow, FeatureWindowFilter } from '../domain/feature-window.ts';
import { READ } from './access.ts';

const WindowFunctionEnum = graphqlEnum('WindowFunction', WINDOW_FUNCTIONS, 'What a window says of its events.', {
  COUNT: 'How many events; with a column, how many of its values are not null.',
  SUM: 'The sum of a column of numbers; of nothing it is 0.',
  MEAN: 'The mean of a column of numbers.',
  STDDEV: 'The standard deviation of a sample, n - 1 below the line; of one value it is null.',
  MIN: 'The least value.',
  MAX: 'The greatest value.',
  FIRST: 'The value of the first event that has one.',
  LAST: 'The value of the last event that has one.',
  DISTINCT: `How many different values: exact below 1,024, then within about 3 % (sketch ${DISTINCT_SKETCH}).`,
});

const LENGTH = 'How far it looks back, in seconds: at most 400 days.';
const HOP =
  'Its far end lies on a multiple of so many seconds since 1970: the window is up to one hop longer. It divides the length; without one 5 minutes below 12 hours, an hour below 12 days, else a day.';
const COLUMN = 'A column of categories: STRING, INT64 or BOOL.';
const ONE_OF = 'The categories that count, as text: at most 100.';
const HOURS = 'The hours of the day that count, 0 to 23.';
const OFFSET = 'How many minutes the clock of those hours is ahead of UTC.';

@ObjectType('FeatureWindowFilter', { description: 'Which events a window counts.' })
@Access(READ)
class FeatureWindowFilterType implements FeatureWindowFilter {
  @Field(() => String, { nullable: true, description: COLUMN })
  readonly column!: string | null;

  @Field(() => [String], { description: ONE_OF })
  readonly oneOf!: readonly string[];

  @Field(() => [Int], { description: HOURS })
  readonly hours!: readonly number[];

  @Field(() => Int, { description: OFFSET })
  readonly utcOffsetMinutes!: number;
}

@ObjectType('FeatureWindow', {
  description: 'A function over the events of [tail, t), as of the moment t of the question.',
})
@Access(READ)
export class FeatureWindowType implements FeatureWindow {
  @Field(() => WindowFunctionEnum, { description: 'What it says of them.' })
  readonly function!: WindowFunction;

  @Field(() => Int, { description: LENGTH })
  readonly windowSeconds!: number;

  @Field(() => Int, { description: HOP })
  readonly hopSeconds!: number;

  @Field(() => FeatureWindowFilterType, { nullable: true, description: 'Which events count; null: all.' })
  readonly where!: FeatureWindowFilterType | null;
}

@InputType({
  description: 'Which events a window counts: those of some categories, of some hours of the day, or both.',
})
export class FeatureWindowFilterInput {
  @Field(() => String, { nullable: true, description: COLUMN })
  readonly column?: string | null;

  @Field(() => [String], { nullable: true, description: ONE_OF })
  readonly oneOf?: string[] | null;

  @Field(() => [Int], { nullable: true, description: HOURS })
  readonly hours?: number[] | null;

  @Field(() => Int, { nullable: true, description: `${OFFSET} 0 if left out.` })
  readonly utcOffsetMinutes?: number | null;
}

@InputType({ description: 'A function over the events of some time.' })
export class FeatureWindowInput {
  @Field(() => WindowFunctionEnum, { description: 'What it says of them.' })
  readonly function!: WindowFunction;

  @Field(() => Int, { description: LENGTH })
  readonly windowSeconds!: number;

  @Field(() => Int, { nullable: true, description: HOP })
  readonly hopSeconds?: number | null;

  @Field(() => FeatureWindowFilterInput, { nullable: true, description: 'Which events count; all if left out.' })
  readonly where?: FeatureWindowFilterInput | null;
}
