import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql';
import type { KeyDtype } from '../../../core/codec/address.ts';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import { entityAsInput } from '../domain/as-input.ts';
import type { Entity } from '../domain/entity.ts';
import { entityUrn } from '../domain/ids.ts';
import { connectionOf, READ, WRITE } from './access.ts';
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
    super(entity, entityAsInput(entity));
    this.id = entityUrn.format(entity);
    this.name = entity.name;
    this.joinKeys = entity.joinKeys;
  }
}

export const EntityConnection = connectionOf('Entity', () => EntityType);

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
