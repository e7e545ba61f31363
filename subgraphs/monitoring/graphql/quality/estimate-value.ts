import { Field, Float, ObjectType } from 'type-graphql';
import type { Estimated } from '../../../../core/statistics/model-quality/estimated-quality.ts';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';

@ObjectType('Estimate', { description: 'A figure with its 95 % interval.' })
@Access(READ)
export class EstimateType {
  @Field(() => Float, { description: 'The figure.' })
  readonly value: number;

  @Field(() => Float, { description: 'Where the interval begins.' })
  readonly lower: number;

  @Field(() => Float, { description: 'Where it ends.' })
  readonly upper: number;

  constructor({ value, interval }: Estimated) {
    this.value = value;
    this.lower = interval.lower;
    this.upper = interval.upper;
  }
}

export const estimateOrNull = (found: Estimated | null | undefined): EstimateType | null =>
  found ? new EstimateType(found) : null;
