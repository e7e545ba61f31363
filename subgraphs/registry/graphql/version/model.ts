import { Args, Ctx, Directive, Field, FieldResolver, ID, Arg, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, toConnection, type Connection } from '../../../shared/graphql/connection.ts';
import { pageRequest } from '../../../shared/paging.ts';
import { READ } from '../access.ts';
import { modelUrn } from '../../domain/ids.ts';
import type { Model } from '../../domain/version/model-version.ts';
import { connectionOf } from '../connection-types.ts';
import type { RegistryContext } from '../context.ts';
import { ModelVersionType } from './model-version.ts';

@ObjectType('Model', { description: 'The name under which versions of one model follow one another.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class ModelType {
  @Field(() => ID, { description: 'tiffin:<project>:model:<name>' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is for, in words.' })
  readonly description: string;

  @Field(() => String, { nullable: true, description: 'Who answers for it.' })
  readonly owner: string | null;

  @Field(() => [String], { description: 'Labels.' })
  readonly tags: readonly string[];

  @Field(() => Date, { description: 'When its first version was registered.' })
  readonly createdAt: Date;

  readonly source: Model;

  constructor(model: Model) {
    this.id = modelUrn(model.project, model.name);
    this.name = model.name;
    this.description = model.description;
    this.owner = model.owner;
    this.tags = model.tags;
    this.createdAt = model.createdAt;
    this.source = model;
  }
}

export const ModelConnection = connectionOf('Model', () => ModelType);
export const ModelVersionConnection = connectionOf('ModelVersion', () => ModelVersionType);

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
  async models(@Args(() => PageArgs) args: PageArgs, @Ctx() context: RegistryContext): Promise<Connection<ModelType>> {
    const page = pageRequest(args, ['string']);
    const rows = await context.registry.queries.models(context, page);
    return toConnection(
      rows,
      page,
      ({ name }) => [name],
      (model) => new ModelType(model),
    );
  }

  @FieldResolver(() => ModelVersionConnection, { description: 'Its versions, the newest first.' })
  async versions(
    @Root() { source }: ModelType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { registry }: RegistryContext,
  ): Promise<Connection<ModelVersionType>> {
    const page = pageRequest(args, ['number']);
    const rows = await registry.queries.versions(source, page);
    return toConnection(
      rows,
      page,
      ({ number }) => [number],
      (version) => new ModelVersionType(version),
    );
  }
}
