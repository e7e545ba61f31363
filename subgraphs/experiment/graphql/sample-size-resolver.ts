import { Query, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { Input } from '../../shared/graphql/input.ts';
import { effectOf, unitsNeeded } from '../domain/design.ts';
import { READ } from './access.ts';
import { DetectableEffectInput, DetectableEffectType, SampleSizeInput, SampleSizeType } from './sample-size.ts';

@Resolver()
export class SampleSizeResolver {
  @Query(() => SampleSizeType, { description: 'How many units a test of two proportions needs.' })
  @Access(READ)
  sampleSize(@Input(() => SampleSizeInput, 'What it must be able to find.') input: SampleSizeInput): SampleSizeType {
    return new SampleSizeType(input.formula, unitsNeeded(input, input.ratio, input.formula));
  }

  @Query(() => DetectableEffectType, {
    description:
      'The other way round: which effect a given traffic finds in a given time, by the form that the test uses.',
  })
  @Access(READ)
  detectableEffect(
    @Input(() => DetectableEffectInput, 'Traffic, and how long it is watched.') input: DetectableEffectInput,
  ): DetectableEffectType {
    return new DetectableEffectType(input.baseline, effectOf(input));
  }
}
