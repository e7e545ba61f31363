import { Arg, Args, Ctx, Directive, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import { PageArgs, pageOf, type Connection } from '../../shared/graphql/connection.ts';
import { Input } from '../../shared/graphql/input.ts';
import type { Entity, KeyDtype } from '../domain/entity.ts';
import { entityId, nameOf } from '../domain/id.ts';
import { connectionOf, READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { KeyDtypeEnum } from './dtype.ts';
import { LabelledType, LabelsInput } from './labels.ts';

@ObjectType('JoinKey', { description: 'One column of the key that finds an entity’s rows.' })
@Access(READ)
export class JoinKeyType {
  @Field(() => String, { description: 'The column’s name, in sources and in requests.' })
  readonly name!: string;

  @Field(() => KeyDtypeEnum, { description: 'The type of its values.' })
  readonly dtype!: KeyDtype;
}

@ObjectType('Entity', { description: 'A thing that features describe: a user, a merchant, a pair of both.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class EntityType extends LabelledType {
  @Field(() => ID, { description: 'tiffin:<project>:entity:<name>' })
  readonly id: string;

  @Field(() => String, { description: 'The name, unique in its project.' })
  readonly name: string;

  @Field(() => [JoinKeyType], { description: 'The key’s columns; a row is found by all of them together.' })
  readonly joinKeys: readonly JoinKeyType[];

  constructor(entity: Entity) {
    super(entity);
    this.id = entityId(entity.project, entity.name);
    this.name = entity.name;
    this.joinKeys = entity.joinKeys;
  }
}

const EntityConnection = connectionOf('Entity', () => EntityType);

@InputType({ description: 'One column of an entity’s key.' })
export class JoinKeyInput {
  @Field(() => String, { description: 'The column’s name: letters, digits and "_".' })
  readonly name!: string;

  @Field(() => KeyDtypeEnum, { description: 'The type of its values.' })
  readonly dtype!: KeyDtype;
}

@InputType({ description: 'An entity as it shall be.' })
export class DefineEntityInput extends LabelsInput {
  @Field(() => String, { description: 'The name, unique in its project.' })
  readonly name!: string;

  @Field(() => [JoinKeyInput], { description: 'One to ten columns; they stay while a view uses the entity.' })
  readonly joinKeys!: JoinKeyInput[];
}

@ObjectType({ description: 'The entity as it now is.' })
@Access(WRITE)
export class DefineEntityPayload extends ChangedPayload {
  @Field(() => EntityType, { description: 'The entity.' })
  readonly entity!: EntityType;
}

@Resolver(() => EntityType)
export class EntityResolver {
  @Query(() => EntityType, { nullable: true, description: 'The entity with this id; null where there is none.' })
  @Access(READ)
  async entity(
    @Arg('id', () => ID, { description: 'Its id, or its name.' }) id: string,
    @Ctx() { loaders, actor }: FeatureContext,
  ): Promise<EntityType | null> {
    const found = await loaders.entity.load(nameOf(actor.project, 'entity', id));
    return found && new EntityType(found);
  }

  @Query(() => EntityConnection, { description: 'All entities, by name.' })
  @Access(READ)
  async entities(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { catalog, actor }: FeatureContext,
  ): Promise<Connection<EntityType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => catalog.listEntities(actor.project, page),
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
