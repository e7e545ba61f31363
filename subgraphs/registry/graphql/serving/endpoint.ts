import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, toConnection, type Connection } from '../../../shared/graphql/connection.ts';
import { pageRequest } from '../../../shared/paging.ts';
import { READ, WRITE } from '../access.ts';
import { connectionOf } from '../connection-types.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import { EndpointType } from './endpoint-type.ts';

export const EndpointConnection = connectionOf('Endpoint', () => EndpointType);

@InputType({ description: 'A new endpoint.' })
export class CreateEndpointInput {
  @Field(() => String, { description: 'Its name: a letter, then letters, digits, "_", "-" and ".".' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it decides, in words.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'Who answers for it.' })
  owner?: string | null;

  @Field(() => [String], { nullable: true, description: 'Labels.' })
  tags?: string[] | null;
}

@InputType({ description: 'An endpoint to serve in an environment.' })
export class CreateDeploymentInput {
  @Field(() => ID, { description: 'The endpoint.' })
  endpoint!: string;

  @Field(() => String, { description: 'The environment: production, staging, …' })
  environment!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Device audiences that may serve it; enrolled nodes always may.',
  })
  audiences?: string[] | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Milliseconds that a node may go on after it last heard from the registry; left out: for ever.',
  })
  refuseAfterMs?: number | null;
}

@ObjectType({ description: 'A new endpoint.' })
@Access(WRITE)
export class CreateEndpointPayload {
  @Field(() => EndpointType, { description: 'The endpoint.' })
  endpoint!: EndpointType;

  @Field(() => String, { description: 'Where the change stands in the feed: search and lineage can wait for it.' })
  eventCursor!: string | null;
}

@ObjectType({ description: 'A new deployment.' })
@Access(WRITE)
export class CreateDeploymentPayload {
  @Field(() => DeploymentType, { description: 'The deployment.' })
  deployment!: DeploymentType;

  @Field(() => String, { description: 'Where the change stands in the feed: search and lineage can wait for it.' })
  eventCursor!: string | null;
}

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
  async endpoints(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<EndpointType>> {
    const page = pageRequest(args, ['string']);
    const rows = await context.registry.serving.endpoints(context, page);
    return toConnection(
      rows,
      page,
      ({ name }) => [name],
      (row) => new EndpointType(row),
    );
  }

  @FieldResolver(() => [DeploymentType], { description: 'Its deployments, by environment.' })
  async deployments(@Root() { id }: EndpointType, @Ctx() { loaders }: RegistryContext): Promise<DeploymentType[]> {
    const deployments = await loaders.deploymentsOfEndpoint.load(id);
    return deployments.map((deployment) => new DeploymentType(deployment));
  }

  @Mutation(() => CreateEndpointPayload, { description: 'Makes an endpoint.' })
  @Access(WRITE)
  async createEndpoint(
    @Arg('input', () => CreateEndpointInput, { description: 'The endpoint.' }) input: CreateEndpointInput,
    @Ctx() context: RegistryContext,
  ): Promise<CreateEndpointPayload> {
    const { value, eventCursor } = await context.registry.endpoints.create(context, input);
    return { endpoint: new EndpointType(value), eventCursor };
  }

  @Mutation(() => CreateDeploymentPayload, { description: 'Makes a deployment, where nothing serves yet.' })
  @Access(WRITE)
  async createDeployment(
    @Arg('input', () => CreateDeploymentInput, { description: 'The deployment.' }) input: CreateDeploymentInput,
    @Ctx() context: RegistryContext,
  ): Promise<CreateDeploymentPayload> {
    const { value, eventCursor } = await context.registry.endpoints.createDeployment(context, input);
    return { deployment: new DeploymentType(value), eventCursor };
  }
}
