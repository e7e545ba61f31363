import { CHANGE, changeTraffic, expected, TrafficPayload } from './traffic-payload.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { Ctx, Mutation, Resolver } from 'type-graphql';
import { readShadow } from '../../domain/serving/traffic-input.ts';
import { Access } from '../../../shared/auth/access.ts';
import { TRAFFIC } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { AcquireShadowInput, EndShadowInput } from './shadow-input.ts';

@Resolver()
export class ShadowResolver {
  @Mutation(() => TrafficPayload, {
    description:
      'Has a release scored beside the answers of a deployment; refused with the holder’s name if another one is.',
  })
  @Access(TRAFFIC)
  acquireShadow(
    @Input(() => AcquireShadowInput, CHANGE) input: AcquireShadowInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const { deployment, cause, expectedRevision: _, ...layer } = input;
    const change = { kind: 'ACQUIRE_SHADOW', layer: readShadow(layer), ...expected(input) } as const;
    return changeTraffic(context, { deployment, cause }, change);
  }

  @Mutation(() => TrafficPayload, { description: 'Ends a shadow; the traffic itself stays as it is.' })
  @Access(TRAFFIC)
  endShadow(
    @Input(() => EndShadowInput, CHANGE) input: EndShadowInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return changeTraffic(context, input, { kind: 'END_SHADOW', holder: input.holder });
  }
}
