import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import { Args, Ctx, FieldResolver, ID, Arg, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ModelVersionType } from './model-version.ts';
import { ModelType, ModelConnection, ModelVersionConnection } from './model.ts';

@Resolver(() => ModelType)
export class ModelResolver {
  @Query(() => ModelType, { nullable: true, description: 'One model; null if there is none of that id.' })
  @Access(READ)
  async model(
    @Arg('id', () => ID, { description: 'tiffin:<project>:model:<name>' }) id: string,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ModelType | null> {
    const model = await loaders.model.load(id);
    return model && new ModelType(model);
  }

  @Query(() => ModelConnection, { description: 'All models, by name.' })
  @Access(READ)
  models(@Args(() => PageArgs) args: PageArgs, @Ctx() context: RegistryContext): Promise<Connection<ModelType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.registry.queries.models(context, page),
      keyOf: ({ name }) => [name],
      nodeOf: (model) => new ModelType(model),
    });
  }

  @FieldResolver(() => ModelVersionConnection, { description: 'Its versions, the newest first.' })
  versions(
    @Root() { source }: ModelType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { registry }: RegistryContext,
  ): Promise<Connection<ModelVersionType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => registry.queries.versions(source, page),
      keyOf: ({ number }) => [number],
      nodeOf: (version) => new ModelVersionType(version),
    });
  }
}
