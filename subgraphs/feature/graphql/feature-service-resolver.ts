import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../shared/graphql/connection.ts';
import { Input } from '../../shared/graphql/input.ts';
import { serviceUrn } from '../domain/ids.ts';
import { READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import {
  DefineFeatureServiceInput,
  DefineFeatureServicePayload,
  FeatureServiceConnection,
  FeatureServiceType,
} from './feature-service.ts';
import { FeatureType, FeatureViewType } from './feature-view.ts';

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
    const pin = serviceUrn.lookUp(actor.project, id);
    const found = pin && (await loaders.service.load(pin));
    return found && new FeatureServiceType(found);
  }

  @Query(() => FeatureServiceConnection, { description: 'All versions of all services, by name and version.' })
  @Access(READ)
  async featureServices(
    @Args(() => FeatureServicesArgs) { name, ...args }: FeatureServicesArgs,
    @Ctx() context: FeatureContext,
  ): Promise<Connection<FeatureServiceType>> {
    return pageOf(args, {
      sortedBy: ['string', 'number'],
      rows: (page) => context.reading.listServices(context, page, typeof name === 'string' ? { name } : {}),
      keyOf: (row) => [row.name, row.version],
      nodeOf: (row) => new FeatureServiceType(row),
    });
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
    @Input(() => DefineFeatureServiceInput, 'The service as it shall be.') input: DefineFeatureServiceInput,
    @Ctx() context: FeatureContext,
  ): Promise<DefineFeatureServicePayload> {
    const { value, eventCursor } = await context.definitions.defineFeatureService(context, input);
    return { featureService: new FeatureServiceType(value), eventCursor };
  }
}
