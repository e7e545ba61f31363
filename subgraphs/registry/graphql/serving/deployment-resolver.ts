import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import { Args, Arg, Ctx, FieldResolver, ID, Query, Resolver, Root, Mutation } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import { defaultRelease } from '../../../../core/traffic/layers.ts';
import { endpointUrn } from '../../domain/ids.ts';
import type { RegistryContext } from '../context.ts';
import { EndpointType } from './endpoint.ts';
import { ReleaseType } from './release.ts';
import { ServingShareType } from './serving.ts';
import { TrafficRecordType } from './traffic.ts';
import {
  DeploymentType,
  DeploymentConnection,
  ReleaseConnection,
  TrafficRecordConnection,
  CreateDeploymentInput,
  CreateDeploymentPayload,
} from './deployment.ts';
import { Input } from '../../../shared/graphql/input.ts';

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
  deployments(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<DeploymentType>> {
    return pageOf(args, {
      sortedBy: ['string', 'string'],
      rows: (page) => context.registry.serving.deployments(context, page),
      keyOf: (row) => [row.endpoint, row.environment],
      nodeOf: (row) => new DeploymentType(row),
    });
  }

  @FieldResolver(() => EndpointType, { description: 'The endpoint that it serves.' })
  async endpoint(@Root() { source }: DeploymentType, @Ctx() { loaders }: RegistryContext): Promise<EndpointType> {
    const endpoint = await loaders.endpoint.load(
      endpointUrn.format({ project: source.project, name: source.endpoint }),
    );
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

  @FieldResolver(() => [ServingShareType], {
    description:
      'Every release that answers now, with its share, in the order in which layers decide; none while killed.',
  })
  async serving(
    @Root() { source }: DeploymentType,
    @Ctx() { registry, loaders }: RegistryContext,
  ): Promise<ServingShareType[]> {
    const shares = registry.serving.sharesNow(source).map(async (share) => {
      const release = await loaders.releaseByDigest.load(share.release);
      return release ? [new ServingShareType({ ...share, release })] : [];
    });
    return (await Promise.all(shares)).flat();
  }

  @FieldResolver(() => ReleaseConnection, { description: 'Its releases, the newest first.' })
  releases(
    @Root() { source }: DeploymentType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { registry }: RegistryContext,
  ): Promise<Connection<ReleaseType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => registry.serving.releases(source, page),
      keyOf: ({ number }) => [number],
      nodeOf: (row) => new ReleaseType(row),
    });
  }

  @FieldResolver(() => TrafficRecordConnection, { description: 'Every change of its traffic, the newest first.' })
  history(
    @Root() { source }: DeploymentType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { registry }: RegistryContext,
  ): Promise<Connection<TrafficRecordType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => registry.serving.history(source, page),
      keyOf: ({ revision }) => [revision],
      nodeOf: (row) => new TrafficRecordType(row),
    });
  }

  @Mutation(() => CreateDeploymentPayload, { description: 'Makes a deployment, where nothing serves yet.' })
  @Access(WRITE)
  async createDeployment(
    @Input(() => CreateDeploymentInput, 'The deployment.') input: CreateDeploymentInput,
    @Ctx() context: RegistryContext,
  ): Promise<CreateDeploymentPayload> {
    return new CreateDeploymentPayload(await context.registry.endpoints.createDeployment(context, input));
  }
}
