import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../shared/graphql/connection.ts';
import { Input } from '../../shared/graphql/input.ts';
import { entityUrn } from '../domain/ids.ts';
import { READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { DefineEntityInput, DefineEntityPayload, EntityConnection, EntityType } from './entity.ts';

@Resolver(() => EntityType)
export class EntityResolver {
  @Query(() => EntityType, { nullable: true, description: 'The entity with this id; null where there is none.' })
  @Access(READ)
  async entity(
    @Arg('id', () => ID, { description: 'Its id, or its name.' }) id: string,
    @Ctx() { loaders, actor }: FeatureContext,
  ): Promise<EntityType | null> {
    const key = entityUrn.lookUp(actor.project, id);
    const found = key && (await loaders.entity.load(key.name));
    return found && new EntityType(found);
  }

  @Query(() => EntityConnection, { description: 'All entities, by name.' })
  @Access(READ)
  async entities(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: FeatureContext,
  ): Promise<Connection<EntityType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.reading.listEntities(context, page),
      keyOf: ({ name }) => [name],
      nodeOf: (row) => new EntityType(row),
    });
  }

  @Mutation(() => DefineEntityPayload, { description: 'Defines an entity, or changes it.' })
  @Access(WRITE)
  async defineEntity(
    @Input(() => DefineEntityInput, 'The entity as it shall be.') input: DefineEntityInput,
    @Ctx() context: FeatureContext,
  ): Promise<DefineEntityPayload> {
    const { value, eventCursor } = await context.definitions.defineEntity(context, input);
    return { entity: new EntityType(value), eventCursor };
  }
}
