import { Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import type { Indicator } from '../domain/indicators/indicator.ts';
import { READ } from './access.ts';
import type { MonitoringContext } from './context.ts';

@ObjectType('Indicator', {
  description: 'What monitoring computes by itself and keeps as samples: alert rules and charts name it in PromQL.',
})
@Access(READ)
export class IndicatorType {
  @Field(() => String, { description: 'As PromQL names it.' })
  readonly name: string;

  @Field(() => [String], { description: 'Labels that its series can bear.' })
  readonly labels: readonly string[];

  @Field(() => String, { description: 'What its numbers are.' })
  readonly unit: string;

  @Field(() => String, { description: 'What it says.' })
  readonly description: string;

  @Field(() => [Int], {
    description: 'Lengths in seconds of the windows that it is computed over; empty for a reading at an instant.',
  })
  readonly windowSeconds: readonly number[];

  constructor({ name, labels, unit, description, windows }: Indicator) {
    this.name = name;
    this.labels = labels;
    this.unit = unit;
    this.description = description;
    this.windowSeconds = windows;
  }
}

@Resolver()
export class IndicatorResolver {
  @Query(() => [IndicatorType], {
    description: 'All that monitoring measures by itself, with names, labels and units.',
  })
  @Access(READ)
  indicators(@Ctx() { monitoring }: MonitoringContext): IndicatorType[] {
    return monitoring.measuring.list().map((indicator) => new IndicatorType(indicator));
  }
}
