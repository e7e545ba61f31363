import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, toConnection } from '../../shared/graphql/connection.ts';
import { pageRequest } from '../../shared/paging.ts';
import type { FeatureService, ServiceView } from '../domain/feature-service.ts';
import { pinOf, serviceId } from '../domain/id.ts';
import { connectionOf, READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { FeatureType, FeatureViewType } from './feature-view.ts';
import { EVENT_CURSOR, LabelledType, LabelsInput } from './labels.ts';

@ObjectType('FeatureService', {
  description: 'One version of the set of features that a model reads, pinned to view versions.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class FeatureServiceType extends LabelledType {
  @Field(() => ID, { description: 'tiffin:<project>:feature-service:<name>@<version>' })
  readonly id: string;

  @Field(() => String, { description: 'The name that all versions share.' })
  readonly name: string;

  @Field(() => Int, { description: 'The version: 1, 2, 3, …; a change of what it reads makes a new one.' })
  readonly version: number;

  /** What the resolvers load; not part of the schema. */
  readonly pins: readonly ServiceView[];

  constructor(service: FeatureService) {
    super(service);
    this.id = serviceId(service.project, service.name, service.version);
    this.name = service.name;
    this.version = service.version;
    this.pins = service.views;
  }
}

const FeatureServiceConnection = connectionOf('FeatureService', () => FeatureServiceType);

@InputType({ description: 'Features of one view.' })
export class ServiceViewInput {
  @Field(() => ID, { description: 'The view: its id, or name@version; without a version the newest, which is pinned.' })
  readonly view!: string;

  @Field(() => [String], { nullable: true, description: 'The features’ names, in order; all if left out.' })
  readonly features?: string[] | null;
}

@InputType({ description: 'A feature service as it shall be.' })
export class DefineFeatureServiceInput extends LabelsInput {
  @Field(() => String, { description: 'The name, unique in its project.' })
  readonly name!: string;

  @Field(() => [ServiceViewInput], { description: 'What it reads, in order: 1 to 100 views, each once.' })
  readonly views!: ServiceViewInput[];
}

@ObjectType({ description: 'The feature service as it now is.' })
@Access(WRITE)
export class DefineFeatureServicePayload {
  @Field(() => FeatureServiceType, {
    description: 'The version that now stands: a new one if it reads other features.',
  })
  readonly featureService!: FeatureServiceType;

  @Field(() => String, { nullable: true, description: EVENT_CURSOR })
  readonly eventCursor!: string | null;
}

@ArgsType()
class FeatureServicesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only the versions of this name.' })
  readonly name?: string | null;
}

@Resolver(() => FeatureServiceType)
export class FeatureServiceResolver {
  @Query(() => FeatureServiceType, { nullable: true, description: 'The version with this id; null if there is none.' })
  @Access(READ)
  async featureService(
    @Arg('id', () => ID, { description: 'Its id; without a version, the newest.' }) id: string,
    @Ctx() { loaders, actor }: FeatureContext,
  ): Promise<FeatureServiceType | null> {
    const found = await loaders.service.load(pinOf(actor.project, 'feature-service', id));
    return found && new FeatureServiceType(found);
  }

  @Query(() => FeatureServiceConnection, { description: 'All versions of all services, by name and version.' })
  @Access(READ)
  async featureServices(
    @Args(() => FeatureServicesArgs) { name, ...args }: FeatureServicesArgs,
    @Ctx() { catalog, actor }: FeatureContext,
  ): Promise<InstanceType<typeof FeatureServiceConnection>> {
    const page = pageRequest(args, ['string', 'number']);
    const rows = await catalog.listServices(actor.project, page, typeof name === 'string' ? { name } : {});
    return toConnection(
      rows,
      page,
      (row) => [row.name, row.version],
      (row) => new FeatureServiceType(row),
    );
  }

  @FieldResolver(() => [FeatureViewType], { description: 'The view versions that it reads, in order.' })
  @Access(READ)
  async views(@Root() { pins }: FeatureServiceType, @Ctx() { loaders }: FeatureContext): Promise<FeatureViewType[]> {
    const views = await Promise.all(pins.map(({ view, version }) => loaders.view.load({ name: view, version })));
    return views.flatMap((view) => (view ? [new FeatureViewType(view)] : []));
  }

  @FieldResolver(() => [FeatureType], { description: 'The features that it reads, in the order of an answer.' })
  @Access(READ)
  async features(@Root() { pins }: FeatureServiceType, @Ctx() { loaders }: FeatureContext): Promise<FeatureType[]> {
    const features = await Promise.all(
      pins.map(async (pin) => {
        const view = await loaders.view.load({ name: pin.view, version: pin.version });
        return pin.features.flatMap((name) => {
          const feature = view?.features.find((one) => one.name === name);
          return view && feature ? [new FeatureType(view, feature)] : [];
        });
      }),
    );
    return features.flat();
  }

  @Mutation(() => DefineFeatureServicePayload, {
    description: 'Defines a feature service. Reading other features makes a new version; labels change in place.',
  })
  @Access(WRITE)
  async defineFeatureService(
    @Arg('input', () => DefineFeatureServiceInput, { description: 'The service as it shall be.' })
    input: DefineFeatureServiceInput,
    @Ctx() context: FeatureContext,
  ): Promise<DefineFeatureServicePayload> {
    const { value, eventCursor } = await context.definitions.defineFeatureService(context, input);
    return { featureService: new FeatureServiceType(value), eventCursor };
  }
}
