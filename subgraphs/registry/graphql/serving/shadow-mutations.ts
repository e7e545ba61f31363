import { Arg, Ctx, Field, Float, ID, InputType, Int, Mutation, Resolver } from 'type-graphql';
import { WantedShadow } from '../../../../schema/manifest.ts';
import { Access } from '../../../shared/auth/access.ts';
import { validated } from '../../../../schema/validated.ts';
import { TRAFFIC } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { DESCRIPTION, expected, take, TrafficPayload } from './traffic-mutations.ts';

@InputType({ description: 'A release to score beside the answers of a deployment.' })
export class AcquireShadowInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => ID, { description: 'The shadow that holds it.' })
  holder!: string;

  @Field(() => Int, { description: 'The holder’s own revision; another share or release takes a higher one.' })
  holderRevision!: number;

  @Field(() => String, { description: 'Salt of the hash.' })
  seed!: string;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  hashVersion!: number;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  unit!: string;

  @Field(() => Float, { description: 'Share of the units that are scored, above 0 and at most 1.' })
  share!: number;

  @Field(() => ID, { description: 'The release that is scored, by its id or its digest; nobody sees its answers.' })
  release!: string;

  @Field(() => Date, { nullable: true, description: 'When nodes stop scoring by themselves; left out: never.' })
  endsAt?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the traffic that was read, to refuse if it has moved.',
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'A shadow to end.' })
export class ReleaseShadowInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => ID, { description: 'The shadow that holds it.' })
  holder!: string;

  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}

@Resolver()
export class ShadowMutations {
  @Mutation(() => TrafficPayload, {
    description:
      'Has a release scored beside the answers of a deployment; refused with the holder’s name if another one is.',
  })
  @Access(TRAFFIC)
  acquireShadow(
    @Arg('input', () => AcquireShadowInput, { description: DESCRIPTION }) input: AcquireShadowInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const { holder, holderRevision, seed, hashVersion, unit, share, release, endsAt } = input;
    const layer = validated(WantedShadow, {
      kind: 'SHADOW',
      holder,
      holderRevision,
      seed,
      hashVersion,
      unit,
      share,
      release,
      endsAt: endsAt?.toISOString() ?? null,
    });
    return take(context, input, { kind: 'ACQUIRE_SHADOW', layer, ...expected(input.expectedRevision) });
  }

  @Mutation(() => TrafficPayload, { description: 'Ends a shadow; the traffic itself stays as it is.' })
  @Access(TRAFFIC)
  releaseShadow(
    @Arg('input', () => ReleaseShadowInput, { description: DESCRIPTION }) input: ReleaseShadowInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return take(context, input, { kind: 'RELEASE_SHADOW', holder: input.holder });
  }
}
