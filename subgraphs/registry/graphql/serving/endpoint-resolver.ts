import { Input } from '../../../shared/graphql/input.ts';
import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import { EndpointType, EndpointConnection, CreateEndpointInput, CreateEndpointPayload } from './endpoint.ts';

@Resolver(() => EndpointType)
export class EndpointResolver {
  @Query(() => EndpointType, { nullable: true, description: 'One endpoint; null if there is none of that id.' })
  @Access(READ)
  async endpoint(
    @Arg('id', () => ID, { description: 'tiffin:<project>:endpoint:<name>' }) id: string,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<EndpointType | null> {
    const endpoint = await loaders.endpoint.load(id);
    return endpoint && new EndpointType(endpoint);
  }

  @Query(() => EndpointConnection, { description: 'All endpoints, by name.' })
  @Access(READ)
  endpoints(@Args(() => PageArgs) args: PageArgs, @Ctx() context: RegistryContext): Promise<Connection<EndpointType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.registry.serving.endpoints(context, page),
      keyOf: ({ name }) => [name],
      nodeOf: (row) => new EndpointType(row),
    });
  }

  @FieldResolver(() => [DeploymentType], { description: 'Its deployments, by environment.' })
  async deployments(@Root() { id }: EndpointType, @Ctx() { loaders }: RegistryContext): Promise<DeploymentType[]> {
    const deployments = await loaders.deploymentsOfEndpoint.load(id);
    return deployments.map((deployment) => new DeploymentType(deployment));
  }

  @Mutation(() => CreateEndpointPayload, { description: 'Makes an endpoint.' })
  @Access(WRITE)
  async createEndpoint(
    @Input(() => CreateEndpointInput, 'The endpoint.') input: CreateEndpointInput,
    @Ctx() context: RegistryContext,
  ): Promise<CreateEndpointPayload> {
    return new CreateEndpointPayload(await context.registry.endpoints.create(context, input));
  }
}
