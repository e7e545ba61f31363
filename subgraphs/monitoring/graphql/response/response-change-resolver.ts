import { Args, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { source, type AssetChange } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { ResponsePolicyType } from './policy.ts';
import {
  ResponsePolicyChangeArgs,
  ResponsePolicyChangeType,
  ResponseRunChangeArgs,
  ResponseRunChangeType,
} from './response-change.ts';
import { ResponseRunType } from './run.ts';

@Resolver(() => ResponsePolicyChangeType)
export class ResponsePolicyChangeResolver {
  @Subscription(() => ResponsePolicyChangeType, {
    description: 'Policies as people change them, or as their breakers open.',
    subscribe: source((args: ResponsePolicyChangeArgs, context: MonitoringContext) =>
      context.monitoring.responseChanges.followPolicies(context, args),
    ),
  })
  @Access(READ)
  responsePolicyChanged(
    @Root() change: AssetChange,
    @Args(() => ResponsePolicyChangeArgs) _args: ResponsePolicyChangeArgs,
  ): ResponsePolicyChangeType {
    return new ResponsePolicyChangeType(change);
  }

  @FieldResolver(() => ResponsePolicyType, {
    nullable: true,
    description: 'The policy as it is now; null where it was deleted.',
  })
  async responsePolicy(
    @Root() { event }: ResponsePolicyChangeType,
    @Ctx() { loaders }: MonitoringContext,
  ): Promise<ResponsePolicyType | null> {
    const policy = await loaders.responsePolicy.load(event.urn);
    return policy && new ResponsePolicyType(policy);
  }
}

@Resolver(() => ResponseRunChangeType)
export class ResponseRunChangeResolver {
  @Subscription(() => ResponseRunChangeType, {
    description: 'Runs of policies, step by step.',
    subscribe: source((args: ResponseRunChangeArgs, context: MonitoringContext) =>
      context.monitoring.responseChanges.followRuns(context, args),
    ),
  })
  @Access(READ)
  responseRunChanged(
    @Root() change: AssetChange,
    @Args(() => ResponseRunChangeArgs) _args: ResponseRunChangeArgs,
  ): ResponseRunChangeType {
    return new ResponseRunChangeType(change);
  }

  @FieldResolver(() => ResponseRunType, { nullable: true, description: 'The run as it is now.' })
  async responseRun(
    @Root() { event }: ResponseRunChangeType,
    @Ctx() { loaders }: MonitoringContext,
  ): Promise<ResponseRunType | null> {
    const run = await loaders.responseRun.load(event.urn);
    return run && new ResponseRunType(run);
  }
}
