import { Args, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { source, type AssetChange } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentChangeArgs, DeploymentChangeType } from './deployment-change.ts';
import { DeploymentType } from './deployment.ts';

@Resolver(() => DeploymentChangeType)
export class DeploymentChangeResolver {
  @Subscription(() => DeploymentChangeType, {
    description: 'Deployments as they are made and their traffic changes.',
    subscribe: source((args: DeploymentChangeArgs, context: RegistryContext) =>
      context.registry.listening.deployments(context, args),
    ),
  })
  @Access(READ)
  deploymentChanged(
    @Root() change: AssetChange,
    @Args(() => DeploymentChangeArgs) _args: DeploymentChangeArgs,
  ): DeploymentChangeType {
    return new DeploymentChangeType(change);
  }

  @FieldResolver(() => DeploymentType, { nullable: true, description: 'The deployment as it is now.' })
  async deployment(
    @Root() { event }: DeploymentChangeType,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<DeploymentType | null> {
    const deployment = await loaders.deployment.load(event.urn);
    return deployment && new DeploymentType(deployment);
  }
}
