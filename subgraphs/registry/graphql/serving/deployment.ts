import {
  Args,
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, toConnection, type Connection } from '../../../shared/graphql/connection.ts';
import { pageRequest } from '../../../shared/paging.ts';
import { READ } from '../access.ts';
import { defaultRelease } from '../../domain/computed-role.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { deploymentUrn, endpointUrn } from '../../domain/ids.ts';
import { connectionOf } from '../connection-types.ts';
import type { RegistryContext } from '../context.ts';
import { EndpointType } from './endpoint-type.ts';
import { ReleaseType } from './release.ts';
import { TrafficChangeType, TrafficType } from './traffic.ts';

@ObjectType('Deployment', { description: 'An endpoint in one environment: where releases serve.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class DeploymentType {
  @Field(() => ID, { description: 'tiffin:<project>:deployment:<endpoint>@<environment>' })
  readonly id: string;

  @Field(() => String, { description: 'The environment: production, staging, …' })
  readonly environment: string;

  @Field(() => [String], { description: 'Device audiences that may serve it; enrolled nodes always may.' })
  readonly audiences: readonly string[];

  @Field(() => Float, {
    nullable: true,
    description: 'Milliseconds that a node may go on after it last heard from the registry; null: for ever.',
  })
  readonly refuseAfterMs: number | null;

  @Field(() => Int, { description: 'Raised by every change.' })
  readonly revision: number;

  @Field(() => TrafficType, { description: 'What decides where requests go.' })
  readonly traffic: TrafficType;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  readonly source: Deployment;

  constructor(deployment: Deployment) {
    this.id = deploymentUrn(deployment);
    this.environment = deployment.environment;
    this.audiences = deployment.audiences;
    this.refuseAfterMs = deployment.refuseAfterMs;
    this.revision = deployment.revision;
    this.traffic = new TrafficType(deployment.traffic);
    this.createdAt = deployment.createdAt;
    this.source = deployment;
  }
}

export const DeploymentConnection = connectionOf('Deployment', () => DeploymentType);
export const ReleaseConnection = connectionOf('Release', () => ReleaseType);
export const TrafficChangeConnection = connectionOf('TrafficChange', () => TrafficChangeType);

@Resolver(() => DeploymentType)
export class DeploymentResolver {
  @Query(() => DeploymentType, { nullable: true, description: 'One deployment; null if there is none of that id.' })
  @Access(READ)
  async deployment(
    @Arg('id', () => ID, { description: 'tiffin:<project>:deployment:<endpoint>@<environment>' }) id: string,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<DeploymentType | null> {
    const deployment = await loaders.deployment.load(id);
    return deployment && new DeploymentType(deployment);
  }

  @Query(() => DeploymentConnection, { description: 'All deployments, by endpoint and environment.' })
  @Access(READ)
  async deployments(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<DeploymentType>> {
    const page = pageRequest(args, ['string', 'string']);
    const rows = await context.registry.serving.deployments(context, page);
    return toConnection(
      rows,
      page,
      (row) => [row.endpoint, row.environment],
      (row) => new DeploymentType(row),
    );
  }

  @FieldResolver(() => EndpointType, { description: 'The endpoint that it serves.' })
  async endpoint(@Root() { source }: DeploymentType, @Ctx() { loaders }: RegistryContext): Promise<EndpointType> {
    const endpoint = await loaders.endpoint.load(endpointUrn(source.project, source.endpoint));
    if (!endpoint) throw new Error('a deployment without its endpoint');
    return new EndpointType(endpoint);
  }

  @FieldResolver(() => ReleaseType, {
    nullable: true,
    description: 'The release that the registry orders by default; null while nothing serves.',
  })
  async live(@Root() { source }: DeploymentType, @Ctx() { loaders }: RegistryContext): Promise<ReleaseType | null> {
    const digest = defaultRelease(source.traffic.layers);
    const release = digest === undefined ? null : await loaders.releaseByDigest.load(digest);
    return release && new ReleaseType(release);
  }

  @FieldResolver(() => ReleaseConnection, { description: 'Its releases, the newest first.' })
  async releases(
    @Root() { source }: DeploymentType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { registry }: RegistryContext,
  ): Promise<Connection<ReleaseType>> {
    const page = pageRequest(args, ['number']);
    const rows = await registry.serving.releases(source, page);
    return toConnection(
      rows,
      page,
      ({ number }) => [number],
      (row) => new ReleaseType(row),
    );
  }

  @FieldResolver(() => TrafficChangeConnection, { description: 'Every change of its traffic, the newest first.' })
  async history(
    @Root() { source }: DeploymentType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { registry }: RegistryContext,
  ): Promise<Connection<TrafficChangeType>> {
    const page = pageRequest(args, ['number']);
    const rows = await registry.serving.history(source, page);
    return toConnection(
      rows,
      page,
      ({ revision }) => [revision],
      (row) => new TrafficChangeType(row),
    );
  }
}
