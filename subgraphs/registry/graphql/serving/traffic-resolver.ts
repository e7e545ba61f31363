import { CHANGE, changeTraffic, expected, TrafficPayload } from './traffic-payload.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { Ctx, Mutation, Resolver } from 'type-graphql';
import { readAllocation, readLayers, type LayerInput } from '../../domain/serving/traffic-input.ts';
import { Access } from '../../../shared/auth/access.ts';
import { TRAFFIC } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import {
  ReasonedTrafficInput,
  RollbackInput,
  SetCanaryInput,
  SetTrafficInput,
  PromoteReleaseInput,
  AcquireAllocationInput,
  EndAllocationInput,
} from './traffic-input.ts';

@Resolver()
export class TrafficResolver {
  @Mutation(() => TrafficPayload, {
    description: 'Replaces all layers of a deployment’s traffic, against the revision that was read.',
  })
  @Access(TRAFFIC)
  setTraffic(
    @Input(() => SetTrafficInput, CHANGE) input: SetTrafficInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const layers = readLayers(input.layers as unknown as readonly LayerInput[]);
    return changeTraffic(context, input, { kind: 'SET', layers, expectedRevision: input.expectedRevision });
  }

  @Mutation(() => TrafficPayload, {
    description:
      'Tries a release on a share of the units: the same units as the share grows. 0 ends it, 100 makes it the default.',
  })
  @Access(TRAFFIC)
  setCanary(
    @Input(() => SetCanaryInput, CHANGE) input: SetCanaryInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const { release, percent, unit = null } = input;
    return changeTraffic(context, input, { kind: 'CANARY', release, percent, unit, ...expected(input) });
  }

  @Mutation(() => TrafficPayload, { description: 'Makes a release the default; the other layers stay.' })
  @Access(TRAFFIC)
  promoteRelease(
    @Input(() => PromoteReleaseInput, CHANGE) input: PromoteReleaseInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return changeTraffic(context, input, { kind: 'PROMOTE', release: input.release, ...expected(input) });
  }

  @Mutation(() => TrafficPayload, {
    description:
      'Takes the newest step back, without a new approval (rule G7): ends a split if one runs, else makes the release before the default.',
  })
  @Access(TRAFFIC)
  rollback(
    @Input(() => RollbackInput, CHANGE) input: RollbackInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const { reason, to } = input;
    return changeTraffic(context, input, { kind: 'ROLLBACK', reason, ...(typeof to === 'string' && { to }) });
  }

  @Mutation(() => TrafficPayload, {
    description:
      'Goes back to the release before, or stops the deployment if none is fit; never refused for a revision. Splits are frozen.',
  })
  @Access(TRAFFIC)
  fallbackDeployment(
    @Input(() => ReasonedTrafficInput, CHANGE) input: ReasonedTrafficInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return changeTraffic(context, input, { kind: 'FALLBACK', reason: input.reason });
  }

  @Mutation(() => TrafficPayload, {
    description:
      'Stops the model: only the recipe’s fallback answers. Never refused for a revision. Splits are frozen.',
  })
  @Access(TRAFFIC)
  killDeployment(
    @Input(() => ReasonedTrafficInput, CHANGE) input: ReasonedTrafficInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return changeTraffic(context, input, { kind: 'KILL', reason: input.reason });
  }

  @Mutation(() => TrafficPayload, { description: 'Lifts a kill and a freeze; a person does this, no service.' })
  @Access(TRAFFIC)
  liftFreeze(
    @Input(() => ReasonedTrafficInput, CHANGE) input: ReasonedTrafficInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return changeTraffic(context, input, { kind: 'LIFT_FREEZE', reason: input.reason });
  }

  @Mutation(() => TrafficPayload, {
    description:
      'Takes the lease of a deployment’s traffic and splits it by hash; refused with the holder’s name if taken.',
  })
  @Access(TRAFFIC)
  acquireAllocation(
    @Input(() => AcquireAllocationInput, CHANGE) input: AcquireAllocationInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const { deployment, cause, expectedRevision: _, ...layer } = input;
    const change = {
      kind: 'ACQUIRE_ALLOCATION',
      layer: readAllocation(layer),
      ...expected(input),
    } as const;
    return changeTraffic(context, { deployment, cause }, change);
  }

  @Mutation(() => TrafficPayload, { description: 'Ends a split of traffic and gives the lease back.' })
  @Access(TRAFFIC)
  endAllocation(
    @Input(() => EndAllocationInput, CHANGE) input: EndAllocationInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const { holder, promote } = input;
    return changeTraffic(context, input, {
      kind: 'END_ALLOCATION',
      holder,
      ...(typeof promote === 'string' && { promote }),
    });
  }
}
