import { Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { alphaOfOne, effectOf, unitsNeeded } from '../../domain/experiment/design.ts';
import { READ } from '../access.ts';
import { DetectableEffectInput, DetectableEffectType, SampleSizeInput, SampleSizeType } from './sample-size.ts';

@Resolver()
export class SampleSizeResolver {
  @Query(() => SampleSizeType, { description: 'How many units a test of two proportions needs.' })
  @Access(READ)
  sampleSize(@Input(() => SampleSizeInput, 'What it must be able to find.') input: SampleSizeInput): SampleSizeType {
    const { baseline, mde, mdeKind, power, ratio, formula } = input;
    const alpha = alphaOfOne(input.alpha, input.candidates);
    return new SampleSizeType(input, unitsNeeded({ baseline, mde, mdeKind, alpha, power }, ratio, formula));
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
