import { Query, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { Input } from '../../shared/graphql/input.ts';
import { unitsNeeded } from '../domain/design.ts';
import { READ } from './access.ts';
import { SampleSizeInput, SampleSizeType } from './sample-size.ts';

@Resolver()
export class SampleSizeResolver {
  @Query(() => SampleSizeType, { description: 'How many units a test of two proportions needs.' })
  @Access(READ)
  sampleSize(@Input(() => SampleSizeInput, 'What it must be able to find.') input: SampleSizeInput): SampleSizeType {
    return new SampleSizeType(input.formula, unitsNeeded(input, input.ratio, input.formula));
  }
}
